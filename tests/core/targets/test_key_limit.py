"""A rule with a list in `by` has at most ten thousand keys."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.core.rules.rule import Breaker, Rule
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import MOST, KeyLimit
from tests.core.story import LOBBY, target_of

RULE, PLACE = Rule(id="a"), target_of(LOBBY)


def keyed(value: str) -> RuleState:
    return RuleState(RULE, 0, PLACE, (value,))


def full() -> tuple[KeyLimit, list[RuleState]]:
    keys, rule_states = KeyLimit(), [keyed(str(number)) for number in range(MOST)]
    assert [keys.make_room(rule_state, 0.0) for rule_state in rule_states] == [None] * MOST
    return keys, rule_states


def test_the_longest_unused_goes_first() -> None:
    keys, rule_states = full()
    keys.note(rule_states[0])

    assert keys.make_room(keyed("one more"), 0.0) is rule_states[1]


def test_one_in_the_middle_of_something_stays() -> None:
    keys, rule_states = full()
    rule_states[0].open(1, Moment(0.0, 0.0), {})

    assert keys.make_room(keyed("one more"), 0.0) is rule_states[1]


def test_where_all_are_busy_the_longest_unused_goes_all_the_same() -> None:
    keys, rule_states = full()
    for number, rule_state in enumerate(rule_states):
        rule_state.open(number, Moment(0.0, 0.0), {})

    assert keys.make_room(keyed("one more"), 0.0) is rule_states[0]


def test_what_is_forgotten_makes_room() -> None:
    keys, rule_states = full()
    keys.forget(rule_states[0])

    assert keys.make_room(keyed("one more"), 0.0) is None


def test_a_key_that_is_the_server_alone_is_not_counted() -> None:
    keys, _ = full()

    assert keys.make_room(RuleState(RULE, 0, PLACE), 0.0) is None


def test_a_key_whose_breaker_tripped_stays_longer_than_one_that_is_free() -> None:
    keys, rule_states = full()
    rule_states[0].runs.trip(Rule(id="a", breaker=Breaker(1, 60.0)), 0.0)
    rule_states[1].cooling_until = 100.0

    assert keys.make_room(keyed("one more"), 0.0) is rule_states[2]
