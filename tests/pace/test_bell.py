"""Who waits is let go by a ring, and at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import anyio
import anyio.lowlevel
import pytest

from automaton.pace.bell import Bell, ScopeBell, TimerBell, new_bell
from automaton.pace.clock import SteadyClock
from automaton.pace.event_loop import fast_loop

pytestmark = pytest.mark.anyio

AWHILE = 0.2  # seconds, more than a busy machine holds up a loop


@pytest.fixture(params=["asyncio", "uvloop", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, Mapping[str, object]]:
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
        return "asyncio", fast_loop()
    return request.param, {}


@pytest.fixture
async def bell(anyio_backend: tuple[str, Mapping[str, object]]) -> Bell:
    """Of a kind that the event loop has."""
    return TimerBell() if anyio_backend[0] == "asyncio" else ScopeBell()


def now() -> float:
    return SteadyClock(0.0).now().mono


async def is_let_go(bell: Bell, until: float = inf) -> bool:
    with anyio.move_on_after(AWHILE) as waited:
        await bell.wait(until)
    return not waited.cancelled_caught


async def test_each_event_loop_has_its_kind(bell: Bell) -> None:
    assert type(new_bell()) is type(bell)


async def test_a_ring_lets_go_whoever_waits(bell: Bell) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bell.wait, inf)
        await anyio.wait_all_tasks_blocked()
        bell.ring()

    assert not await is_let_go(bell)


async def test_a_ring_that_nobody_waited_for_lets_go_the_next_and_no_other(bell: Bell) -> None:
    bell.ring()
    bell.ring()

    assert await is_let_go(bell)
    assert not await is_let_go(bell)


async def test_a_moment_lets_go_and_not_before(bell: Bell) -> None:
    moment = now() + 0.0123

    await bell.wait(moment)

    assert now() >= moment
    assert not await is_let_go(bell)


@pytest.mark.parametrize("moment", [-inf, 0.0])
async def test_a_moment_that_is_over_lets_go_at_once(bell: Bell, moment: float) -> None:
    assert await is_let_go(bell, moment)


async def test_a_moment_that_is_over_holds_up_nobody(bell: Bell) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        for _ in range(10):
            await bell.wait(0.0)
        tasks.cancel_scope.cancel()

    assert turns > 3


async def test_a_sooner_moment_may_be_named_while_somebody_waits(bell: Bell) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(bell.wait, now() + 3600.0)
            await anyio.wait_all_tasks_blocked()
            bell.ring_at(now() + 7200.0)
            bell.ring_at(now() + 0.001)


async def test_a_moment_that_was_named_before_lets_go_whoever_waits_later_once(bell: Bell) -> None:
    bell.ring_at(now() + 0.0123)

    assert await is_let_go(bell)
    assert not await is_let_go(bell)


async def test_after_a_wait_that_was_cancelled_a_ring_is_heard(bell: Bell) -> None:
    assert not await is_let_go(bell, now() + 3600.0)
    bell.ring()

    assert await is_let_go(bell)


async def test_after_its_end_no_moment_of_before_lets_go(bell: Bell) -> None:
    bell.ring_at(now() + AWHILE / 2)
    bell.end()

    assert not await is_let_go(bell)
