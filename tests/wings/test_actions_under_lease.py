"""Each action under a lease: written with enough of it left or not at all, and what was too late is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import anyio
import pytest

from automaton.core.calls import FileChange, FileOperation, Signal
from automaton.core.outcome import Outcome, Result
from automaton.pace.acting_lease import NOT_SENT
from automaton.pace.clock import SystemClock
from automaton.simulator.faults.catalog import cause
from automaton.wings.pool import Pool
from automaton.wings.server_actions import ServerActions
from tests.pace.fake_lease import FakeLease
from tests.wings.fleet import Watched, watching

pytestmark = pytest.mark.anyio

Act = Callable[[ServerActions, str], Awaitable[Outcome]]

ACTS: dict[str, Act] = {
    "send": lambda actions, server: actions.send_command(server, "list"),
    "ask": lambda actions, server: actions.ask_console(server, "list"),
    "power": lambda actions, server: actions.set_power(server, Signal.STOP),
    "backup": lambda actions, server: actions.make_backup(server, "nightly"),
    "rotate": lambda actions, server: actions.rotate_backups(server, (), 1),
    "files": lambda actions, server: actions.change_files(
        server, FileChange(FileOperation.WRITE, ("a",), "text")
    ),
    "startup": lambda actions, server: actions.set_startup(server, (("SEED", "1"),)),
    "reinstall": lambda actions, server: actions.reinstall(server),
}


def deeds(watched: Watched) -> list[str]:
    """What was done to servers, by the simulator's own record."""
    kinds = ("command", "power", "backup", "files", "startup", "install")
    return [entry.detail for kind in kinds for entry in watched.world.log.entries(kind)]


@pytest.mark.parametrize("panel", [None, 503], ids=["over the Panel", "over the websocket"])
@pytest.mark.parametrize("name", ["send", "power"])
async def test_with_enough_left_an_action_goes_the_ways_it_always_goes(name: str, panel: int | None) -> None:
    lease = FakeLease()
    async with watching(1, lease=lease) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(30)
        watched.world.panel.down = panel

        outcome = await ACTS[name](watched.actions, server)

        assert (outcome.result, outcome.way) == (Result.DONE, "websocket" if panel else "panel")
        assert set(lease.asked) == {server}
        assert (watched.outlived, watched.actions.outlived) == ([], 0)


def test_without_a_lease_nothing_can_outlive_one() -> None:
    assert ServerActions(Pool([], clock=SystemClock(), chance=Random(1)), SystemClock()).outlived is None


@pytest.mark.parametrize("name", ACTS)
async def test_with_too_little_left_nothing_reaches_the_panel(name: str) -> None:
    lease = FakeLease()
    async with watching(1, lease=lease) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(30)
        before = deeds(watched)
        lease.ends_in(4.9)

        outcome = await ACTS[name](watched.actions, server)
        await anyio.sleep(30)

        assert outcome.result is Result.FAILED
        assert NOT_SENT in outcome.detail
        assert deeds(watched) == before


@pytest.mark.parametrize("name", ["send", "power"])
async def test_a_lease_that_ends_on_the_way_to_the_second_socket_keeps_it_off_that_one(name: str) -> None:
    """The first way takes its time to fail, and by then it is too late."""
    lease = FakeLease()
    async with watching(1, lease=lease) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(30)
        before = deeds(watched)
        watched.world.panel.fail(600, down=503, delay=6)
        lease.ends_in(10.0)

        outcome = await ACTS[name](watched.actions, server)
        await anyio.sleep(30)

        assert (outcome.result, outcome.passing) == (Result.FAILED, False)
        assert outcome.detail.endswith(NOT_SENT)
        assert deeds(watched) == before
        assert watched.all_live  # the link stands, and heard of nothing


async def test_a_call_has_thirty_seconds_both_ways_included_and_then_nobody_knows() -> None:
    async with watching(1, lease=FakeLease()) as watched:
        server = watched.world.servers()[0].build.uuid
        cause(watched.world, "panel-slow", {"seconds": 600, "delay": 60})
        began = watched.clock.now().mono

        outcome = await watched.actions.send_command(server, "list")

        assert watched.clock.now().mono - began == pytest.approx(30.0, abs=0.1)
        assert outcome.result is Result.UNKNOWN


@pytest.mark.parametrize("first", [0, 2], ids=["over the Panel", "over the websocket"])
async def test_what_a_stopped_process_wrote_too_late_is_told_counted_and_unknown(first: int) -> None:
    lease, passed = FakeLease(), []  # head and body of a request are a write each

    async def stopped() -> None:
        passed.append(True)
        if len(passed) > first:
            lease.stopped = 60.0

    async with watching(1, lease=lease, failpoint=stopped) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(30)
        watched.world.panel.down = 503 if first else None
        lease.ends_in(8.0)
        before = deeds(watched)

        outcome = await watched.actions.set_power(server, Signal.STOP)

        assert (outcome.result, outcome.passing) == (Result.UNKNOWN, False)
        assert outcome.detail.startswith("it was sent when the lease had been over for 52.0 s")
        assert [(one.server, one.what) for one in watched.outlived] == [(server, "power stop")]
        assert watched.outlived[0].seconds == pytest.approx(52.0, abs=0.1)
        assert watched.actions.outlived == 1
        assert watched.actions.power_asked == {(Signal.STOP, Result.UNKNOWN): 1}
        assert deeds(watched) == [*before, "stop"]


async def test_a_stop_that_ends_in_time_is_nothing_to_tell() -> None:
    lease = FakeLease()

    async def stopped() -> None:
        lease.stopped = 2.0

    async with watching(1, lease=lease, failpoint=stopped) as watched:
        await anyio.sleep(30)
        lease.ends_in(20.0)

        outcome = await watched.actions.send_command(watched.world.servers()[0].build.uuid, "list")

        assert outcome == Outcome(Result.DONE, way="panel")
        assert watched.outlived == []


async def test_what_was_written_too_late_is_told_though_the_call_is_broken_off() -> None:
    """Whoever wakes up reads at once that another owns the server, and throws away all that was under way."""
    lease = FakeLease()
    async with watching(1, lease=lease, failpoint=None) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(30)
        lease.ends_in(8.0)
        with anyio.CancelScope() as under_way:

            async def stopped() -> None:
                lease.stopped = 60.0
                under_way.cancel()

            watched.actions.failpoint = stopped
            await watched.actions.set_power(server, Signal.STOP)

        assert under_way.cancelled_caught
        assert [(one.server, one.what) for one in watched.outlived] == [(server, "power stop")]
        assert watched.actions.outlived == 1
