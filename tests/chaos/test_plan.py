"""What goes wrong in a run."""

from __future__ import annotations

import pytest

from tests.chaos.plan import STORIES_A_RUN, plan
from tests.chaos.wage import BEGINS, ENDS

MEANS = {*BEGINS, *ENDS, "slow", "clock", "move", "reload"}


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(7) == plan(7) != plan(8)


@pytest.mark.parametrize("seed", range(1, 101))
def test_whatever_is_done_can_be_done_in_order_and_takes_less_than_some_minutes(seed: int) -> None:
    deeds = plan(seed)

    assert [deed.at for deed in deeds] == sorted(deed.at for deed in deeds)
    assert {deed.name for deed in deeds} <= MEANS
    assert len(deeds) >= STORIES_A_RUN
    assert deeds[-1].at < 420.0


def test_a_hundred_seeds_have_every_kind_of_fault() -> None:
    assert {deed.name for seed in range(1, 101) for deed in plan(seed)} == MEANS
