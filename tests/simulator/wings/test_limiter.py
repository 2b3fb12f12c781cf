from __future__ import annotations

import pytest

from automaton.simulator.wings.limiter import Limiter


@pytest.mark.parametrize(
    ("event", "burst", "refill"),
    [
        ("auth", 2, 5.0),
        ("send logs", 2, 5.0),
        ("send command", 10, 1.0),
        ("send stats", 4, 1.0),
        ("nope", 4, 1.0),
    ],
)
def test_a_bucket_gives_its_burst_and_then_one_per_refill(event: str, burst: int, refill: float) -> None:
    limiter = Limiter(100.0)

    at_once = [limiter.admits_event(event, 100.0) for _ in range(burst + 1)]
    early = limiter.admits_event(event, 100.0 + refill * 0.9)
    later = limiter.admits_event(event, 100.0 + refill)

    assert (at_once, early, later) == ([True] * burst + [False], False, True)


def test_set_state_and_send_stats_share_a_bucket() -> None:
    limiter = Limiter(0.0)

    passed = [limiter.admits_event(event, 0.0) for event in ("set state", "send stats") * 3]

    assert passed == [True] * 4 + [False] * 2


def test_all_frames_together_have_a_bucket_of_ten_and_five_a_second() -> None:
    limiter = Limiter(0.0)

    at_once = sum(limiter.admits_frame(0.0) for _ in range(20))
    within_a_second = sum(limiter.admits_frame(step / 10) for step in range(1, 11))

    assert (at_once, within_a_second) == (10, 5)


def test_a_drop_is_told_once_until_one_passes_again() -> None:
    limiter = Limiter(0.0)
    for _ in range(3):
        limiter.admits_event("auth", 0.0)

    first, second = limiter.first_drop("auth"), limiter.first_drop("auth")
    limiter.admits_event("auth", 5.0)

    assert (first, second, limiter.first_drop("auth")) == (True, False, True)
