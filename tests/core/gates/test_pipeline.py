"""Each gate holds what it must and nothing else, and all are asked in the one order of the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import Call, QueryGame, SendMessage, SendResolved, SetPower, Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.events import SilenceBegan, State
from automaton.core.facts.facts import Facts
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.grants import PENDING
from automaton.core.gates.held import Held, Ticket
from automaton.core.gates.hold import Hold
from automaton.core.gates.limits import Budget, Limits
from automaton.core.gates.pipeline import (
    CALL,
    CRASH,
    HOLD_POWER,
    PANEL,
    PARALLEL,
    STAGES,
    CallFacts,
    OpeningFacts,
    all_before_call,
    all_before_opening,
    before_call,
    before_opening,
    before_poll,
    still_waiting,
)
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.pack import QueryProtocol
from automaton.core.rules.loops import NO_CHAIN, ROUNDS, FireCause
from automaton.core.rules.rule import Mutes, Overlap, Rule
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import Truth
from tests.core.fleet import profile
from tests.core.gates.calls import EU, EVERYTHING, RULE, US, asked, held, power, send
from tests.core.story import Story

KEY = Key(By.SERVER, "u1")
START = power(Signal.START)


def came_round(times: int) -> FireCause:
    """A match to which the rule came by way of its own commands so often before."""
    cause = FireCause(NO_CHAIN, "a", {})
    for _ in range(times):
        cause = FireCause(cause.chain(), "a", {})
    return cause


HOLDING_ALL = OpeningFacts(
    mono=0.0, guard=Truth(False), cooling_until=1.0, tripped_until=1.0, own_run_going=True, would_trip=True,
    cause=came_round(ROUNDS),
)  # fmt: skip


class Muting:
    """Words that name every rule."""

    def covers(self, word: str) -> bool:
        return True


def down() -> Facts:
    """A server whose Panel does not answer, and that Wings may start by itself until 17 s."""
    facts = Facts(profile(1))
    facts.state = State.OFFLINE
    facts.intent.changed(State.RUNNING, State.OFFLINE, 10.0, held_by_wings=False)
    facts.panel_answers = False
    return facts


def everything_holds() -> CallFacts:
    """What a call of a rule in shadow meets where every gate holds."""
    gates = GateState(Limits(allow=(), parallel=1, power_fleet=Budget(0, 60.0)), 100.0, 86.0, power_held=True)
    silenced = SilenceBegan(server="", at=Moment(11.0, 11.0), id="s", rules=(), servers=(), until=100.0)
    gates.silences.begin(silenced, WallTime(Moment(11.0, 11.0)))
    gates.on_hold = Hold(9.0, "a new world")
    gates.no_journal = "no space left on device"
    gates.inhibition.begin(Rule(id="b", mutes=Mutes((Muting(),))), KEY, lambda: None)
    return CallFacts(
        now=Moment(11.0, 11.0), gates=gates, server=down(), arm=Arm.SHADOW, slots=1, grant=PENDING
    )


def test_the_list_is_in_the_order_of_the_verdicts() -> None:
    order = list(Verdict)
    places = [order.index(verdict) for stage in STAGES for verdict in stage.verdicts]

    assert all(before <= after for before, after in pairwise(places))


class TestBeforeAnOpening:
    def test_the_gates_are_asked_in_the_order_of_the_verdicts(self) -> None:
        """All hold, and one after the other is taken away."""
        story = Story(
            """
            rules:
              - id: a
                when: {console: '^go'}
                if: memory_pct > 90
                breaker: {max: 1, within: 1h}
                until: {console: '^stop'}
                do: [{wait: 1h}]
            """
        )
        story.memory(0.5, 95).line(1.0, "go").memory(2.0, 10)
        state, now = story.rule_state("a"), story.engine.now
        lifecycle = story.engine._lifecycle

        def verdict() -> Verdict:
            facts = lifecycle.opening_facts(state, now, {}, state.target.home)
            found = before_opening(state.rule, state.key_of, facts)
            return Verdict.FIRED if found is None else found.verdict

        state.cool(inf)
        state.history.trip(now.mono)
        found = [verdict()]
        story.memory(2.0, 95)
        found.append(verdict())
        state.cool(-inf)
        found.append(verdict())
        state.history.tripped_until = -inf
        found.append(verdict())
        story.engine._active.step_aside(state)
        state.history.tripped_at = -inf
        found.append(verdict())
        state.history.reset()
        found.append(verdict())

        assert found == [
            Verdict.GUARD_FALSE, Verdict.COOLING, Verdict.BREAKER_OPEN, Verdict.OWN_RUN_GOING,
            Verdict.TRIPPED, Verdict.FIRED,
        ]  # fmt: skip
        assert found == [verdict for verdict in Verdict if verdict in found]

    def test_all_that_hold_are_named_in_order_and_the_first_is_the_verdict(self) -> None:
        found = [one.verdict for one in all_before_opening(RULE, KEY, HOLDING_ALL)]
        first = before_opening(RULE, KEY, HOLDING_ALL)

        assert found == [
            Verdict.GUARD_FALSE, Verdict.COOLING, Verdict.BREAKER_OPEN, Verdict.OWN_RUN_GOING,
            Verdict.TRIPPED, Verdict.LOOPING,
        ]  # fmt: skip
        assert first is not None
        assert first.verdict is Verdict.GUARD_FALSE

    def test_each_says_why_and_until_when(self) -> None:
        by_hand = replace(HOLDING_ALL, guard=Truth(None, 7.0), cooling_until=2.0, tripped_until=inf)

        assert list(all_before_opening(RULE, KEY, by_hand)) == [
            Held(Verdict.GUARD_UNKNOWN, until=7.0),
            Held(Verdict.COOLING, until=2.0),
            Held(Verdict.BREAKER_OPEN, "`automaton breaker reset` does that"),
            Held(Verdict.OWN_RUN_GOING),
            Held(Verdict.TRIPPED),
            Held(Verdict.LOOPING),
        ]

    def test_a_cooldown_and_a_breaker_hold_up_to_their_moment_and_not_at_it(self) -> None:
        at_it = OpeningFacts(mono=1.0, cooling_until=1.0, tripped_until=1.0)

        assert before_opening(RULE, KEY, at_it) is None
        assert list(all_before_opening(RULE, KEY, replace(at_it, mono=0.9))) == [
            Held(Verdict.COOLING, until=1.0),
            Held(Verdict.BREAKER_OPEN, until=1.0),
        ]

    @pytest.mark.parametrize(("queued", "words"), [(0, ""), (2, "2 in the queue")])
    def test_who_is_queued_is_told_how_many_are_before_it(self, queued: int, words: str) -> None:
        facts = OpeningFacts(mono=0.0, own_run_going=True, queue_room=True, queued=queued)

        assert before_opening(Rule(id="a", overlap=Overlap.QUEUE), KEY, facts) == Held(Verdict.QUEUED, words)

    def test_where_nothing_holds_it_may_open(self) -> None:
        assert before_opening(RULE, KEY, OpeningFacts(mono=0.0, cause=came_round(ROUNDS - 1))) is None

    def test_a_guard_that_is_unknown_holds_until_it_may_be_known(self) -> None:
        found = before_opening(RULE, KEY, OpeningFacts(mono=0.0, guard=Truth(None, until=30.0)))

        assert found is not None
        assert (found.verdict, found.until) == (Verdict.GUARD_UNKNOWN, 30.0)

    @pytest.mark.parametrize(
        ("overlap", "queue_room", "verdict"),
        [
            (Overlap.SKIP, True, Verdict.OWN_RUN_GOING),
            (Overlap.QUEUE, True, Verdict.QUEUED),
            (Overlap.QUEUE, False, Verdict.OWN_RUN_GOING),
            (Overlap.RESTART, True, None),
        ],
    )
    def test_what_becomes_of_a_match_during_the_own_run_is_said_by_overlap(
        self, overlap: Overlap, queue_room: bool, verdict: Verdict | None
    ) -> None:
        facts = OpeningFacts(mono=0.0, own_run_going=True, queue_room=queue_room)
        found = before_opening(replace(RULE, overlap=overlap), KEY, facts)

        assert (found and found.verdict) is verdict


class TestBeforeACall:
    def test_all_that_hold_are_named_in_order_and_the_first_is_the_verdict(self) -> None:
        facts = everything_holds()
        first = before_call(RULE, KEY, facts, START)

        assert [one.verdict for one in all_before_call(RULE, KEY, facts, START)] == [
            Verdict.SHADOW, Verdict.SILENCED, Verdict.MUTED, Verdict.ON_HOLD, Verdict.SETTLING,
            Verdict.TAKING_OVER, Verdict.REFUSED, Verdict.PANEL_DOWN, Verdict.CRASH_PENDING,
            Verdict.OVER_LIMIT, Verdict.OVER_LIMIT, Verdict.HELD_BY_FLEET, Verdict.NO_JOURNAL,
            Verdict.GRANT_PENDING,
        ]  # fmt: skip
        assert first is not None
        assert first.verdict is Verdict.SHADOW

    @pytest.mark.parametrize(
        ("call", "verdicts"),
        [
            (
                SendMessage(server="u1", channel="ops", text="x"),
                [Verdict.SHADOW, Verdict.SILENCED, Verdict.MUTED, Verdict.SETTLING],
            ),
            (SendResolved(server="u1", channel="ops", text="x"), [Verdict.SHADOW, Verdict.SILENCED]),
            (
                send("list"),
                [
                    Verdict.SHADOW,
                    Verdict.SILENCED,
                    Verdict.ON_HOLD,
                    Verdict.SETTLING,
                    Verdict.TAKING_OVER,
                    Verdict.REFUSED,
                    Verdict.NO_JOURNAL,
                    Verdict.GRANT_PENDING,
                ],
            ),
        ],
    )
    def test_a_gate_holds_only_the_calls_that_it_concerns(self, call: Call, verdicts: list[Verdict]) -> None:
        assert [one.verdict for one in all_before_call(RULE, KEY, everything_holds(), call)] == verdicts

    def test_a_gate_answers_only_with_the_verdicts_that_it_names(self) -> None:
        facts = everything_holds()
        answers = [(stage, stage.ask(RULE, KEY, facts, START)) for stage in CALL]

        assert all(found is not None and found.verdict in stage.verdicts for stage, found in answers)

    def test_one_that_waits_is_asked_again_only_for_what_it_may_wait_for(self) -> None:
        found = still_waiting(RULE, KEY, everything_holds(), START)

        assert found is not None
        assert found.verdict is Verdict.MUTED

    def test_each_says_why_for_what_it_waits_and_until_when(self) -> None:
        found = {
            stage.name: stage.ask(RULE, KEY, everything_holds(), START)
            for stage in CALL
            if stage.name not in ("settle", "allow")  # whose words have tests of their own
        }

        assert found == {
            "arm": Held(Verdict.SHADOW),
            "silence": Held(Verdict.SILENCED, "silence s"),
            "mutes": Held(Verdict.MUTED, "while `b` is open (u1)"),
            "hold": Held(Verdict.ON_HOLD, "a new world; `automaton release` ends it"),
            "takeover": Held(
                Verdict.TAKING_OVER, "what the one before sent must have come to its end first", until=86.0
            ),
            "panel": Held(
                Verdict.PANEL_DOWN, "it is asked every 15 s until it answers", frozenset({(PANEL, "u1")})
            ),
            "crash": Held(
                Verdict.CRASH_PENDING, "Wings may start it by itself after the crash",
                frozenset({(CRASH, "u1")}), 17.0,
            ),
            "power.parallel": Held(
                Verdict.OVER_LIMIT, "1 power actions are going, `limits.power.parallel`",
                frozenset({PARALLEL}),
            ),
            "budgets": Held(
                Verdict.OVER_LIMIT, "`limits.power.fleet` allows 0 in 1m", frozenset({("power.fleet", "")})
            ),
            "hold_power_if": Held(
                Verdict.HELD_BY_FLEET, "`limits.hold_power_if`", frozenset({HOLD_POWER})
            ),
            "journal": Held(Verdict.NO_JOURNAL, "no space left on device"),
            "grant": Held(Verdict.GRANT_PENDING, "the fleet's budgets have not answered yet"),
        }  # fmt: skip

    def test_a_question_of_no_rule_meets_only_what_holds_the_whole_fleet_what_is_allowed_and_the_budgets(
        self,
    ) -> None:
        facts = everything_holds()
        verdicts = [before_poll(RULE, KEY, one, send("list")) for one in _without_polled_gates(facts)]

        assert [one and one.verdict for one in verdicts] == [
            Verdict.ON_HOLD, Verdict.SETTLING, Verdict.TAKING_OVER, Verdict.REFUSED, Verdict.OVER_LIMIT,
            Verdict.NO_JOURNAL, Verdict.GRANT_PENDING, None,
        ]  # fmt: skip

    def test_a_rules_own_mute_and_a_silence_are_told_apart(self) -> None:
        facts = replace(everything_holds(), arm=Arm.LIVE)
        by_person = before_call(RULE, KEY, facts, START)
        by_itself = before_call(RULE, KEY, replace(facts, muted_until=31.0), START)

        assert by_person == Held(Verdict.SILENCED, "silence s")
        assert by_itself == Held(Verdict.SILENCED, "the rule's own `mute`, for 20 s more")
        assert before_call(RULE, KEY, replace(facts, muted_until=11.0), START) == by_person

    def test_the_note_of_a_silence_is_told(self) -> None:
        gates, now = GateState(Limits(allow=EVERYTHING)), WallTime(Moment(0.0, 0.0))
        noted = SilenceBegan(
            server="", at=Moment(0.0, 0.0), id="s", rules=(), servers=(), until=9.0, note="a new world"
        )
        gates.silences.begin(noted, now)

        assert held(gates, START) == Held(Verdict.SILENCED, "silence s: a new world")

    def test_a_call_of_a_class_that_comes_for_the_first_time_meets_the_gates_of_its_kind(self) -> None:
        """Which those are is remembered by class."""

        class Stop(SetPower):
            pass

        stop = Stop(server="u1", signal=Signal.STOP)
        found = before_call(RULE, KEY, replace(everything_holds(), arm=Arm.LIVE), stop)
        again = held(GateState(Limits(allow=EVERYTHING), power_held=True), stop)

        assert found == Held(Verdict.SILENCED, "silence s")
        assert again is not None
        assert again.verdict is Verdict.HELD_BY_FLEET

    def test_a_run_that_no_other_rule_may_mute_any_more_is_not_muted(self) -> None:
        facts = replace(everything_holds(), is_mutable=False)

        assert Verdict.MUTED not in [one.verdict for one in all_before_call(RULE, KEY, facts, START)]

    def test_whatever_takes_a_game_down_is_muted_as_power_is(self) -> None:
        class Reinstall(SetPower):
            verb = "reinstall"

        gates = GateState(Limits(allow=EVERYTHING))
        mutes = Mutes((Muting(),), actions=frozenset({"power"}))
        gates.inhibition.begin(Rule(id="b", mutes=mutes), KEY, lambda: None)

        assert held(gates, Reinstall(server="u1", signal=Signal.STOP)) == Held(
            Verdict.MUTED, "while `b` is open (u1)"
        )

    def test_no_more_power_actions_are_under_way_than_parallel_says(self) -> None:
        gates = GateState(Limits(parallel=2))

        assert asked(gates, START, 0.0, 1) is None
        found = asked(gates, START, 0.0, 2)
        assert found is not None
        assert found.verdict is Verdict.OVER_LIMIT

    def test_notifications_need_no_permission_and_no_budget(self) -> None:
        gates = GateState(Limits(allow=(), power_fleet=Budget(0, 1.0), send_fleet=Budget(0, 1.0)))

        assert asked(gates, SendMessage(server="u1", channel="ops", text="x"), 0.0, 99) is None

    def test_who_comes_later_does_not_overtake_those_that_wait_for_the_same_budget(self) -> None:
        gates = GateState(Limits(power_node=Budget(1, 60.0), power_server=Budget(5, 60.0)))
        ahead = frozenset({("power.node", "eu")})

        found = held(gates, power(Signal.STOP), EU, ahead=ahead)
        assert found is not None
        assert (found.verdict, found.tickets) == (Verdict.OVER_LIMIT, ahead)
        assert held(gates, power(Signal.STOP), US, ahead=ahead) is None

    @pytest.mark.parametrize("ticket", [PARALLEL, HOLD_POWER])
    def test_nobody_overtakes_those_that_wait_for_a_slot_or_for_the_fleet(self, ticket: Ticket) -> None:
        gates = GateState(Limits(parallel=5))
        ahead = frozenset({ticket})
        found = held(gates, power(Signal.STOP), ahead=ahead)

        assert found is not None
        assert (found.verdict, found.tickets) == (Verdict.OVER_LIMIT, ahead)
        assert held(gates, send("list"), ahead=ahead) is None

    def test_a_part_of_what_is_under_way_needs_a_slot_and_nothing_else(self) -> None:
        limits = Limits(allow=EVERYTHING, parallel=1, power_server=Budget(0, 60.0))
        gates, kill = GateState(limits, power_held=True), power(Signal.KILL)

        assert held(gates, kill, slots=None, spends=Spends.NOTHING) is None
        assert held(gates, kill, slots=0, spends=Spends.NOTHING) is None
        assert held(gates, kill, slots=1, spends=Spends.NOTHING) is not None

    @pytest.mark.parametrize(
        ("signal", "is_held"),
        [(Signal.START, True), (Signal.RESTART, True), (Signal.STOP, False), (Signal.KILL, False)],
    )
    def test_what_starts_a_server_is_held_while_its_panel_does_not_answer(
        self, signal: Signal, is_held: bool
    ) -> None:
        facts = Facts(profile(1))
        facts.panel_answers = False
        found = held(GateState(Limits(allow=EVERYTHING)), power(signal), facts)

        assert (found is not None and found.verdict is Verdict.PANEL_DOWN) is is_held
        assert (found is not None) is is_held

    def test_every_power_action_is_held_while_wings_may_start_the_server_by_itself(self) -> None:
        facts, gates = down(), GateState(Limits())
        found = held(gates, power(Signal.STOP), facts, 11.0)

        assert found is not None
        assert (found.verdict, found.until) == (Verdict.CRASH_PENDING, 17.0)
        assert held(gates, power(Signal.STOP), facts, 17.0) is None

    def test_power_is_held_for_everybody_while_the_fleet_is_not_well(self) -> None:
        gates = GateState(Limits(), power_held=True)

        found = held(gates, power(Signal.STOP))
        assert found is not None
        assert found.verdict is Verdict.HELD_BY_FLEET
        assert held(gates, send("list")) is None

    def test_after_its_node_changed_hands_nothing_is_asked_of_a_server_for_a_while(self) -> None:
        gates = GateState(Limits(allow=EVERYTHING), taken_over_until=75.0)
        message = SendMessage(server="u1", channel="ops", text="x")
        looks = QueryGame(server="u1", protocol=QueryProtocol.A2S, host="192.0.2.1", port=27015)

        for call in (START, send("list")):
            found = held(gates, call, mono=74.9)
            assert found is not None
            assert (found.verdict, found.until) == (Verdict.TAKING_OVER, 75.0)
            assert held(gates, call, mono=75.0) is None
        assert held(gates, message, mono=1.0) is None
        assert held(gates, looks, mono=1.0) is None

    def test_what_waited_until_its_node_was_taken_over_goes_out_in_order(self) -> None:
        story = Story(
            "rules: [{id: a, when: {console: '^go'}, do: [{send: one}, {notify: ops, text: now}]}]",
            acts_from=75.0,
        )
        story.line(1.0, "go").until(74.9)
        reasons = list(story.engine.explainer.holds(story.rule_state("a"), story.engine.now))

        assert story.calls == []
        assert [one.detail for one in reasons if one.verdict is Verdict.TAKING_OVER] == [
            "what the one before sent must have come to its end first, for 0s more"
        ]
        assert story.until(80.0).calls == ["75 send one", "75 notify ops: now"]

    def test_nothing_goes_out_before_it_has_settled(self) -> None:
        gates = GateState(Limits(), settled_at=60.0)
        found = held(gates, send("list"), mono=20.0)

        assert found is not None
        assert (found.verdict, found.detail, found.until) == (Verdict.SETTLING, "for 40s more", 60.0)
        assert held(gates, send("list"), mono=60.0) is None

    def test_without_a_journal_nothing_but_messages_goes_out(self) -> None:
        gates = GateState(Limits(allow=EVERYTHING), no_journal="no space left on device")
        message = SendMessage(server="u1", channel="ops", text="x")

        assert held(gates, START) == Held(Verdict.NO_JOURNAL, "no space left on device")
        assert held(gates, send("list")) == Held(Verdict.NO_JOURNAL, "no space left on device")
        assert held(gates, message) is None

    def test_a_part_of_what_is_under_way_waits_for_the_journal_as_well(self) -> None:
        """A kill that nobody knows of would be sent again after a restart."""
        gates = GateState(Limits(allow=EVERYTHING), no_journal="no space left on device")
        found = held(gates, power(Signal.KILL), slots=None, spends=Spends.NOTHING)

        assert found is not None
        assert found.verdict is Verdict.NO_JOURNAL


def _without_polled_gates(facts: CallFacts) -> Iterator[CallFacts]:
    """On hold, then not; settling, then not; with everything allowed; with room; with a journal."""
    gates = facts.gates
    gates.adopt(replace(gates.limits, send_fleet=Budget(0, 60.0)))
    yield facts
    gates.on_hold = None
    yield facts
    gates.settled_at = -inf
    yield facts
    gates.taken_over_until = -inf
    yield facts
    gates.adopt(replace(gates.limits, allow=EVERYTHING))
    yield facts
    gates.adopt(replace(gates.limits, send_fleet=None))
    yield facts
    gates.no_journal = ""
    yield facts
    facts = replace(facts, grant=None)
    yield facts
