"""All unfinished messages together are bounded; one of usual length always has room."""

from __future__ import annotations

from automaton.wings.unfinished import ALL, USUAL, Unfinished

MIB = 1024 * 1024


def test_long_messages_have_room_until_there_are_too_many() -> None:
    unfinished = Unfinished()

    assert [unfinished.change(0, MIB) for _ in range(17)] == [True] * 16 + [False]


def test_a_message_of_usual_length_has_room_though_others_fill_it() -> None:
    unfinished = Unfinished()
    unfinished.change(0, ALL)

    assert unfinished.change(0, USUAL)
    assert not unfinished.change(USUAL, USUAL + 1)


def test_room_that_was_given_back_is_there_for_others() -> None:
    unfinished = Unfinished()
    unfinished.change(0, ALL)
    unfinished.change(ALL, 0)

    assert unfinished.total == 0
    assert unfinished.change(0, MIB)
