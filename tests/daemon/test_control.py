"""What can be asked of a daemon, of a whole one on virtual time."""

from __future__ import annotations

from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from trio.testing import MockClock

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.outcome import Result
from automaton.daemon.control import Control, restlessness, troubles
from automaton.simulator.faults import cause
from automaton.web.http_json import write_json
from automaton.web.routes.console import ConsoleRecord
from automaton.wings.causes import Cause
from automaton.wings.panel_links import AccountStatus, PanelStatus
from automaton.wings.server_actions import ServerActions
from automaton.wings.session_output import Ended
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def control_of(watch: Watch) -> Control:
    return Control(watch.daemon, ServerActions(watch.daemon.fleet.pool, watch.daemon.clock))


async def test_when_all_is_well_there_are_no_troubles(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        await watch.seconds(60)
        status = control_of(watch).status()

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
        status, told = control_of(watch).status(), watch.told
        watch.befall("unsuspend")
        await watch.seconds(400)
        after = control_of(watch).status()

    assert status.summary == "1/2 servers, 2 rules, 0 incidents, 1 suspended"
    assert (status.troubles, told) == ([], [])
    assert {state: count for state, count in status.links.items() if count} == {"live": 1, "suspended": 1}
    assert after.summary.startswith("2/2 servers, ")
    assert "suspended" not in after.summary


async def test_decisions_and_open_incidents_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        await watch.crash_twice()
        await watch.seconds(240)
        status = control_of(watch).status()

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
        control = control_of(watch)
        status, rows = control.status(), control.servers().servers

    assert "1 link waits for a person" in status.troubles
    assert [(one.name, one.cause) for one in status.parked] == [("lobby", "origin_refused")]
    assert "`remote`" in status.parked[0].reason
    lobby = next(row for row in rows if row.name == "lobby")
    assert lobby.link is not None
    assert (lobby.state, lobby.memory, lobby.link.state) == (None, None, "parked")


async def test_servers_are_told_with_what_is_known_of_them(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.seconds(60)
        rows = control_of(watch).servers().servers

    assert [row.name for row in rows] == ["lobby", "valheim"]
    lobby = rows[0]
    assert (lobby.uuid, lobby.state, lobby.pack, lobby.panel) == (LOBBY, "running", "minecraft", "main")
    assert b'"panel":"main"' in write_json(lobby)
    assert lobby.memory is not None
    assert lobby.memory > 0


async def test_an_operator_may_do_what_no_rule_may(tmp_path: Path) -> None:
    """`limits.allow` binds rules; an operator who may open the socket is a human at a console."""
    async with watching(tmp_path) as watch:
        control = control_of(watch)
        typed = await control.command(LOBBY, "op Alice")
        stopped = await control.power(LOBBY, Signal.STOP)
        await watch.until(lambda: watch.state() is State.OFFLINE)

    assert (typed.result, stopped.result) == (Result.DONE, Result.DONE)
    assert watch.commands == ["op Alice lobby"]
    assert watch.power == ["stop lobby"]


async def test_a_command_is_one_line(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        outcome = await control_of(watch).command(LOBBY, "say hi\nop Eve")

    assert outcome.result is Result.REFUSED
    assert "U+000A" in outcome.detail
    assert watch.commands == []


async def test_a_console_is_told_to_its_end(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        heard = [one async for one in control_of(watch).console(LOBBY, follow=False)]

    assert any("Done (" in (one.line or "") for one in heard)
    assert (heard[-1].end, heard[-1].failed) == ("", False)


async def test_the_console_of_an_offline_server_says_why_there_is_none(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.befall("stop")
        await watch.until(lambda: watch.state() is State.OFFLINE)
        heard = [one async for one in control_of(watch).console(LOBBY, follow=False)]

    assert len(heard) == 1
    assert "offline" in (heard[0].end or "")


async def test_an_offline_console_that_is_followed_says_at_once_what_it_waits_for(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.befall("stop")
        await watch.until(lambda: watch.state() is State.OFFLINE)
        console = control_of(watch).console(LOBBY, follow=True)
        first = await anext(console)
        watch.befall("start")
        second = await anext(console)
        await console.aclose()

    assert first == ConsoleRecord(note="the server is offline: its console comes once it starts")
    assert second.line


async def test_a_reload_with_a_mistake_is_refused_and_remembered(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        control = control_of(watch)
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: [{id: a}]")
        refused = await control.reload()
        degraded = control.status().troubles
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: []")
        taken = await control.reload()
        well = control.status().troubles

    assert (refused.taken, refused.reason) == (False, "there are mistakes; the old configuration stays")
    assert any("crash-alert.yml" in problem for problem in refused.problems)
    assert degraded == ["the last reload was refused: there are mistakes; the old configuration stays"]
    assert taken.taken
    assert well == []


async def test_another_place_to_listen_needs_a_restart(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        settings = tmp_path / "automaton.yml"
        settings.write_text(settings.read_text() + "listen: {socket: elsewhere.sock}\n")
        refused = await control_of(watch).reload()
        await anyio.lowlevel.checkpoint()

    assert not refused.taken
    assert "`listen` needs a restart" in refused.reason


async def test_another_state_folder_needs_a_restart(tmp_path: Path) -> None:
    """Its lock and its socket stand there: taken on the way, a second daemon could start beside this one."""
    async with watching(tmp_path) as watch:
        settings = tmp_path / "automaton.yml"
        lines = [line for line in settings.read_text().splitlines() if not line.startswith("state:")]
        settings.write_text("\n".join([*lines, "state: elsewhere", ""]))
        refused = await control_of(watch).reload()
        await anyio.lowlevel.checkpoint()

    assert not refused.taken
    assert "`state` needs a restart" in refused.reason


async def test_a_panel_that_cannot_be_read_is_a_trouble_until_it_can(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        control = control_of(watch)
        cause(watch.world, "panel-down", {"status": 503, "seconds": 600})
        watch.daemon.fleet.pool.list_again()
        await watch.until(lambda: control.status().troubles != [])
        troubles = control.status().troubles

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
