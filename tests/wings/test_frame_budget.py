"""What a legal Wings sends is within the budget of a link; what no Wings sends is not."""

from __future__ import annotations

import pytest

from automaton.wings.frame_budget import FrameBudget


def spent(budget: FrameBudget, mono: float, frames: int = 0, controls: int = 0, fragments: int = 0) -> str:
    return budget.spend(mono, frames=frames + controls + fragments, controls=controls, fragments=fragments)


def test_fifty_thousand_lines_a_second_for_an_hour_are_read() -> None:
    budget = FrameBudget()

    assert not any(spent(budget, second, frames=50_000) for second in range(3600))


def test_two_pings_a_minute_and_our_own_pongs_are_read_and_so_is_an_hour_of_them_at_once() -> None:
    budget = FrameBudget()

    assert not any(spent(budget, 15.0 * turn, controls=1) for turn in range(240))
    assert not spent(budget, 3600.0, controls=60)


def test_a_thousand_long_lines_a_second_in_three_fragments_each_are_read() -> None:
    budget = FrameBudget()

    assert not any(spent(budget, second, fragments=3000) for second in range(600))


@pytest.mark.parametrize(
    ("came", "breach"),
    [
        ({"frames": 256}, "over 100,000 frames a second came"),
        ({"controls": 256}, "over 60 pings and pongs came within a minute"),
        ({"fragments": 256}, "over 5,000 fragments a second came"),
    ],
)
def test_portions_that_pour_in_are_a_breach_within_a_second(came: dict[str, int], breach: str) -> None:
    budget = FrameBudget()
    told = [spent(budget, number / 2000, **came) for number in range(2000)]

    assert next(said for said in told if said) == breach


def test_what_is_within_the_budget_is_no_breach() -> None:
    assert spent(FrameBudget(), 0.0, frames=1, controls=1, fragments=1) == ""


def test_what_was_too_much_is_allowed_again_later() -> None:
    budget = FrameBudget()

    assert spent(budget, 0.0, controls=61)
    assert not spent(budget, 60.0, controls=60)


@pytest.mark.parametrize(
    ("at_once", "later", "more"),
    [
        ({"frames": 200_000}, 0.5, {"frames": 50_000}),
        ({"controls": 60}, 2.0, {"controls": 2}),
        ({"fragments": 10_000}, 0.5, {"fragments": 2500}),
    ],
)
def test_to_the_frame_a_link_may_send_its_share_at_once_and_then_as_time_goes_by(
    at_once: dict[str, int], later: float, more: dict[str, int]
) -> None:
    budget, one = FrameBudget(), dict.fromkeys(at_once, 1)

    assert spent(budget, 0.0, **at_once) == ""
    assert spent(budget, 0.0, **one)
    assert spent(budget, later, **more) == ""
    assert spent(budget, later, **one)
