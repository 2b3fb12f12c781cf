"""States are made when they are needed, and a rule with a list in `by` has at most ten thousand."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.core.rules.breaker import RunHistory
from automaton.core.rules.rule import Breaker, Rule
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.targets.rule_index import RuleIndex
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import MOST, RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets
from tests.core.story import LOBBY, target_of

NOW = Moment(0.0, 0.0)
RULE, TARGET = Rule(id="a"), target_of(LOBBY)


def rule_states() -> RuleStates:
    return RuleStates(Targets(), ActiveRuns().is_idle)


def keyed(value: str) -> RuleState:
    return RuleState(RULE, TARGET, (value,))


def full() -> tuple[RuleStates, list[RuleState]]:
    """Every key that may be is in use, from the longest unused on."""
    states, used = rule_states(), [keyed(str(number)) for number in range(MOST)]
    assert [states.too_many(state, 0.0) for state in used] == [None] * MOST
    return states, used


def concerned(*ids: str) -> Target:
    """A server that these rules concern."""
    target = target_of(LOBBY)
    target.adopt(RuleIndex((turn, Rule(id=id_)) for turn, id_ in enumerate(ids)))
    return target


def test_a_state_is_made_once_for_each_rule_target_and_key() -> None:
    states, target = rule_states(), concerned("a", "b")
    first = states.needed(target, "a", (), NOW)
    others = [states.needed(target, "a", ("x",), NOW), states.needed(target, "b", (), NOW)]

    assert states.needed(target, "a", (), NOW) is first
    assert list(states.at(target).values()) == [first, *others]
    assert states.of_rule(target, "a") == [first, others[0]]


def test_one_that_is_forgotten_is_made_anew_and_forgetting_it_again_keeps_the_new_one() -> None:
    states, target = rule_states(), concerned("a")
    first = states.needed(target, "a", (), NOW)
    states.forget(first)
    assert list(states.at(target)) == []

    second = states.needed(target, "a", (), NOW)
    states.forget(first)
    assert (second is not first, list(states.at(target).values())) == (True, [second])


def test_a_target_that_is_forgotten_leaves_no_state_and_makes_room_for_keys() -> None:
    states, used = full()
    states.remember(used[0])
    states.forget_all(TARGET)

    assert dict(states.at(TARGET)) == {}
    assert states.too_many(keyed("one more"), 0.0) is None


def test_the_longest_unused_goes_first() -> None:
    states, used = full()
    states.use(used[0])

    assert states.too_many(keyed("one more"), 0.0) is used[1]


def test_one_in_the_middle_of_something_stays() -> None:
    states, used = full()
    used[0].open(1, NOW, {})

    assert states.too_many(keyed("one more"), 0.0) is used[1]


def test_where_all_are_busy_the_longest_unused_goes_all_the_same() -> None:
    states, used = full()
    for number, state in enumerate(used):
        state.open(number, NOW, {})

    assert states.too_many(keyed("one more"), 0.0) is used[0]


def test_what_is_forgotten_makes_room() -> None:
    states, used = full()
    states.forget(used[0])

    assert states.too_many(keyed("one more"), 0.0) is None


def test_a_key_that_is_the_server_alone_is_not_counted() -> None:
    states, _ = full()

    assert states.too_many(RuleState(RULE, TARGET), 0.0) is None


def test_a_key_whose_breaker_tripped_stays_longer_than_one_that_is_free() -> None:
    states, used = full()
    used[0].history = RunHistory(Breaker(1, 60.0))
    used[0].history.trip(0.0)
    used[1].cool(100.0)

    assert states.too_many(keyed("one more"), 0.0) is used[2]
