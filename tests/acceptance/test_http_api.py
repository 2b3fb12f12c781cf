"""The HTTP API of a running daemon is as its description says: schemathesis asks what nobody thought of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from automaton.web.pages.api_operations import OPERATIONS
from tests.browser.page_site import PageSite, paged

BOT, GRAFANA = "a-token-of-an-operator-0123456789", "a-token-of-a-viewer-0123456789"
TOKENS = """\
  tokens:
    bot: {token: {file: bot_token}, role: operator}
    grafana: {token: {file: grafana_token}, role: viewer}
"""
WITHOUT_AN_END = "/(changes|recording|console|lines)$"
LEFT_OUT = ",".join((
    "ignored_auth",  # many wrong tokens are answered with 429, which it takes for a failure; see below
    "positive_data_acceptance",  # that a silence names a rule or a server stands in no schema
))  # fmt: skip
CONFIG = """\
[parameters]
"path.server" = "{server}"
"path.rule" = "answers"
"""
EXAMPLES = 15  # for each operation; some seconds


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """Three servers, and a program of each role."""
    folder = tmp_path_factory.mktemp("api")
    for name, token in (("bot_token", BOT), ("grafana_token", GRAFANA)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(token)
    with paged(folder, settings=TOKENS) as made:
        yield made


def client_of(site: PageSite, token: str = "") -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=f"{site.url}/api/v1", headers=headers)


def test_schemathesis_finds_nothing(site: PageSite, tmp_path: Path) -> None:
    with client_of(site, BOT) as client:
        server = client.get("/servers").json()["servers"][0]["uuid"]
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(server=server))
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "--config-file", tmp_path / "schemathesis.toml",
            "run", f"{site.url}/api/v1/openapi.json", "-H", f"Authorization: Bearer {BOT}",
            "--exclude-path-regex", WITHOUT_AN_END, "--exclude-checks", LEFT_OUT,
            "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=240,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert site.daemon.is_running


def test_without_a_token_nothing_is_told_and_a_viewer_acts_on_nothing(site: PageSite) -> None:
    with client_of(site) as stranger, client_of(site, GRAFANA) as viewer:
        for one in OPERATIONS:
            path = one.path.format(server="u", rule="answers", id="1", channel="ops")
            assert stranger.request(one.method, path).status_code in (401, 403), one.name
            if one.is_for_operators:
                assert viewer.request(one.method, path, content=b"{}").status_code == 403, one.name


def test_a_program_follows_what_changes_and_acts_under_its_name(site: PageSite) -> None:
    with client_of(site, BOT) as bot, client_of(site, GRAFANA) as viewer:
        server = bot.get("/servers").json()["servers"][0]
        with viewer.stream("GET", "/changes") as changes:
            rows = changes.iter_lines()
            first = next(row for row in rows if server["uuid"] in row)
        wanted = {"rules": ["a-*"], "servers": [], "seconds": 60, "note": "by a program"}
        made = bot.post("/silences", json=wanted).json()
        there = viewer.get("/silences").json()["silences"]

    assert server["name"] in first
    assert made["id"] in [one["id"] for one in there]
    assert site.daemon.tells("operator.silence", "by a program", "by=bot")
