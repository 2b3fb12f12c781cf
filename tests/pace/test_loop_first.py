"""A thread that computes beside the event loop, and lets it turn first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

import trio

from automaton.pace.clock import thread_seconds
from automaton.pace.loop_first import WORKS_FOR, LoopFirst, loop_first

PATIENCE = 60.0  # of tests that see the loop turn, which takes no time


class Worker:
    """A thread's processor time, by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def worked(self) -> float:
        return self.seconds


class CountedLoop:
    """Does at once what it is asked to, and counts."""

    def __init__(self) -> None:
        self.asked = 0

    def call_soon_threadsafe(self, callback: Callable[..., object], *arguments: object) -> None:
        self.asked += 1
        callback(*arguments)

    call_soon = call_soon_threadsafe


def waits_of(loop: CountedLoop, worker: Worker) -> LoopFirst:
    """Which has begun to work."""
    wait = LoopFirst(cast("asyncio.AbstractEventLoop", loop), worker.worked, 0.001)
    wait()
    return wait


def test_a_thread_that_worked_for_a_while_goes_on_once_the_loop_has_turned_and_judged() -> None:
    async def story() -> list[str]:
        loop, seen, worker = asyncio.get_running_loop(), list[str](), Worker()
        wait = LoopFirst(loop, worker.worked, PATIENCE)

        def work() -> list[str]:
            wait()
            loop.call_soon_threadsafe(lambda: loop.call_soon(seen.append, "judged"))
            worker.seconds += WORKS_FOR
            wait()
            return list(seen)

        return await asyncio.to_thread(work)

    assert asyncio.run(story()) == ["judged"]


def test_one_that_worked_for_less_since_it_waited_does_not_ask_the_loop() -> None:
    loop, worker = CountedLoop(), Worker()
    wait = waits_of(loop, worker)

    asked = []
    for _ in range(4):
        worker.seconds += WORKS_FOR / 2
        before = loop.asked
        wait()
        asked.append(loop.asked > before)

    assert asked == [False, True, False, True]


def test_what_a_thread_did_before_it_came_here_does_not_count() -> None:
    """Threads are used again, and their processor time goes on."""
    loop, worker = CountedLoop(), Worker()
    worker.seconds = 1000.0

    waits_of(loop, worker)

    assert loop.asked == 0


def test_a_loop_that_turns_no_more_or_is_closed_lets_the_thread_go_on() -> None:
    loop, worker = asyncio.new_event_loop(), Worker()
    wait = LoopFirst(loop, worker.worked, 0.001)

    def work() -> None:
        wait()
        for _ in range(2):
            worker.seconds += 1.0
            wait()
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)

    assert not thread.is_alive()


def test_where_the_loop_is_not_asyncios_nothing_waits() -> None:
    async def story() -> bool:
        loop_first()()
        return isinstance(loop_first(), LoopFirst)

    assert not trio.run(story)


def test_the_processor_time_of_a_thread_is_its_own() -> None:
    def work() -> None:
        began = thread_seconds()
        while thread_seconds() - began < 0.05:
            pass

    before = thread_seconds()
    other = threading.Thread(target=work)
    other.start()
    other.join()

    assert thread_seconds() - before < 0.05
