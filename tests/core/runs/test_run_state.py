"""From where to where a run may go, each way by the method that takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import inf

import pytest

from automaton.core.calls import SendCommand
from automaton.core.decision import Verdict
from automaton.core.gates.held import Held
from automaton.core.moment import Moment
from automaton.core.rules.action import Ask, Rest
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.listeners import NO_LISTENS
from automaton.core.runs.run import Run, RunRegisters, Sent
from automaton.core.runs.run_state import KEPT, TRANSITIONS, RunState, WrongTransition
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LOBBY, target_of

CALL = SendCommand(server=LOBBY.uuid, command="list")
ASK = Ask(CALL, {})

WAYS: Mapping[RunState, Callable[[Run], object]] = {
    RunState.READY: lambda run: run.ready(),
    RunState.LISTENING: lambda run: run.rest(Rest({}, 20.0), NO_LISTENS),
    RunState.CALLING: lambda run: run.call(Sent(1, CALL), {}, NO_LISTENS),
    RunState.HELD: lambda run: run.hold(Held(Verdict.OVER_LIMIT, "too many"), ASK, 10.0),
    RunState.SETTLING: lambda run: run.wait_to_settle(),
    RunState.LOCKED: lambda run: run.wait_for_lock(),
    RunState.BACKING_OFF: lambda run: run.back_off(15.0),
    RunState.RETURNING: lambda run: run.await_return(""),
    RunState.UNSURE: lambda run: run.wait_to_be_sure(310.0),
    RunState.OVER: lambda run: run.end(),
}
"""How a run comes to a state."""

NAMED = [(before, after) for before in RunState for after in RunState if after in TRANSITIONS[before]]
OTHERS = [pair for pair in product(RunState, RunState) if pair not in NAMED]


def run_in(state: RunState) -> Run:
    rule = Rule(id="a")
    rule_state = RuleState(rule, target_of(LOBBY))
    run = Run(1, rule, rule_state, Incident(1, Moment(0.0, 0.0)), [], RunRegisters())
    WAYS[state](run)
    assert run.state is state
    return run


def names(pair: object) -> str:
    return pair.name if isinstance(pair, RunState) else str(pair)


@pytest.mark.parametrize(("before", "after"), NAMED, ids=names)
def test_a_way_that_is_named_leads_there(before: RunState, after: RunState) -> None:
    run = run_in(before)
    WAYS[after](run)

    assert run.state is after


@pytest.mark.parametrize(("before", "after"), OTHERS, ids=names)
def test_where_no_way_leads_nobody_goes(before: RunState, after: RunState) -> None:
    run = run_in(before)
    with pytest.raises(WrongTransition, match=f"a run that is {before.name} cannot become {after.name}"):
        WAYS[after](run)

    assert run.state is before


def test_every_state_has_its_ways() -> None:
    assert TRANSITIONS.keys() == WAYS.keys() == set(RunState)


def test_what_is_over_stays_over() -> None:
    assert TRANSITIONS[RunState.OVER] == frozenset()
    assert all(RunState.OVER in TRANSITIONS[state] for state in RunState if state is not RunState.OVER)


def test_what_keeps_a_run_leads_to_no_step_but_through_ready() -> None:
    for state in KEPT:
        assert TRANSITIONS[state] <= {RunState.READY, RunState.SETTLING, RunState.UNSURE, RunState.OVER}
    assert [state for state in KEPT if RunState.SETTLING in TRANSITIONS[state]] == [RunState.RETURNING]


@pytest.mark.parametrize("state", RunState, ids=names)
def test_a_run_is_kept_listens_or_is_over_by_its_state_alone(state: RunState) -> None:
    run = run_in(state)

    assert run.is_kept is (state in KEPT)
    assert run.is_listening is (state is RunState.LISTENING)
    assert run.is_over is (state is RunState.OVER)


def test_who_settles_has_no_place_in_the_queue_and_keeps_what_the_step_remembers() -> None:
    run = run_in(RunState.READY)
    run.settle(Ask(CALL, {"left": "x"}, kept={"left": "kept"}), 10.0)

    assert (run.state, run.memo, run.queued_at) == (RunState.SETTLING, {"left": "kept"}, inf)


def test_who_is_held_again_in_the_same_step_has_its_old_place() -> None:
    run = run_in(RunState.READY)
    is_new = run.hold(Held(Verdict.OVER_LIMIT), ASK, 10.0)
    run.ready()
    is_new_again = run.hold(Held(Verdict.PANEL_DOWN), ASK, 20.0)

    assert (is_new, is_new_again) == (True, False)
    assert (run.held, run.queued_at, run.was_held(25.0)) == (Held(Verdict.PANEL_DOWN), 10.0, 5.0)


def test_who_goes_on_is_held_by_nothing() -> None:
    run = run_in(RunState.HELD)
    run.ready()

    assert (run.held, run.ask) == (None, None)
