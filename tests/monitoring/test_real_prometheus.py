"""Debian's Prometheus reads a running daemon, and its promtool takes what ships; else both are left out.

`apt-get install prometheus`; AUTOMATON_REQUIRE_PROMETHEUS=1 has these fail where it is missing.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from automaton.web.pages.metric_table import BUILD, LEFT_OUT, METRICS, OF_SERVERS, OF_THE_PAGE, MetricKind
from automaton.workbench.monitoring import text_of
from tests.acceptance.processes import eventually
from tests.browser.page_site import PageSite, paged
from tests.monitoring.test_monitoring import ALERTS, NAMED, expressions

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("prometheus")]

HERE = Path(__file__).parent
RULES = HERE.parents[1] / "automaton" / "monitoring" / "prometheus-rules.yml"
CONFIG = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - {{job_name: automaton, static_configs: [{{targets: ["{target}"]}}]}}
"""
SELDOM = {
    "automaton_verdicts_total", "automaton_link_reconnects_total", "automaton_links_parked",
    "automaton_calls_total", "automaton_heartbeat_last_success_timestamp_seconds", "automaton_server_players",
}  # fmt: skip
"""What has no sample before it happened once, and need not have happened here."""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("AUTOMATON_REQUIRE_PROMETHEUS") == "1":
            pytest.fail(f"{name} is required and not installed")
        pytest.skip(f"{name} is not there: apt-get install prometheus")
    return found


def promtool(*arguments: str | Path, given: str = "") -> str:
    done = subprocess.run(
        [program("promtool"), *map(str, arguments)], input=given, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """A daemon with its page and figures of servers, in which something has happened."""
    program("promtool")
    with paged(tmp_path_factory.mktemp("page"), settings="  metrics: {servers: true}\n") as made:
        made.simulation.fault("print", server=made.simulation.servers[0], lines=["hello automaton"])
        made.daemon.tells("call.ended", "action=send")
        made.simulation.fault("drop", server=made.simulation.servers[0])
        made.daemon.tells("link.lost")
        yield made


def scrape(site: PageSite) -> str:
    with urlopen(f"{site.url}/metrics") as answer:
        return str(answer.read().decode())


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """One that scrapes `target` each second with the rules that ship; its address."""
    config = folder / "prometheus.yml"
    config.write_text(CONFIG.format(rules=RULES, target=target))
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = (folder / "prometheus.log").open("w")
    process = subprocess.Popen(
        [program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
         f"--web.listen-address={address}"],
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def asked(address: str, expression: str) -> list[object]:
    """What a query gives, once it gives something."""

    def look() -> list[object]:
        try:
            with urlopen(f"{address}/api/v1/query?query={quote(expression)}") as answer:
                return list(json.load(answer)["data"]["result"])
        except OSError:  # it is starting
            return []

    return eventually(look, lambda: f"Prometheus has nothing for {expression}")


def is_of_a_cluster(name: str) -> bool:
    """Whether a daemon on its own has no such figure."""
    return name.startswith(("automaton_cluster_", "automaton_actions_outlived"))


def test_promtool_takes_the_rules_and_each_of_their_tests() -> None:
    assert f"{len(ALERTS)} rules found" in promtool("check", "rules", RULES)
    assert "SUCCESS" in promtool("test", "rules", HERE / "prometheus-rules.test.yml")


def test_promtool_finds_nothing_to_better_in_what_is_scraped(site: PageSite) -> None:
    assert promtool("check", "metrics", given=scrape(site)) == ""


def test_every_metric_that_is_documented_is_scraped_and_nothing_else(site: PageSite) -> None:
    scraped = {
        line.split()[2].removesuffix("_total")
        for line in scrape(site).splitlines()
        if line.startswith("# TYPE ")
    }
    every = (BUILD, LEFT_OUT, *METRICS, *OF_SERVERS, *OF_THE_PAGE)
    documented = {one.full_name.removesuffix("_total") for one in every}
    page = (HERE.parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")

    ours = {name for name in scraped if name.startswith("automaton_") and "_process_" not in name}
    missing = {name for name in documented - ours if not is_of_a_cluster(name)}
    assert missing <= {"automaton_heartbeat_last_success_timestamp_seconds"}  # nobody called yet
    assert ours - documented == set()
    assert [one.full_name for one in every if f"`{one.full_name}`" not in page] == []


def test_prometheus_scrapes_a_running_daemon_and_knows_all_that_alerts_and_dashboard_ask_for(
    site: PageSite, tmp_path: Path
) -> None:
    with prometheus(tmp_path, site.url.removeprefix("http://")) as address:
        up = asked(address, 'up{job="automaton"} == 1')
        asked(address, "count_over_time(automaton_up[10s]) >= 3")
        with urlopen(f"{address}/api/v1/label/__name__/values") as answer:
            known = set(json.load(answer)["data"])
        with urlopen(f"{address}/api/v1/rules") as answer:
            (group,) = json.load(answer)["data"]["groups"]

    assert len(up) == 1
    wanted = {name for _, expression in expressions() for name in NAMED.findall(expression)}
    assert {name for name in wanted - known if not is_of_a_cluster(name)} <= SELDOM
    assert {rule["health"] for rule in group["rules"]} == {"ok"}
    assert len(group["rules"]) == len(ALERTS)
    firing = [rule["name"] for rule in group["rules"] if rule["state"] == "firing"]
    assert firing == []


def test_what_is_printed_is_what_was_tested() -> None:
    assert text_of("prometheus") == RULES.read_text(encoding="utf-8")


def test_counters_are_told_as_counters() -> None:
    assert {one.kind for one in (*METRICS, *OF_SERVERS)} == set(MetricKind)
