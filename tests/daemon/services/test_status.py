"""How a whole daemon on virtual time stands, and what is not well with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.services.status import restlessness, troubles, undelivered, without_journal
from automaton.simulator.faults.catalog import cause
from automaton.web.routes.deliveries import DeliveryRow
from automaton.wings.causes import Cause
from automaton.wings.panel_status import AccountStatus, PanelStatus
from automaton.wings.session_output import Ended
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_when_all_is_well_there_are_no_troubles(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        await watch.seconds(60)
        status = await watch.daemon.status.status()

    assert status.summary == "2/2 servers, 1 rule, 0 incidents"
    assert status.troubles == []
    assert {state: count for state, count in status.links.items() if count} == {"live": 2}
    assert (status.arm, status.parked, status.incidents) == ("live", [], [])
    assert status.uptime > 60


async def test_a_suspended_server_is_counted_and_no_trouble(tmp_path: Path) -> None:
    async with watching(tmp_path, "link-lost.yml", "server-down.yml") as watch:
        await watch.seconds(60)
        watch.befall("suspend")
        await watch.seconds(1800)
        status, told = (await watch.daemon.status.status()), watch.told
        watch.befall("unsuspend")
        await watch.seconds(400)
        after = await watch.daemon.status.status()

    assert status.summary == "1/2 servers, 2 rules, 0 incidents, 1 suspended"
    assert (status.troubles, told) == ([], [])
    assert {state: count for state, count in status.links.items() if count} == {"live": 1, "suspended": 1}
    assert after.summary.startswith("2/2 servers, ")
    assert "suspended" not in after.summary


async def test_decisions_and_open_incidents_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        await watch.crash_twice()
        await watch.seconds(240)
        status = await watch.daemon.status.status()

    assert [(one.rule, one.name, one.severity) for one in status.incidents] == [
        ("server-down", "lobby", "warning")
    ]
    assert 0 < status.incidents[0].open_for < 180
    assert ("server-down", "fired", "lobby") in [(d.rule, d.verdict, d.name) for d in status.decisions]


async def test_a_node_that_refuses_us_is_a_trouble_with_what_to_do(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.world.nodes[0].remote = "https://elsewhere.example.org"
        watch.befall("drop")
        await watch.seconds(60)
        daemon = watch.daemon
        status, rows = (await daemon.status.status()), (await daemon.host.servers.servers()).servers

    assert "1 link waits for a person" in status.troubles
    assert [(one.name, one.cause) for one in status.parked] == [("lobby", "origin_refused")]
    assert "`remote`" in status.parked[0].reason
    lobby = next(row for row in rows if row.name == "lobby")
    assert lobby.link is not None
    assert (lobby.state, lobby.memory, lobby.link.state) == (None, None, "parked")


async def test_a_reload_with_a_mistake_is_refused_and_remembered(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        daemon = watch.daemon
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: [{id: a}]")
        refused = await daemon.reload()
        degraded = (await daemon.status.status()).troubles
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: []")
        taken = await daemon.reload()
        well = (await daemon.status.status()).troubles

    assert (refused.taken, refused.reason) == (False, "there are mistakes; the old configuration stays")
    assert any("crash-alert.yml" in problem for problem in refused.problems)
    assert degraded == ["the last reload was refused: there are mistakes; the old configuration stays"]
    assert taken.taken
    assert well == []


async def test_a_panel_that_cannot_be_read_is_a_trouble_until_it_can(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        daemon = watch.daemon
        cause(watch.world, "panel-down", {"status": 503, "seconds": 600})
        watch.daemon.connections.pool.list_again()
        troubles: list[str] = []
        while not troubles:
            await watch.seconds(1)
            troubles = (await daemon.status.status()).troubles

    assert troubles == ["the Panel of main does not answer: HTTP 503; no server can be started"]


def test_a_list_that_a_panel_which_answers_does_not_give_is_a_trouble() -> None:
    account = AccountStatus(1, Ended(Cause.KEY_REFUSED, "HTTP 401"))

    assert troubles([], [PanelStatus("main", (account,))], None) == [
        "the servers of main cannot be listed: HTTP 401"
    ]


async def test_a_panel_that_never_answered_yet_is_a_trouble() -> None:
    """Without its list no server is watched, and none is missing."""
    silent = PanelStatus("main", (AccountStatus(0, None),), has_answered=False)

    assert troubles([], [silent], None) == ["main has not answered yet: which servers it has is not known"]


def test_what_keeps_the_engine_looking_is_a_trouble_with_its_rule() -> None:
    assert restlessness("high", "lobby", 300) == (
        "rule high for lobby was looked at 300 times though nothing happened, "
        "and is slowed down: a fault of ours"
    )
    assert restlessness("", "", 300).startswith("what the engine plans for the fleet was looked at 300 times")


def test_that_nothing_can_be_written_down_is_a_trouble_with_its_reason() -> None:
    assert without_journal("") == []
    assert without_journal("no space left on device") == [
        "the journal cannot be written, so power and commands are held: no space left on device"
    ]


def test_messages_that_wait_because_sending_fails_are_a_trouble() -> None:
    rows = [
        DeliveryRow(target="ops/1", channel="ops", waiting=2, oldest=65.0, failures=3, trouble="no route"),
        DeliveryRow(target="ops/2", channel="ops", waiting=2),
        DeliveryRow(target="ops/3", channel="ops", failures=1),
    ]
    assert list(undelivered(rows)) == [
        "2 messages wait undelivered at ops/1 for 1m 5s, tried 3 times: no route"
    ]
