"""A thread that computes beside the event loop, and lets it turn first."""

from __future__ import annotations

import asyncio
import threading

import trio

from automaton.core.moment import Moment
from automaton.pace.loop_first import WORKS_FOR, LoopFirst, loop_first

PATIENCE = 60.0  # of tests that see the loop turn, which takes no time


class WorkingClock:
    """By which each look is `step` seconds after the one before."""

    def __init__(self, step: float) -> None:
        self._step, self._mono = step, 0.0

    def now(self) -> Moment:
        self._mono += self._step
        return Moment(self._mono, self._mono)


async def _seen_when_it_went_on(step: float, is_held: threading.Event) -> list[str]:
    """What the loop had done of what came to it, and of what that set off, by the time the thread went on."""
    loop, seen = asyncio.get_running_loop(), list[str]()
    wait = LoopFirst(loop, WorkingClock(step), PATIENCE)

    def work() -> list[str]:
        loop.call_soon_threadsafe(is_held.wait)
        loop.call_soon_threadsafe(lambda: loop.call_soon(seen.append, "judged"))
        wait()
        at_once = list(seen)
        is_held.set()
        return at_once

    return await asyncio.to_thread(work)


def test_a_thread_that_worked_for_a_while_goes_on_once_the_loop_has_turned_and_judged() -> None:
    is_not_held = threading.Event()
    is_not_held.set()

    assert asyncio.run(_seen_when_it_went_on(WORKS_FOR, is_not_held)) == ["judged"]


def test_one_that_worked_for_less_does_not_wait_for_a_loop_in_the_midst_of_something() -> None:
    assert asyncio.run(_seen_when_it_went_on(WORKS_FOR / 2, threading.Event())) == []


def test_a_loop_that_turns_no_more_holds_it_up_for_a_moment_alone() -> None:
    loop = asyncio.new_event_loop()
    wait = LoopFirst(loop, WorkingClock(1.0), 0.001)

    wait()
    loop.close()
    wait()


def test_where_the_loop_is_not_asyncios_nothing_waits() -> None:
    async def story() -> None:
        loop_first(WorkingClock(1.0))()

    trio.run(story)
