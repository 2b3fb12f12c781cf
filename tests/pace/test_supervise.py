"""Weather is retried, a bug is loud."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import anyio
import pytest

from automaton.errors import TryLater, Unreachable, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.clock import SteadyClock
from automaton.pace.supervise import supervise

pytestmark = pytest.mark.anyio


async def run(work: Callable[[int], BaseException | None], *, lasting: float = 0.0) -> list[float]:
    """The waits until `work`, told its number, has no more error."""
    clock, waits, runs = SteadyClock(0.0), list[float](), 0

    async def once() -> None:
        nonlocal runs
        runs += 1
        await anyio.sleep(lasting)
        if (error := work(runs)) is not None:
            raise error

    def told(weather: Weather, wait: float) -> None:
        waits.append(wait)

    await supervise(once, clock=clock, chance=Random(1), backoff=Backoff(first=4, cap=60), told=told)
    return waits


async def test_weather_is_retried_with_growing_waits_until_the_work_returns() -> None:
    waits = await run(lambda number: Unreachable("down") if number < 5 else None)

    assert len(waits) == 4
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, (4, 8, 16, 32), strict=True))


async def test_after_a_minute_of_good_work_a_failure_counts_as_the_first_again() -> None:
    waits = await run(lambda number: Unreachable("down") if number < 4 else None, lasting=61)

    assert all(2 <= wait <= 4 for wait in waits)


async def test_a_wait_that_was_asked_for_is_kept() -> None:
    waits = await run(lambda number: TryLater("not now", after=90) if number == 1 else None)

    assert 90 <= waits[0] <= 100


async def test_a_bug_goes_up_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        await run(lambda number: ZeroDivisionError())


async def test_weather_inside_groups_is_weather() -> None:
    grouped = ExceptionGroup("a", [ExceptionGroup("b", [Unreachable("down")])])

    assert len(await run(lambda number: grouped if number == 1 else None)) == 1


async def test_a_bug_beside_weather_in_one_group_stays_a_bug() -> None:
    mixed = ExceptionGroup("both", [Unreachable("down"), ZeroDivisionError()])

    with pytest.raises(ExceptionGroup) as raised:
        await run(lambda number: mixed)

    assert raised.group_contains(ZeroDivisionError)
    assert not raised.group_contains(Unreachable)
