"""What a whole daemon on virtual time counts, as monitoring is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from automaton.simulator.faults.catalog import cause
from automaton.web.http_json import write_json
from automaton.web.routes.metrics import Metrics, MetricSample
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"
RESTARTS = """\
rules:
  - id: up-again
    severity: critical
    while: state == 'offline'
    for: 30s
    cooldown: 30m
    do:
      - notify: ops
        text: it is down
      - power: start
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def numbers(samples: Iterable[MetricSample]) -> dict[tuple[str, ...], float]:
    return {tuple(one.labels): one.value for one in samples}


async def test_a_fleet_at_rest_has_its_links_its_events_and_nothing_that_is_wrong(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        await watch.seconds(60)
        found = await watch.daemon.metrics.metrics(None)
        health = watch.daemon.metrics.health()

    assert msgspec.json.decode(write_json(found), type=Metrics) == found
    assert numbers(found.links)[("live",)] == 2
    assert numbers(found.panels_up) == numbers(found.panels_listed) == {("main",): 1}
    assert numbers(found.panel_requests)["main", "2xx"] >= 3
    assert numbers(found.token_requests) == {("main",): 2}
    assert numbers(found.events)[("LinkUp",)] == 2
    assert sum(found.lag.counts) == sum(one.value for one in found.events)
    assert numbers(found.incidents) == {("info",): 0, ("warning",): 0, ("critical",): 0}
    assert (found.rules, found.restless, found.queue_events, found.events_lost) == (1, 0, 0, 0)
    assert (found.config_taken, found.is_watchdog_fed, found.turn_age <= 5) == (True, True, True)
    assert (found.servers, found.servers_left_out) == ([], None)
    assert (health.not_alive, health.not_ready) == ("", "")


async def test_what_a_rule_did_is_counted_where_it_happened(tmp_path: Path) -> None:
    async with watching(tmp_path, rules_of={"up.yml": RESTARTS}) as watch:
        await watch.seconds(200)
        await watch.crash_twice()
        await watch.seconds(20)
        found = await watch.daemon.metrics.metrics(None)
        await watch.seconds(60)
        after = await watch.daemon.metrics.metrics(None)

    assert numbers(found.incidents)[("critical",)] == 0
    assert numbers(after.verdicts)["up-again", "fired"] == 1
    assert numbers(after.calls)["power", "done"] == 1
    assert {labels for labels, number in numbers(after.power_actions).items() if number} == {
        ("start", "done")
    }
    assert len(after.power_actions) == 16  # what did not happen yet is 0, so that an increase is seen
    assert numbers(after.deliveries)["ops", "sent"] >= 1
    assert numbers(after.outbox)[("ops",)] == 0


async def test_an_open_incident_is_told_by_its_severity_until_somebody_takes_note(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        await watch.crash_twice()
        await watch.seconds(240)
        found = await watch.daemon.metrics.metrics(None)
        watch.acknowledge("server-down")
        await watch.seconds(1)
        after = await watch.daemon.metrics.metrics(None)

    assert (numbers(found.incidents)[("warning",)], found.unacknowledged) == (1, 1)
    assert (numbers(after.incidents)[("warning",)], after.unacknowledged) == (1, 0)


async def test_a_lost_link_is_counted_by_its_cause_also_when_the_server_is_gone(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.seconds(60)
        watch.befall("drop")
        await watch.seconds(60)
        found = await watch.daemon.metrics.metrics(None)
        for panel in watch.daemon.connections.pool.panels:
            panel.lose(LOBBY)
        after = await watch.daemon.metrics.metrics(None)

    assert numbers(found.reconnects)["main", "dropped"] == 1
    assert numbers(after.reconnects) == numbers(found.reconnects)


async def test_a_refused_reload_is_told_and_the_daemon_is_alive_and_not_ready(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        began = await watch.daemon.metrics.metrics(None)
        await watch.seconds(100)
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: [{id: a}]")
        await watch.daemon.reload()
        found, health = await watch.daemon.metrics.metrics(None), watch.daemon.metrics.health()
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: []")
        await watch.daemon.reload()
        mended = await watch.daemon.metrics.metrics(None)

    assert (found.config_taken, found.config_taken_at) == (False, began.config_taken_at)
    assert health.not_alive == ""
    assert health.not_ready == "the last reload was refused: there are mistakes; the old configuration stays"
    assert mended.config_taken
    assert mended.config_taken_at >= began.config_taken_at + 100


async def test_a_panel_that_is_down_is_told_with_how_it_answered(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        cause(watch.world, "panel-down", {"status": 503, "seconds": 600})
        watch.daemon.connections.pool.list_again()
        await watch.until(lambda: watch.daemon.metrics.health().not_ready != "")
        found, health = await watch.daemon.metrics.metrics(None), watch.daemon.metrics.health()

    assert numbers(found.panels_up) == {("main",): 0}
    assert numbers(found.panel_requests)["main", "5xx"] >= 1
    assert health.not_ready == "no Panel or node answers: main"


async def test_servers_are_told_of_when_asked_for_and_those_left_out_are_counted(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.seconds(60)
        every = await watch.daemon.metrics.metrics(100)
        first = await watch.daemon.metrics.metrics(1)

    assert [(one.name, one.state, one.is_linked) for one in every.servers] == [
        ("lobby", "running", True),
        ("valheim", "running", True),
    ]
    assert every.servers[0].memory is not None
    assert every.servers_left_out == 0
    assert [one.uuid for one in first.servers] == [LOBBY]
    assert first.servers_left_out == 1
