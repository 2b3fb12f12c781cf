"""One hand on a server."""

from __future__ import annotations

from automaton.core.hand import Hands


def test_the_first_run_has_the_hand_and_others_wait_in_order() -> None:
    hands: Hands[str] = Hands()

    assert [hands.take("s", run) for run in ("a", "b", "c", "a")] == [True, False, False, True]
    assert hands.release("s", "a") == "b"
    assert hands.release("s", "b") == "c"
    assert hands.release("s", "c") is None


def test_a_run_that_stops_waiting_loses_its_turn() -> None:
    hands: Hands[str] = Hands()
    for run in ("a", "b", "c"):
        hands.take("s", run)

    assert hands.release("s", "b") is None
    assert hands.release("s", "a") == "c"


def test_servers_have_hands_of_their_own() -> None:
    hands: Hands[str] = Hands()
    hands.take("s", "a")

    assert hands.take("t", "b")


def test_releasing_what_one_does_not_hold_changes_nothing() -> None:
    hands: Hands[str] = Hands()
    hands.take("s", "a")

    assert hands.release("s", "b") is None
    assert not hands.take("s", "b")
