"""A shard on its way to another member."""

from __future__ import annotations

import pytest

from automaton.cluster.handover import (
    LONGEST_ENDING,
    CloseLinks,
    Handover,
    Release,
    Resume,
    State,
    StopTaking,
)
from automaton.cluster.shard import FLEET


@pytest.fixture
def handover() -> Handover:
    return Handover(FLEET, "b")


def test_a_shard_is_released_when_nothing_is_under_way_any_more(handover: Handover) -> None:
    assert handover.begin(0.0) == (StopTaking(),)
    assert handover.look(1.0, 2, to_lives=True) == ()
    assert handover.look(2.0, 0, to_lives=True) == (Release("b", was_cut_off=0),)
    assert handover.released() == (CloseLinks(),)
    assert not handover.is_over
    assert handover.closed() == ()

    assert handover.is_over


def test_calls_that_never_end_are_cut_off_once_their_deadline_is_over(handover: Handover) -> None:
    handover.begin(0.0)
    assert handover.look(LONGEST_ENDING - 0.1, 2, to_lives=True) == ()

    assert handover.look(LONGEST_ENDING, 2, to_lives=True) == (Release("b", was_cut_off=2),)


def test_the_shard_is_kept_if_whom_it_goes_to_dies_before_the_release(handover: Handover) -> None:
    handover.begin(0.0)

    assert handover.look(1.0, 1, to_lives=False) == (Resume("b may not be given shards any more"),)
    assert handover.state is State.KEPT
    assert handover.is_over


def test_there_is_no_way_back_once_the_release_was_asked_for(handover: Handover) -> None:
    handover.begin(0.0)
    handover.look(1.0, 0, to_lives=True)

    assert handover.look(2.0, 0, to_lives=False) == ()
    assert handover.state is State.RELEASING


def test_a_shard_that_another_claimed_is_not_ours_to_hand_over(handover: Handover) -> None:
    handover.begin(0.0)

    assert handover.lost() == ()
    assert handover.is_over
    assert handover.look(1.0, 0, to_lives=True) == ()


def test_inputs_out_of_order_are_bugs(handover: Handover) -> None:
    with pytest.raises(AssertionError, match="idle"):
        handover.released()
    handover.begin(0.0)
    with pytest.raises(AssertionError, match="ending"):
        handover.closed()
