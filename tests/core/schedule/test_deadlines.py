"""Everybody is woken at the right time, once."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.schedule.deadlines import FEW, Deadlines


def test_owners_are_due_in_the_order_of_time() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("late", 20.0)
    deadlines.set("early", 10.0)

    assert list(deadlines.due(30.0)) == [(10.0, "early"), (20.0, "late")]
    assert deadlines.next() is None


def test_a_deadline_moved_later_wakes_only_then() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10.0)
    deadlines.set("a", 15.0)

    assert list(deadlines.due(12.0)) == []
    assert deadlines.next() == 15.0


def test_an_owner_that_is_due_now_and_then_and_wanted_far_ahead_fills_nothing() -> None:
    """As an incident that is looked at each second, and escalates in a month."""
    deadlines: Deadlines[str] = Deadlines()
    for second in range(3 * FEW):
        deadlines.set("a", 3e6)
        deadlines.set("a", float(second))
        assert list(deadlines.due(float(second))) == [(float(second), "a")]

    assert len(deadlines) <= FEW + 2
    deadlines.set("a", 3e6)
    assert list(deadlines.due(3e6)) == [(3e6, "a")]


def test_never_and_dropped_owners_are_not_woken() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for owner in ("never", "dropped"):
        deadlines.set(owner, 10.0)
    deadlines.set("never", inf)
    deadlines.drop("dropped")

    assert deadlines.next() is None


def test_an_owner_that_is_due_again_meanwhile_is_met_in_the_same_turn() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 1.0)
    met = []
    for mono, _ in deadlines.due(3.5):
        met.append(mono)
        deadlines.set("a", mono + 1.0)

    assert met == [1.0, 2.0, 3.0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100) | st.just(inf)), max_size=30))
def test_the_last_deadline_set_is_the_one_that_counts(settings: list[tuple[str, float]]) -> None:
    deadlines: Deadlines[str] = Deadlines()
    for owner, mono in settings:
        deadlines.set(owner, mono)
    expected = sorted((mono, owner) for owner, mono in dict(settings).items() if mono < inf)

    assert sorted(deadlines.due(100.0)) == expected


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdrt"), st.sampled_from("xyz"), st.floats(0, 100) | st.just(inf)),
        max_size=40,
    )
)
def test_nobody_is_due_before_the_first(steps: list[tuple[str, str, float]]) -> None:
    deadlines: Deadlines[str] = Deadlines()
    for what, owner, mono in steps:
        match what:
            case "d":
                deadlines.drop(owner)
            case "r":
                list(deadlines.due(min(mono, 50.0)))
            case "t":
                deadlines.take_with(owner, mono)
            case _:
                deadlines.set(owner, mono)
        first = deadlines.first
        assert first <= (inf if (due := deadlines.next()) is None else due)
        assert deadlines.first == (inf if due is None else due)  # `next` has swept the others away
