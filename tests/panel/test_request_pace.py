"""The turns of one account's requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import pytest

from automaton.errors import TryLater
from automaton.pace.clock import SteadyClock
from automaton.panel.request_pace import BURST, RequestPace

pytestmark = pytest.mark.anyio


async def turns(pace: RequestPace, clock: SteadyClock, count: int) -> list[float]:
    """The moments of so many turns asked for at once, from now."""
    began, moments = clock.now().mono, list[float]()

    async def one(turn: Callable[[], Awaitable[None]]) -> None:
        await turn()
        moments.append(clock.now().mono - began)

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one, pace.turn)
    return moments


async def test_a_cold_start_goes_three_a_second_until_the_limit_is_known() -> None:
    clock = SteadyClock(0.0)

    moments = await turns(RequestPace(clock), clock, 35)

    assert moments[: int(BURST)] == [0.0] * int(BURST)
    assert moments[-1] == pytest.approx(10.0)


@pytest.mark.parametrize(("limit", "a_second"), [(720, 9.0), (240, 3.0), (256, 3.2), (60, 0.75)])
async def test_three_quarters_of_the_panels_limit_are_ours(limit: int, a_second: float) -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.learn(limit, limit)

    moments = await turns(pace, clock, 95)

    assert 90 / moments[-1] == pytest.approx(a_second, rel=0.02)


async def test_a_minute_of_ours_stays_below_the_limit() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.learn(240, 240)

    moments = await turns(pace, clock, 400)

    assert max(sum(t <= other < t + 60 for other in moments) for t in moments) < 240


async def test_while_little_is_left_of_the_minute_only_actions_go_on() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.learn(240, 20)
    await pace.urgent_turn()
    assert clock.now().mono == 0

    await pace.turn()

    assert clock.now().mono == pytest.approx(15)


async def test_a_wait_that_the_panel_asked_for_holds_all_and_ends_without_a_burst() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.hold(40)

    moments = await turns(pace, clock, 35)

    assert moments[0] == pytest.approx(40)
    assert moments[-1] == pytest.approx(50)


async def test_an_action_does_not_queue_behind_a_thousand_tokens() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    async with anyio.create_task_group() as group:
        for _ in range(1000):
            group.start_soon(pace.turn)
        await anyio.sleep(10)
        before = clock.now().mono
        await pace.urgent_turn()
        assert clock.now().mono == before
        group.cancel_scope.cancel()


async def test_an_action_waits_out_a_short_hold_and_refuses_a_long_one() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.hold(3)
    await pace.urgent_turn()
    assert clock.now().mono == pytest.approx(3)

    pace.hold(60)
    with pytest.raises(TryLater) as raised:
        await pace.urgent_turn()
    assert raised.value.after == pytest.approx(60)


@pytest.mark.parametrize("limit", [None, 0, -1])
async def test_a_limit_that_says_nothing_changes_nothing(limit: int | None) -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.learn(limit, 0)

    assert (await turns(pace, clock, 8))[-1] == pytest.approx(1.0)


# Shares of an account that several daemons use


async def test_what_all_daemons_may_ask_together_is_what_the_panel_told() -> None:
    pace = RequestPace(SteadyClock(0.0))
    before = pace.per_minute
    pace.share(20)
    pace.learn(720, 720)

    assert (before, pace.per_minute) == (180.0, 540.0)


@pytest.mark.parametrize(("share", "a_second"), [(60.0, 1.0), (179.0, 179 / 60), (400.0, 3.0), (None, 3.0)])
async def test_a_share_is_kept_and_never_more_than_the_whole(share: float | None, a_second: float) -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.share(share)
    pace.learn(240, 240)

    moments = await turns(pace, clock, 65)

    assert 60 / moments[-1] == pytest.approx(a_second, rel=0.02)


async def test_with_no_share_nothing_is_asked_but_for_an_action_until_there_is_one() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.share(0.0)

    async def later() -> None:
        await anyio.sleep(300)
        pace.share(60.0)

    async with anyio.create_task_group() as group:
        group.start_soon(later)
        await pace.urgent_turn()
        urgent = clock.now().mono
        moments = await turns(pace, clock, 3)

    assert urgent == 0.0
    assert 299.0 <= min(moments) <= 301.0


async def test_a_share_that_grows_is_felt_within_a_second_by_who_waits() -> None:
    """A member that takes over a dead one's servers has its share, and a thousand tokens to ask for."""
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.share(1.0)
    await turns(pace, clock, int(BURST))

    async def later() -> None:
        await anyio.sleep(10)
        pace.share(180.0)

    async with anyio.create_task_group() as group:
        group.start_soon(later)
        moments = await turns(pace, clock, 30)

    assert moments[0] == pytest.approx(10.0, abs=1.0)
    assert moments[-1] - moments[0] == pytest.approx(29 / 3, rel=0.1)


async def test_what_actions_took_beyond_our_pace_is_owed_until_it_has_come_in() -> None:
    clock = SteadyClock(0.0)
    pace = RequestPace(clock)
    pace.learn(limit=240, remaining=200)  # three a second are ours
    for _ in range(11):
        await pace.urgent_turn()
    assert pace.owed == pytest.approx(6.0)

    await anyio.sleep(1.0)
    assert pace.owed == pytest.approx(3.0)
    await anyio.sleep(2.0)
    assert pace.owed == pytest.approx(0.0)
