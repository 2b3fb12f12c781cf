"""Runs that wait for room, in the order in which they came."""

from __future__ import annotations

from automaton.core.calls import SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.gates.held import Held
from automaton.core.gates.wait_queue import WAITS_AT_MOST, WaitQueue
from automaton.core.moment import Moment
from automaton.core.rules.action import Ask
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.rule_state import RuleState
from tests.core.fleet import profile
from tests.core.story import target_of

NOW = Moment(9.0, 9.0)
BUDGET = frozenset({("power.node", "eu")})
HELD = Held(Verdict.OVER_LIMIT, "full", BUDGET)


def run(number: int) -> Run:
    rule_state = RuleState(Rule(id="a"), 0, target_of(profile(number)))
    return Run(number, rule_state.rule, rule_state, Incident(number, Moment(0.0, 0.0)), [])


def call(number: int) -> Ask:
    return Ask(SetPower(server=f"u{number}", signal=Signal.STOP))


def line(*moments: float) -> tuple[WaitQueue, list[Run], Deadlines[object]]:
    deadlines: Deadlines[object] = Deadlines()
    line, runs = WaitQueue(deadlines), [run(number) for number in range(len(moments))]
    for number, mono in enumerate(moments):
        assert line.stand(runs[number], HELD, call(number), Moment(mono, mono))
    return line, runs, deadlines


def test_those_that_have_room_are_given_in_the_order_in_which_they_came() -> None:
    told, runs, _ = line(3.0, 1.0, 2.0)

    assert [one.number for one in told.ready(lambda run, call, before: None, NOW)] == [1, 2, 0]
    assert [one.number for one in told.ready(lambda run, call, before: None, NOW)] == []
    assert all(one.held is None for one in runs)


def test_one_that_still_waits_bars_its_budget_for_those_behind_it() -> None:
    told, _, _ = line(1.0, 2.0)
    seen = []

    def look(run: Run, call: object, before: frozenset[tuple[str, str]]) -> Held | None:
        seen.append((run.number, before))
        return HELD

    assert list(told.ready(look, NOW)) == []
    assert seen == [(0, frozenset()), (1, BUDGET)]


def test_who_comes_back_to_the_line_has_its_old_place() -> None:
    told, runs, _ = line(1.0, 2.0)
    told.leave(runs[0])
    assert not told.stand(runs[0], HELD, call(0), Moment(9.0, 9.0))

    assert [one.number for one in told.ready(lambda run, call, before: None, NOW)] == [0, 1]


def test_only_those_that_came_before_bar_a_budget() -> None:
    told, runs, _ = line(1.0, 2.0)

    assert told.before(runs[0]) == frozenset()
    assert told.before(runs[1]) == BUDGET
    assert told.before(run(7)) == BUDGET


def test_nobody_waits_for_ever_but_for_a_mute() -> None:
    _, runs, deadlines = line(1.0)
    assert (WAITS_AT_MOST + 1.0, runs[0]) in list(deadlines.due(WAITS_AT_MOST + 1.0))

    muted, other = run(5), Deadlines[object]()
    WaitQueue(other).stand(muted, Held(Verdict.MUTED, "x"), call(5), Moment(1.0, 1.0))
    assert other.next() is None


def test_the_time_of_a_mute_is_none_in_which_one_waited_for_room() -> None:
    told, runs, deadlines = line(1.0)
    muted = Held(Verdict.MUTED, "x")
    assert list(told.ready(lambda run, call, before: muted, NOW)) == []
    assert runs[0] not in [owner for _, owner in deadlines.due(WAITS_AT_MOST * 2)]

    free = Moment(WAITS_AT_MOST * 2, WAITS_AT_MOST * 2)
    assert list(told.ready(lambda run, call, before: HELD, free)) == []

    assert (WAITS_AT_MOST * 3, runs[0]) in list(deadlines.due(WAITS_AT_MOST * 3))


def test_who_comes_to_the_line_does_not_keep_those_waiting_that_have_room_by_now() -> None:
    told, runs, deadlines = line(1.0, 2.0)
    told.room(Moment(3.0, 3.0))
    told.stand(run(7), HELD, call(7), Moment(3.0, 3.0))

    assert (3.0, told.turn) in list(deadlines.due(3.0))
    assert runs
