"""Timers of the daemon's loop."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop

DEADLINES = 50


async def _asked(monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[float]]:
    """How often timers were asked for until all deadlines were met, and how many seconds late they were."""
    asked, late, clock = 0, [], SystemClock()
    loop = asyncio.get_running_loop()
    call_at = type(loop).call_at

    def counted(*arguments: object, **options: object) -> object:
        nonlocal asked
        asked += 1
        return call_at(*arguments, **options)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(type(loop), "call_at", counted, raising=False)
    for number in range(DEADLINES):  # wherever between two milliseconds they lie
        deadline = clock.now().mono + 0.002 + number * 0.00013
        with anyio.CancelScope(deadline=deadline):
            await anyio.sleep_forever()
        late.append(loop.time() - deadline)
    return asked, late


@pytest.mark.skipif(not fast_loop(), reason="uvloop is not here")
def test_a_deadline_between_two_milliseconds_takes_one_timer_and_is_not_met_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, late = anyio.run(_asked, monkeypatch, backend_options=fast_loop())

    assert asked == DEADLINES
    assert min(late) >= 0.0
