"""Who floods waits for himself, is told so beyond a bound, and holds up nobody else."""

from __future__ import annotations

import anyio
import pytest

from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.visitor_pace import (
    AT_ONCE,
    MOST_VISITORS,
    MOST_WAITING,
    REQUESTS,
    VisitorPace,
)
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


async def refused(pace: VisitorPace, visitor: str) -> int:
    """The status of a refusal, 0 for a turn."""
    try:
        await pace.begin(visitor)
    except RequestRefused as problem:
        return problem.status
    pace.end(visitor)
    return 0


async def test_so_many_a_second_and_others_as_many() -> None:
    clock = HandClock()
    pace = VisitorPace(clock)
    statuses = [await refused(pace, "vic") for _ in range(int(REQUESTS) + 2)]
    other = await refused(pace, "anna")
    clock.at += 1

    assert statuses == [0] * int(REQUESTS) + [429] * 2
    assert (other, await refused(pace, "vic")) == (0, 0)


async def test_a_few_at_once_the_next_wait_and_the_rest_are_refused() -> None:
    pace = VisitorPace(HandClock())
    begun = 0

    async def asks() -> None:
        nonlocal begun
        await pace.begin("vic")
        begun += 1

    async with anyio.create_task_group() as tasks:
        for _ in range(AT_ONCE + MOST_WAITING):
            tasks.start_soon(asks)
        await anyio.wait_all_tasks_blocked()
        first, full, other = begun, await refused(pace, "vic"), await refused(pace, "anna")
        pace.end("vic")
        await anyio.wait_all_tasks_blocked()
        then = begun
        tasks.cancel_scope.cancel()
    for _ in range(AT_ONCE):
        pace.end("vic")

    assert (first, full, other, then) == (AT_ONCE, 429, 0, AT_ONCE + 1)
    assert pace._turns == {}


async def test_so_many_visitors_are_remembered_and_no_more() -> None:
    pace = VisitorPace(HandClock())
    for one in range(MOST_VISITORS + 5):
        await refused(pace, str(one))

    assert len(pace._buckets) == MOST_VISITORS
