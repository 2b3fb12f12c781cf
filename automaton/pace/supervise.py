"""Weather is retried with growing waits; a bug is loud.

A mixed group of both is a bug: `except*` splits it, and what is left goes up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import anyio

from automaton.errors import TryLater, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock

STEADY_AFTER = 60.0  # seconds of work after which the next failure counts as the first again


async def supervise(
    work: Callable[[], Awaitable[None]],
    *,
    clock: Clock,
    chance: Random,
    backoff: Backoff,
    told: Callable[[Weather, float], None],
) -> None:
    """Runs `work` again after every weather, until it returns by itself.

    `told` hears each weather and the seconds until the next try.
    """
    tries = 0
    while True:
        began = clock.now()
        weather: Weather | None = None
        try:
            await work()
        except* Weather as group:
            weather = _first(group)
        if weather is None:
            return
        tries = 1 if clock.now() - began > STEADY_AFTER else tries + 1
        asked = weather.after if isinstance(weather, TryLater) else None
        wait = backoff.wait(tries, chance, asked=asked)
        told(weather, wait)
        await anyio.sleep(wait)


def _first(group: BaseExceptionGroup[Weather]) -> Weather:
    for error in group.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise AssertionError("an exception group is never empty")
