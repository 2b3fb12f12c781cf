"""Turns of groups: the most urgent first, as often as they are set, whatever was set before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.schedule.deadlines import FEW
from automaton.delivery.group import GroupKey
from automaton.delivery.turns import GroupTurns


def key(name: str) -> GroupKey:
    return (("rule", name),)


def taken(turns: GroupTurns, mono: float) -> list[str]:
    """The names of all whose turn has come, in the order in which they are taken."""
    names = []
    while (one := turns.take(mono)) is not None:
        names.append(one[1][0][1])
    return names


def test_none_has_a_turn_before_its_time() -> None:
    turns = GroupTurns()
    turns.set(key("a"), 5.0, is_critical=False)
    assert turns.next(4.0) == 5.0
    assert turns.take(4.9) is None
    assert turns.take(5.0) == (5.0, key("a"))
    assert turns.next(5.0) is None


def test_a_critical_comes_before_what_has_waited_longer() -> None:
    turns = GroupTurns()
    turns.set(key("quiet"), 1.0, is_critical=False)
    turns.set(key("loud"), 2.0, is_critical=True)
    assert taken(turns, 3.0) == ["loud", "quiet"]


def test_of_two_that_are_due_at_once_the_one_known_longer_is_first_though_set_anew() -> None:
    turns = GroupTurns()
    turns.set(key("first"), 1.0, is_critical=False)
    turns.set(key("second"), 1.0, is_critical=False)
    assert turns.take(1.0) == (1.0, key("first"))
    turns.set(key("first"), 1.0, is_critical=False)  # its message did not arrive
    assert taken(turns, 1.0) == ["first", "second"]


def test_a_turn_that_has_come_can_be_put_off() -> None:
    turns = GroupTurns()
    turns.set(key("a"), 1.0, is_critical=False)
    turns.set(key("b"), 2.0, is_critical=False)
    assert turns.take(2.0) == (1.0, key("a"))
    turns.set(key("b"), 9.0, is_critical=False)
    assert turns.next(2.0) == 9.0
    assert turns.take(8.0) is None


def test_while_one_is_ready_the_next_turn_is_now() -> None:
    turns = GroupTurns()
    turns.set(key("a"), 1.0, is_critical=False)
    turns.set(key("b"), 2.0, is_critical=False)
    turns.take(3.0)
    assert turns.next(3.0) == 3.0


def test_what_is_set_anew_for_days_leaves_nothing_behind() -> None:
    turns = GroupTurns()
    for number in range(10 * FEW):
        turns.set(key("a"), float(number), is_critical=False)
        turns.set(key("b"), float(number), is_critical=False)
        assert turns.take(float(number)) == (float(number), key("a"))
    assert len(turns) <= FEW + 4


NAMES = st.sampled_from("abcde")
STEPS = st.lists(
    st.tuples(NAMES, st.none() | st.integers(0, 9), st.booleans()) | st.integers(0, 3), max_size=40
)


@given(STEPS)
def test_it_takes_what_a_look_at_all_of_them_would(steps: list[tuple[str, int | None, bool] | int]) -> None:
    turns, now = GroupTurns(), 0.0
    wanted: dict[str, tuple[float, bool]] = {}
    for step in steps:
        if isinstance(step, int):
            now += step
            due = {name: (not loud, at) for name, (at, loud) in wanted.items() if at <= now}
            one = turns.take(now)
            assert (one is None) == (not due)
            if one is not None:
                at, ((_, name),) = one
                assert due[name] == min(due.values())
                assert at == wanted.pop(name)[0]
        else:
            name, at_, loud = step
            if at_ is None:
                wanted.pop(name, None)
                turns.drop(key(name))
            else:
                wanted[name] = (float(at_), loud)
                turns.set(key(name), float(at_), is_critical=loud)
    first = turns.next(now)
    ahead = min((at for at, _ in wanted.values()), default=None)
    assert first == ahead or (first == now and ahead is not None and ahead <= now)
