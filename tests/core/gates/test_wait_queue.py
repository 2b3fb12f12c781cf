"""Those whose next call waits for room, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.held import NO_TICKETS, Held, Ticket
from automaton.core.gates.limits import Budget, Limits
from automaton.core.gates.pipeline import PANEL
from automaton.core.gates.wait_queue import SHORTEST, WAITS_AT_MOST, WaitQueue
from automaton.core.moment import Moment
from automaton.core.rules.action import Ask
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run, RunRegisters
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.restless import MOST_LOOKS
from automaton.core.targets.rule_state import RuleState
from automaton.expr.expression import parse_expression
from tests.core.fleet import find, fleet, lose, profile
from tests.core.gates.calls import EVERYTHING
from tests.core.story import Story, target_of

NOW = Moment(9.0, 9.0)
BUDGET = frozenset({("power.node", "eu")})
HELD = Held(Verdict.OVER_LIMIT, "full", BUDGET)
ON_HOLD = Held(Verdict.ON_HOLD, "all of it")
MUTED = Held(Verdict.MUTED, "x")
DOWN = Held(Verdict.PANEL_DOWN, "asked", frozenset({(PANEL, "u0")}))


@dataclass(eq=False)
class Waiting:
    """One that waits since it came to the queue; new, where it has not come yet."""

    number: int
    held: Held | None = None
    queued_at: float = inf
    is_over: bool = False
    is_patient: bool = False
    is_to_rise: bool = False

    @property
    def home(self) -> str:
        return f"u{self.number}"

    @property
    def waits_since(self) -> float:
        return self.queued_at

    def waits_for(self, held: Held) -> None:
        self.held = held


def queue_of(*moments: float) -> tuple[WaitQueue[Waiting], list[Waiting], Deadlines[object]]:
    """One waits since each of these moments, all for the same budget."""
    deadlines: Deadlines[object] = Deadlines()
    queue: WaitQueue[Waiting] = WaitQueue(deadlines)
    waiting = [Waiting(number, HELD, mono) for number, mono in enumerate(moments)]
    for one in waiting:
        queue.join(one, Moment(one.queued_at, one.queued_at))
    return queue, waiting, deadlines


def room(_: Waiting, ahead: frozenset[Ticket]) -> None:
    """Nothing holds anybody any more."""


def run(number: int) -> Run:
    state = RuleState(Rule(id="a"), target_of(profile(number)))
    return Run(number, state.rule, state, Incident(number, Moment(0.0, 0.0)), [], RunRegisters())


def stop(number: int) -> Ask:
    return Ask(SetPower(server=f"u{number}", signal=Signal.STOP))


def test_those_that_have_room_are_given_in_the_order_in_which_they_came() -> None:
    queue, _, _ = queue_of(3.0, 1.0, 2.0)

    assert [one.number for one in queue.ready(room, NOW)] == [1, 2, 0]
    assert [one.number for one in queue.ready(room, NOW)] == []
    assert queue.wanted == NO_TICKETS


def test_one_that_still_waits_bars_its_budget_for_those_behind_it() -> None:
    queue, _, _ = queue_of(1.0, 2.0)
    seen = []

    def look(one: Waiting, ahead: frozenset[Ticket]) -> Held | None:
        seen.append((one.number, ahead))
        return HELD

    assert list(queue.ready(look, NOW)) == []
    assert seen == [(0, frozenset()), (1, BUDGET)]


def test_one_that_comes_back_to_the_queue_has_its_old_place() -> None:
    queue, (first, _), _ = queue_of(1.0, 2.0)
    queue.leave(first)
    queue.join(first, NOW)

    assert [one.number for one in queue.ready(room, NOW)] == [0, 1]


def test_a_run_is_new_to_the_queue_once_and_keeps_its_place_in_it() -> None:
    queue: WaitQueue[Run] = WaitQueue(Deadlines())
    runs = [run(0), run(1)]
    for number, one in enumerate(runs):
        assert one.hold(HELD, stop(number), 1.0 + number)
        queue.join(one, NOW)
    queue.leave(runs[0])
    runs[0].ready()
    assert runs[0].held is None
    assert not runs[0].hold(HELD, stop(0), NOW.mono)
    queue.join(runs[0], NOW)

    assert [one.number for one in queue.ready(lambda run, ahead: None, NOW)] == [0, 1]


def test_only_those_that_came_before_bar_a_budget() -> None:
    queue, (first, second), _ = queue_of(1.0, 2.0)

    assert queue.before(first) == frozenset()
    assert queue.before(second) == BUDGET
    assert queue.before(Waiting(7)) == BUDGET


def test_nobody_waits_for_ever_but_for_a_mute() -> None:
    _, (first,), deadlines = queue_of(1.0)
    assert (WAITS_AT_MOST + 1.0, first) in list(deadlines.due(WAITS_AT_MOST + 1.0))

    others: Deadlines[object] = Deadlines()
    WaitQueue[Waiting](others).join(Waiting(5, MUTED, 1.0), Moment(1.0, 1.0))
    assert others.next() is None


def test_time_under_a_mute_does_not_count_as_waiting_for_room() -> None:
    queue, (first,), deadlines = queue_of(1.0)
    assert list(queue.ready(lambda one, ahead: MUTED, NOW)) == []
    assert first not in [owner for _, owner in deadlines.due(WAITS_AT_MOST * 2)]

    free = Moment(WAITS_AT_MOST * 2, WAITS_AT_MOST * 2)
    assert list(queue.ready(lambda one, ahead: HELD, free)) == []

    assert (WAITS_AT_MOST * 3, first) in list(deadlines.due(WAITS_AT_MOST * 3))


def test_one_that_waits_for_another_gate_by_now_gives_its_old_place_up() -> None:
    queue, (first,), _ = queue_of(1.0)
    fleet_wide = Held(Verdict.OVER_LIMIT, "full", frozenset({("power.fleet", "")}))

    assert list(queue.ready(lambda one, ahead: fleet_wide, NOW)) == []
    assert (queue.wanted, first.held) == (fleet_wide.tickets, fleet_wide)


def test_one_that_leaves_takes_its_tickets_along_and_cannot_leave_twice() -> None:
    queue, (first, second), _ = queue_of(1.0, 2.0)
    queue.leave(second)
    second.held = Held(Verdict.OVER_LIMIT, "full", frozenset({("power.fleet", "")}))
    queue.join(second, NOW)
    queue.leave(first)
    queue.leave(first)

    assert queue.wanted == second.held.tickets
    assert queue.waiting == [second]


def test_the_two_hours_of_one_that_waits_for_its_panel_count_from_its_last_coming() -> None:
    deadlines: Deadlines[object] = Deadlines()
    patient = Waiting(0, DOWN, 1.0, is_patient=True)
    WaitQueue[Waiting](deadlines).join(patient, NOW)

    assert list(deadlines.due(inf)) == [(NOW.mono + WAITS_AT_MOST, patient)]


def test_one_whose_time_has_come_already_is_asked_a_moment_later() -> None:
    deadlines: Deadlines[object] = Deadlines()
    WaitQueue[Waiting](deadlines).join(Waiting(0, Held(Verdict.OVER_LIMIT, until=NOW.mono), 1.0), NOW)

    assert deadlines.next() == NOW.mono + SHORTEST


def test_one_bars_what_all_before_it_wait_for() -> None:
    queue, _, _ = queue_of(1.0, 2.0, 3.0)
    others = [frozenset({(name, "")}) for name in ("power.fleet", "power.parallel", "hold_power_if")]
    seen = []

    def look(one: Waiting, ahead: frozenset[Ticket]) -> Held | None:
        seen.append(ahead)
        return Held(Verdict.OVER_LIMIT, "full", others[one.number])

    assert list(queue.ready(look, NOW)) == []
    assert seen == [NO_TICKETS, others[0], others[0] | others[1]]


def test_one_that_is_over_or_waits_no_more_is_passed_by() -> None:
    queue, (first, second, _), _ = queue_of(1.0, 2.0, 3.0)
    first.is_over, second.held = True, None

    assert [one.number for one in queue.ready(room, NOW)] == [2]


class TestWhatHappensToOneServer:
    def seen(self, queue: WaitQueue[Waiting], now: Moment = NOW) -> list[tuple[int, frozenset[Ticket]]]:
        """Who is asked, and what others before it wait for."""
        seen = []

        def look(one: Waiting, ahead: frozenset[Ticket]) -> Held | None:
            seen.append((one.number, ahead))
            return one.held

        assert list(queue.ready(look, now)) == []
        return seen

    @pytest.mark.parametrize("verdict", [Verdict.PANEL_DOWN, Verdict.CRASH_PENDING])
    def test_only_its_own_are_asked_and_the_others_keep_their_place_ahead(self, verdict: Verdict) -> None:
        queue, waiting, deadlines = queue_of(1.0, 2.0, 3.0)
        fleet_wide = frozenset({("power.fleet", "")})
        waiting[1].held = Held(Verdict.OVER_LIMIT, "full", fleet_wide)
        waiting[2].held = Held(verdict, "", frozenset({("x", "u2")}))
        queue.look_at("u2", NOW)

        assert (NOW.mono, queue.turn) in list(deadlines.due(NOW.mono))
        assert self.seen(queue) == [(2, BUDGET | fleet_wide)]
        assert [number for number, _ in self.seen(queue)] == [0, 1, 2]  # nobody in particular was called

    def test_where_there_is_room_for_all_one_server_makes_no_difference(self) -> None:
        queue, waiting, _ = queue_of(1.0, 2.0)
        waiting[1].held = DOWN
        queue.room(NOW)
        queue.look_at("u1", NOW)

        assert [number for number, _ in self.seen(queue)] == [0, 1]

    def test_where_nothing_of_the_kind_is_waited_for_nobody_is_asked(self) -> None:
        queue, _, deadlines = queue_of(1.0)
        queue.look_at("u0", NOW)
        queue.look_at("u7", NOW)

        assert [owner for _, owner in deadlines.due(NOW.mono)] == []

    @pytest.mark.parametrize(("until", "asked"), [(NOW.mono, [0, 1]), (NOW.mono + 1.0, [1])])
    def test_where_somebodys_time_has_come_all_are_asked(self, until: float, asked: list[int]) -> None:
        queue, (first, second), _ = queue_of(1.0, 2.0)
        first.held, second.held = Held(Verdict.OVER_LIMIT, "full", BUDGET, until), DOWN
        queue.look_at("u1", NOW)

        assert [number for number, _ in self.seen(queue)] == asked


class TestRestless:
    """A queue that is due again and again is a fault, unless something came of it or happened."""

    def looked(self, happens: Callable[[WaitQueue[Waiting], int], Held | None]) -> list[object]:
        """Who is found restless after the queue was due more often than anything may be in a second."""
        queue, _, deadlines = queue_of(1.0)
        for number in range(MOST_LOOKS + 1):
            found = happens(queue, number)
            deadlines.set(queue.turn, NOW.mono)
            assert [owner for _, owner in deadlines.due(NOW.mono)] == [queue.turn]
            list(queue.ready(lambda one, ahead, found=found: found, NOW))  # type: ignore[misc]
        return [owner for owner in deadlines.restless.found if owner is queue.turn]

    def test_looking_at_the_same_in_vain_is_restless(self) -> None:
        assert len(self.looked(lambda queue, number: HELD)) == 1

    def test_what_is_held_by_another_gate_each_time_is_news(self) -> None:
        assert self.looked(lambda queue, number: (HELD, MUTED)[number % 2]) == []

    def test_what_goes_ahead_each_time_is_news(self) -> None:
        assert self.looked(lambda queue, number: queue.join(Waiting(number, HELD, 1.0), NOW)) == []

    def test_what_happens_to_a_server_each_time_is_no_fault_of_the_queue(self) -> None:
        def happens(queue: WaitQueue[Waiting], _: int) -> Held:
            queue.waiting[0].held = DOWN
            queue.look_at("u0", NOW)
            return DOWN

        assert self.looked(happens) == []

    def test_room_that_comes_each_time_is_no_fault_of_the_queue(self) -> None:
        def happens(queue: WaitQueue[Waiting], _: int) -> Held:
            queue.room(NOW)
            return HELD

        assert self.looked(happens) == []


@pytest.mark.parametrize(
    ("was", "is_patient", "until"),
    [
        (DOWN, True, NOW.mono + WAITS_AT_MOST),
        (DOWN, False, 1.0 + WAITS_AT_MOST),
        (HELD, True, 1.0 + WAITS_AT_MOST),
        (HELD, False, 1.0 + WAITS_AT_MOST),
    ],
)
def test_the_two_hours_of_one_that_waits_on_begin_when_its_panel_answers(
    was: Held, is_patient: bool, until: float
) -> None:
    deadlines: Deadlines[object] = Deadlines()
    queue: WaitQueue[Waiting] = WaitQueue(deadlines)
    one = Waiting(0, was, 1.0, is_patient=is_patient)
    queue.join(one, Moment(1.0, 1.0))
    full = Held(Verdict.OVER_LIMIT, "full", frozenset({("power.fleet", "")}))
    assert list(queue.ready(lambda one, ahead: full, NOW)) == []

    assert [when for when, owner in deadlines.due(inf) if owner is one] == [until]


@pytest.mark.parametrize(
    ("held", "is_patient", "is_to_rise", "waits"),
    [
        (DOWN, True, False, True),
        (DOWN, False, True, True),
        (DOWN, True, True, True),
        (DOWN, False, False, False),
        (ON_HOLD, False, True, True),
        (ON_HOLD, False, False, False),
        (HELD, True, True, False),
        (None, True, True, False),
    ],
)
def test_after_two_hours_only_one_waits_on_that_needs_its_panel_or_is_on_hold(
    held: Held | None, is_patient: bool, is_to_rise: bool, waits: bool
) -> None:
    deadlines: Deadlines[object] = Deadlines()
    queue: WaitQueue[Waiting] = WaitQueue(deadlines)
    one = Waiting(0, held, 1.0, is_patient=is_patient, is_to_rise=is_to_rise)

    assert queue.waits_on(one, NOW) is waits
    assert list(deadlines.due(inf)) == ([(NOW.mono + WAITS_AT_MOST, one)] if waits else [])


def test_one_that_joins_does_not_keep_those_waiting_that_have_room_by_now() -> None:
    queue, _, deadlines = queue_of(1.0, 2.0)
    queue.room(Moment(3.0, 3.0))
    queue.join(Waiting(7, HELD, 3.0), Moment(3.0, 3.0))

    assert (3.0, queue.turn) in list(deadlines.due(3.0))


class TestStories:
    LIMITS = Limits(arm=Arm.LIVE, allow=EVERYTHING, power_node=Budget(1, 60.0), report="boss")
    RULES = "rules: [{id: a, when: {event: crash}, until: 10h, do: [{power: kill}]}]"

    def story(self) -> Story:
        story = fleet(self.RULES, 3, self.LIMITS)
        for number in range(3):
            story.happens(1.0 + number, "crash", server=f"u{number}")
            story.state(1.5 + number, State.OFFLINE, server=f"u{number}") if not number else None
        return story

    def test_an_action_over_budget_waits_in_order_and_is_reported(self) -> None:
        story = self.story().until(200.0)

        assert [call for call in story.calls if "power kill" in call] == [
            "1 power kill",
            "61 power kill",
            "121 power kill",
        ]
        assert [call.server for _, _, call in story.asked if call.verb == "power"] == ["u0", "u1", "u2"]
        assert any("s1: rule a: over the budget of `limits` (it waits" in call for call in story.calls)

    def test_one_that_is_no_longer_wanted_when_its_turn_comes_is_overtaken(self) -> None:
        story = self.story()
        story.at(30.0, ev.ServerGone, server="u1", reason="deleted").until(200.0)

        assert [call.server for _, _, call in story.asked if call.verb == "power"] == ["u0", "u2"]

    def test_after_two_hours_it_is_dropped_with_a_notice(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=EVERYTHING, power_server=Budget(1, 10 * 3600.0), report="boss")
        story = Story("rules: [{id: a, when: {event: crash}, overlap: skip, do: [{power: kill}]}]", limits)
        story.happens(1.0, "crash").state(2.0, State.OFFLINE).state(3.0, State.RUNNING).happens(
            700.0, "crash"
        )
        story.until(8000.0)

        assert story.calls == [
            "1 power kill",
            "700 notify boss: lobby: rule a: over the budget of `limits`"
            " (it waits: `limits.power.server` allows 1 in 10h)",
            "7900 notify boss: lobby: rule a: over the budget of `limits`"
            " (dropped after 2h: `limits.power.server` allows 1 in 10h)",
        ]  # fmt: skip
        assert "7900 over_limit" in story.verdicts

    def test_it_waits_without_the_lock_of_its_server(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=EVERYTHING, send_server=Budget(1, 60.0))
        story = Story("""
            rules:
              - {id: a, when: {console: '^a'}, do: [{send: [one, two]}]}
              - {id: b, when: {console: '^b'}, do: [{power: kill}]}
            """, limits)  # fmt: skip
        story.line(1.0, "a").line(2.0, "b").state(3.0, State.OFFLINE).state(4.0, State.RUNNING).until(100.0)

        assert story.calls == ["1 send one", "2 power kill", "61 send two"]

    def test_the_rest_of_several_commands_goes_on_where_it_stopped(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=EVERYTHING, send_server=Budget(2, 60.0))
        story = Story(
            "rules: [{id: a, when: {console: '^a'}, do: [{send: [one, two, three, four]}]}]", limits
        )

        assert story.line(1.0, "a").until(200.0).calls == [
            "1 send one", "1 send two", "61 send three", "61 send four",
        ]  # fmt: skip

    def test_the_queue_is_bounded_and_one_that_finds_it_full_is_told(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=EVERYTHING, send_server=Budget(1, 3600.0))
        story = Story("""
            rules: [{id: a, by: [it.p], when: {console: '^(?P<p>\\w+) joined'}, do: [{send: "list"}]}]
            """, limits)  # fmt: skip
        for number in range(1010):
            story.line(1.0 + number / 1000, f"p{number} joined")

        assert sum("too many wait" in one.detail for one in story.decisions) == 9

    def test_the_reason_told_is_the_one_that_holds_now(self) -> None:
        limits = Limits(
            arm=Arm.LIVE, allow=EVERYTHING, power_fleet=Budget(1, 3600.0),
            hold_power_if=parse_expression("count(not connected) > 0"),
        )  # fmt: skip
        story = fleet("rules: [{id: a, when: {event: crash}, until: 9h, do: [{power: kill}]}]", 3, limits)
        story.happens(1.0, "crash", server="u0").state(2.0, State.OFFLINE, server="u0")
        lose(story, 3.0, 2).happens(4.0, "crash", server="u1")
        find(story, 5.0, 2).until(6.0)

        holds = story.engine.explainer.holds(story.rule_state("a", "u1"), story.engine.now)
        assert [(one.verdict, one.detail) for one in holds] == [
            (Verdict.OVER_LIMIT, "`limits.power.fleet` allows 1 in 1h")
        ]

    def test_a_failed_run_is_told_though_it_was_reported_for_waiting_just_before(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=EVERYTHING, send_server=Budget(1, 60.0), report="boss")
        story = Story("""
            rules:
              - {id: a, when: {console: '^a'}, do: [{send: [one, two]}, {wait: {event: ready}, within: 10s}]}
            """, limits)  # fmt: skip
        story.line(1.0, "a").until(100.0)

        assert [call.split("(")[0] for call in story.calls if "boss" in call] == [
            "1 notify boss: lobby: rule a: over the budget of `limits` ",
            "71 notify boss: lobby: rule a: the run failed ",
        ]


def test_of_a_ticket_that_nobody_waits_for_any_more_nothing_is_kept() -> None:
    """There is one for each server whose Panel was asked."""
    queue: WaitQueue[Waiting] = WaitQueue(Deadlines())
    for number in range(3):
        one = Waiting(
            number, Held(Verdict.PANEL_DOWN, "asked", frozenset({(PANEL, f"u{number}")})), 1.0 + number
        )
        queue.join(one, NOW)
        queue.leave(one)
    rises = Waiting(9, DOWN, 9.0)
    queue.join(rises, NOW)
    assert list(queue.ready(lambda _waiter, _before: HELD, NOW)) == []

    assert dict(queue._wanted) == dict.fromkeys(BUDGET, 1)
