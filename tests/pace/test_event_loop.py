"""Timers of the daemon's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from math import inf
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.pace import event_loop
from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import resting

pytest.importorskip("uvloop")

DEADLINES = 50
NAME: ContextVar[str] = ContextVar("name", default="")


class CountingLoop(event_loop.RestingLoop):
    """Says how often timers were asked for."""

    asked = 0

    def call_at(self, *arguments: Any, **options: Any) -> Any:  # type: ignore[override] # handed on as it is
        self.asked += 1
        return super().call_at(*arguments, **options)


@given(st.integers(0, 10**12), st.floats(-10.0, 1e6))
def test_a_timer_comes_at_the_first_millisecond_at_which_it_is_due(milliseconds: int, wait: float) -> None:
    now = milliseconds / 1000
    when = now + wait

    later = round(resting(now, when) * 1000)

    assert later >= 0
    assert (milliseconds + later) / 1000 >= when
    assert later == 0 or (milliseconds + later - 1) / 1000 < when


def test_a_deadline_between_two_milliseconds_takes_one_timer_and_is_not_met_early() -> None:
    late: list[float] = []

    async def meet() -> None:
        loop, clock = asyncio.get_running_loop(), SystemClock()
        for number in range(DEADLINES):  # wherever between two milliseconds they lie
            deadline = clock.now().mono + 0.002 + number * 0.00013
            with anyio.CancelScope(deadline=deadline):
                await anyio.sleep_forever()
            late.append(loop.time() - deadline)
        assert isinstance(loop, CountingLoop)
        assert 0 < loop.asked <= DEADLINES

    anyio.run(meet, backend_options={"loop_factory": CountingLoop})

    assert len(late) == DEADLINES
    assert min(late) >= 0.0


def called(at: Callable[[float], float], *, context: bool = False) -> list[tuple[str, str]]:
    """What a timer did that was asked for at a moment of the loop's clock, once it had time for it."""
    did: list[tuple[str, str]] = []

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        NAME.set("asks")
        its_own = None
        if context:
            its_own = copy_context()
            its_own.run(NAME.set, "its own")
        loop.call_at(at(loop.time()), lambda word: did.append((word, NAME.get())), "word", context=its_own)
        await asyncio.sleep(0.01)

    anyio.run(ask, backend_options={"loop_factory": CountingLoop})
    return did


@pytest.mark.parametrize("moment", [-inf, -1.0, 0.0])
def test_a_moment_that_is_over_comes_at_once(moment: float) -> None:
    assert called(lambda now: now + moment) == [("word", "asks")]


@pytest.mark.parametrize("moment", [inf, 1e300, 1e12, 3600.0])
def test_a_moment_that_is_far_does_not_come(moment: float) -> None:
    assert called(lambda now: now + moment) == []


def test_a_timer_runs_in_the_context_that_it_was_given() -> None:
    assert called(lambda now: now, context=True) == [("word", "its own")]
