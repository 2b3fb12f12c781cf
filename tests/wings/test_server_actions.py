"""Commands and power: over the Panel first, over the websocket when it is down, never twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from automaton.core.calls import Signal
from automaton.core.events import Occurred, PanelLost
from automaton.core.outcome import Outcome, Result
from automaton.panel.client import PanelClient
from automaton.simulator.faults.catalog import cause
from automaton.simulator.wings.config_sync import healthy_panel
from tests.wings.fleet import Watched, watching

pytestmark = pytest.mark.anyio

BUSY = 429  # takes no action, and answers


@asynccontextmanager
async def running(*, panel: int | None = None) -> AsyncIterator[tuple[Watched, str]]:
    """One server that runs; the Panel answers `panel` to everything."""
    async with watching(1) as watched:
        server = watched.world.servers()[0]
        await watched.until(lambda: server.state == "running")
        await anyio.sleep(2)
        watched.world.panel.down = panel
        yield watched, server.build.uuid


def occurred(watched: Watched) -> list[Occurred]:
    return [event for event in watched.of(Occurred) if isinstance(event, Occurred)]


def commands(watched: Watched) -> list[tuple[str, str]]:
    return [(entry.detail, entry.by) for entry in watched.world.log.entries("command")]


async def test_a_command_goes_over_the_panel_which_answers() -> None:
    async with running() as (watched, server):
        assert await watched.actions.send_command(server, "list") == Outcome(Result.DONE, way="panel")
        assert commands(watched) == [("list", "panel automaton")]


async def test_a_command_goes_over_the_websocket_when_the_panel_is_down_and_its_echo_proves_it() -> None:
    async with running(panel=503) as (watched, server):
        outcome = await watched.actions.send_command(server, "list")

        assert outcome == Outcome(Result.DONE, "the console echoed it", "websocket")
        assert [text for text, _ in commands(watched)] == ["list"]


async def test_commands_over_the_websocket_keep_wings_pace_and_none_is_dropped() -> None:
    async with running(panel=503) as (watched, server):
        began = watched.clock.now().mono
        for number in range(25):
            outcome = await watched.actions.send_command(server, f"say {number}")
            assert outcome.result in (Result.DONE, Result.UNKNOWN)

        assert [text for text, _ in commands(watched)] == [f"say {number}" for number in range(25)]
        assert watched.clock.now().mono - began >= 19


async def test_a_question_goes_over_the_socket_that_stands_and_asks_nothing_of_the_panel() -> None:
    async with running(panel=503) as (watched, server):
        began = watched.clock.now().mono
        outcome = await watched.actions.ask_console(server, "list")
        waited = watched.clock.now().mono - began
        await anyio.sleep(15)

        assert outcome == Outcome(Result.DONE, way="websocket")
        assert waited < 0.1  # for no echo
        assert [text for text, _ in commands(watched)] == ["list"]
        assert watched.of(PanelLost, server) == []  # whoever had asked it would have found that out


async def test_a_question_goes_over_the_panel_where_no_link_stands() -> None:
    async with running() as (watched, server):
        cause(watched.world, "half-open", {})
        await watched.until(lambda: not watched.all_live)

        assert (await watched.actions.ask_console(server, "list")).way == "panel"
        assert [by for _, by in commands(watched)] == ["panel automaton"]


async def test_more_questions_at_once_than_wings_takes_go_over_the_panel_and_none_is_dropped() -> None:
    async with running() as (watched, server):
        outcomes = [await watched.actions.ask_console(server, f"ask {number}") for number in range(8)]

        assert [outcome.way for outcome in outcomes] == ["websocket"] * 5 + ["panel"] * 3
        assert [text for text, _ in commands(watched)] == [f"ask {number}" for number in range(8)]


async def test_a_question_to_an_offline_server_is_refused_and_not_asked_again() -> None:
    async with running() as (watched, server):
        cause(watched.world, "stop", {})
        await watched.until(lambda: watched.world.servers()[0].state == "offline")
        await anyio.sleep(1)
        outcome = await watched.actions.ask_console(server, "list")

        assert (outcome.result, outcome.way) == (Result.REFUSED, "websocket")
        assert commands(watched) == []


async def test_a_command_to_an_offline_server_is_refused_on_both_ways() -> None:
    async with running() as (watched, server):
        cause(watched.world, "stop", {})
        await watched.until(lambda: watched.world.servers()[0].state == "offline")
        await anyio.sleep(1)

        first = await watched.actions.send_command(server, "list")
        watched.world.panel.down = 503
        second = await watched.actions.send_command(server, "list")

        assert (first.result, first.way) == (Result.REFUSED, "panel")
        assert (second.result, second.way) == (Result.REFUSED, "websocket")


async def test_a_power_action_over_the_websocket_is_done_when_its_state_follows() -> None:
    async with running(panel=503) as (watched, server):
        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert outcome == Outcome(Result.DONE, "the server is stopping", "websocket")


async def test_a_backup_is_made_by_the_panel_and_its_end_is_heard_under_the_same_uuid() -> None:
    async with running() as (watched, server):
        outcome = await watched.actions.make_backup(server, "nightly")
        await watched.until(lambda: any(one.name == "backup.completed" for one in occurred(watched)))

        (backup,) = watched.world.servers()[0].backups.all()
        assert backup.name == "nightly"
        assert outcome == Outcome(Result.DONE, way="panel", ref=backup.uuid)
        ends = [one.fields for one in occurred(watched) if one.name == "backup.completed"]
        assert ends == [{"ok": True, "uuid": backup.uuid}]


async def test_a_backup_has_no_other_way_than_the_panel() -> None:
    async with running(panel=503) as (watched, server):
        assert (await watched.actions.make_backup(server, "nightly")).result is Result.FAILED


async def test_the_panels_limit_on_backups_is_told() -> None:
    async with running() as (watched, server):
        outcomes = [await watched.actions.make_backup(server, "again") for _ in range(3)]

        assert [outcome.result for outcome in outcomes] == [Result.DONE, Result.DONE, Result.REFUSED]
        assert "no more backups" in outcomes[-1].detail


async def test_wings_lock_refuses_a_power_action_for_now() -> None:
    async with running(panel=BUSY) as (watched, server):
        cause(watched.world, "restart", {})
        await anyio.sleep(0.1)

        outcome = await watched.actions.set_power(server, Signal.RESTART)

        assert (outcome.result, outcome.passing, outcome.way) == (Result.REFUSED, True, "websocket")
        assert "another power action" in outcome.detail


async def test_what_wings_does_not_do_is_refused() -> None:
    async with running(panel=BUSY) as (watched, server):
        outcome = await watched.actions.set_power(server, Signal.START)

        assert (outcome.result, outcome.passing) == (Result.REFUSED, True)


async def test_without_panel_and_link_an_action_has_failed_and_says_both_whys() -> None:
    async with running(panel=503) as (watched, server):
        cause(watched.world, "restart-wings", {"seconds": 600})
        await anyio.sleep(5)

        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert outcome.result is Result.FAILED
        assert "503" in outcome.detail
        assert "no authenticated link" in outcome.detail


async def test_a_power_action_that_the_panel_waited_for_in_vain_is_unknown_where_no_link_asks_again() -> None:
    """It may have been done: nobody is told that nothing was."""
    async with running(panel=504) as (watched, server):
        cause(watched.world, "restart-wings", {"seconds": 600})
        await anyio.sleep(5)

        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert (outcome.result, outcome.passing) == (Result.UNKNOWN, True)
        assert "got no answer" in outcome.detail


async def test_a_power_action_that_the_panel_waited_for_in_vain_is_asked_over_the_link() -> None:
    async with running(panel=504) as (watched, server):
        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert outcome == Outcome(Result.DONE, "the server is stopping", "websocket")


def powered(watched: Watched) -> list[str]:
    return [entry.detail for entry in watched.world.log.entries("power")]


@pytest.mark.parametrize("signal", [Signal.START, Signal.RESTART])
@pytest.mark.parametrize(("status", "result"), [(503, Result.FAILED), (504, Result.UNKNOWN)])
async def test_nothing_is_started_while_the_panel_is_down_and_its_servers_hear_of_it_first(
    signal: Signal, status: int, result: Result
) -> None:
    """Wings asks it before a start: a restart would stop the game, and leave it so (protocol.md 5.1).

    After a 504 it may have done so: nobody says that nothing was sent.
    """
    async with running(panel=status) as (watched, server):
        before = powered(watched)

        outcome = await watched.actions.set_power(server, signal)
        told = watched.pool.queue.take_now()
        await anyio.sleep(60)

        assert (outcome.result, outcome.way, outcome.passing) == (result, "panel", True)
        assert [told, *watched.of(PanelLost)] == [told]
        assert isinstance(told, PanelLost)
        assert (told.server, told.detail) == (server, f"HTTP {status}")
        assert powered(watched) == before


@pytest.mark.parametrize("signal", [Signal.STOP, Signal.KILL])
async def test_a_stop_needs_no_panel_and_tells_that_it_is_down(signal: Signal) -> None:
    async with running(panel=503) as (watched, server):
        outcome = await watched.actions.set_power(server, signal)
        await watched.until(lambda: bool(watched.of(PanelLost, server)), within=15)

        assert (outcome.result, outcome.way) == (Result.DONE, "websocket")


async def test_a_command_and_a_backup_that_fail_tell_that_the_panel_is_down() -> None:
    async with running(panel=503) as (watched, server):
        await watched.actions.send_command(server, "list")
        await watched.until(lambda: bool(watched.of(PanelLost, server)), within=15)
    async with running(panel=503) as (watched, server):
        await watched.actions.make_backup(server, "nightly")
        await watched.until(lambda: bool(watched.of(PanelLost, server)), within=15)


async def test_a_start_goes_over_the_link_where_the_panel_is_there_and_takes_nothing() -> None:
    async with running(panel=BUSY) as (watched, server):
        watched.world.servers()[0].ask_panel = healthy_panel  # to Wings, which asks it before the start
        cause(watched.world, "stop", {})
        await watched.until(lambda: watched.world.servers()[0].state == "offline")
        await anyio.sleep(1)

        outcome = await watched.actions.set_power(server, Signal.START)

        assert (outcome.result, outcome.way) == (Result.DONE, "websocket")
        assert watched.of(PanelLost) == []


async def test_a_link_that_dies_with_a_question_in_flight_leaves_it_unknown() -> None:
    async with running(panel=503) as (watched, server):
        cause(watched.world, "half-open", {})

        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert (outcome.result, outcome.way) == (Result.UNKNOWN, "websocket")


class Forgetful(PanelClient):
    """Sends an action, and hears no answer."""

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        return await self._unheard(super().power(uuid, signal))

    async def command(self, uuid: str, text: str) -> Outcome:
        return await self._unheard(super().command(uuid, text))

    async def _unheard(self, asked: Awaitable[Outcome]) -> Outcome:
        assert (await asked).result is Result.DONE
        return Outcome(Result.UNKNOWN, str(httpx.ReadTimeout("silent")), "panel")


async def test_what_may_have_been_done_is_not_done_again() -> None:
    async with watching(1, client_class=Forgetful) as watched:
        server = watched.world.servers()[0]
        await watched.until(lambda: server.state == "running")
        await anyio.sleep(2)

        outcome = await watched.actions.send_command(server.build.uuid, "list")
        await anyio.sleep(5)

        assert outcome.result is Result.UNKNOWN
        assert len(commands(watched)) == 1


async def test_a_server_that_nobody_watches_is_not_acted_upon() -> None:
    async with watching(1) as watched:
        assert (await watched.actions.send_command("nobody", "list")).result is Result.FAILED
        assert (await watched.actions.set_power("nobody", Signal.STOP)).result is Result.FAILED


async def test_power_actions_are_counted_by_what_became_of_them_whoever_asked() -> None:
    async with running() as (watched, server):
        await watched.actions.set_power(server, Signal.RESTART)
        await watched.actions.set_power("nobody", Signal.STOP)

        assert watched.actions.power_asked == {
            (Signal.RESTART, Result.DONE): 1,
            (Signal.STOP, Result.FAILED): 1,
        }
