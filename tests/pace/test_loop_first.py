"""A thread that computes beside the event loop, and lets it turn first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

import trio

from automaton.core.moment import Moment
from automaton.pace.loop_first import WORKS_FOR, LoopFirst, loop_first

PATIENCE = 60.0  # of tests that see the loop turn, which takes no time


class HandClock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.mono = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, self.mono)


class CountedLoop:
    """Counts how often it is waited for. `turns`: whether it does what it is asked to."""

    def __init__(self, *, turns: bool) -> None:
        self.asked = 0
        self._turns = turns

    def call_soon_threadsafe(self, callback: Callable[..., object], *arguments: object) -> None:
        self.asked += 1
        if self._turns:
            callback(*arguments)

    call_soon = call_soon_threadsafe


def waits_of(loop: CountedLoop, clock: HandClock) -> LoopFirst:
    return LoopFirst(cast("asyncio.AbstractEventLoop", loop), clock, 0.001)


def test_a_thread_that_worked_for_a_while_goes_on_once_the_loop_has_turned_and_judged() -> None:
    async def story() -> list[str]:
        loop, seen, clock = asyncio.get_running_loop(), list[str](), HandClock()
        wait = LoopFirst(loop, clock, PATIENCE)

        def work() -> list[str]:
            loop.call_soon_threadsafe(lambda: loop.call_soon(seen.append, "judged"))
            clock.mono += WORKS_FOR
            wait()
            return list(seen)

        return await asyncio.to_thread(work)

    assert asyncio.run(story()) == ["judged"]


def test_one_that_worked_for_less_since_it_waited_does_not_ask_the_loop() -> None:
    loop, clock = CountedLoop(turns=True), HandClock()
    wait = waits_of(loop, clock)

    asked = []
    for worked in (WORKS_FOR / 2, WORKS_FOR / 2, WORKS_FOR / 2, WORKS_FOR / 2):
        clock.mono += worked
        before = loop.asked
        wait()
        asked.append(loop.asked > before)

    assert asked == [False, True, False, True]


def test_a_loop_that_is_waited_for_in_vain_is_asked_more_seldom_each_time_until_it_turns() -> None:
    """One with more to do than it can would keep a reload from its end."""
    loop, clock = CountedLoop(turns=False), HandClock()
    wait = waits_of(loop, clock)

    waited_at = []
    for step in range(1, 20):
        clock.mono = step * WORKS_FOR * 1.001
        before = loop.asked
        wait()
        if loop.asked > before:
            waited_at.append(step)

    assert waited_at == [1, 3, 7, 15]


def test_a_loop_that_turns_no_more_or_is_closed_lets_the_thread_go_on() -> None:
    loop, clock = asyncio.new_event_loop(), HandClock()
    wait = LoopFirst(loop, clock, 0.001)

    def work() -> None:
        for _ in range(2):
            clock.mono += 1.0
            wait()
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)

    assert not thread.is_alive()


def test_where_the_loop_is_not_asyncios_nothing_waits() -> None:
    async def story() -> None:
        loop_first(HandClock())()

    trio.run(story)
