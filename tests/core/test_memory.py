"""What outlives the process: clocks, incidents, runs. What is proved by stories that a restart interrupts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.absent_servers import MOST_ABSENT
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.decision import Verdict
from automaton.core.engine import Engine
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.moment import Moment
from automaton.match.glob import compile_glob
from tests.core.fleet import fleet, lose, profile
from tests.core.story import ARENA, HIGH, LIVE, LOBBY, Story, book

ALL = (Allowance(None, frozenset(Signal), (compile_glob("*"),)),)
CRASH = "rules: [{{id: a, when: {{event: crash}}, {0}}}]"


def crash(keys: str, limits: Limits | None = None) -> Story:
    return Story(CRASH.format(keys), *([limits] if limits else [])).happens(10.0, "crash")


class TestClocks:
    def test_a_hold_goes_on_without_the_time_that_nobody_watched(self) -> None:
        told = Story(HIGH).memory_from(0.0, 200.0, 95).restart(200.0, 60.0)
        told.memory_from(260.0, 355.0, 95)
        assert told.calls == []

        assert told.memory_from(360.0, 365.0, 95).calls == ["360 notify ops: high"]

    def test_a_cooldown_runs_on_while_automaton_is_down(self) -> None:
        told = crash("cooldown: 1m, do: [{notify: ops}]").restart(20.0, 30.0)
        told.happens(60.0, "crash").happens(71.0, "crash")

        assert told.calls == ["10 notify ops: lobby: a", "71 notify ops: lobby: a"]

    def test_a_window_slides_on_while_automaton_is_down(self) -> None:
        told = crash("count: 3, within: 1m, do: [{notify: ops}]").happens(40.0, "crash").restart(45.0, 20.0)
        told.happens(75.0, "crash")
        assert told.calls == []

        assert told.happens(80.0, "crash").calls == ["80 notify ops: lobby: a"]

    def test_a_breaker_stays_tripped(self) -> None:
        told = crash("breaker: {max: 1, within: 1h}, do: []").happens(20.0, "crash").restart(30.0, 10.0)

        assert told.happens(50.0, "crash").verdicts[-1] == "50 breaker_open"
        assert told.rule_state("a").phase == "tripped"

    def test_a_match_that_waits_for_unless_is_let_go_for_nobody_saw_whether_it_came(self) -> None:
        told = Story(
            "rules: [{id: a, when: {event: crash}, unless: {event: ready}, within: 1m, do: [{notify: ops}]}]"
        )
        told.happens(1.0, "crash").restart(10.0, 5.0).until(100.0)

        assert told.calls == []
        assert told.rule_state("a").phase == "idle"

    def test_what_was_spent_is_spent(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, send_server=Budget(1, 100.0))
        told = crash("do: [{send: list}]", limits).restart(20.0, 10.0).happens(40.0, "crash").until(200.0)

        assert told.calls == ["10 send list", "110 send list"]

    def test_the_time_of_the_clock_is_made_up_where_the_rule_wants_it(self) -> None:
        rule = (
            "rules: [{{id: a, when: {{schedule: '0 * * * *', tz: UTC, missed: {0}}}, do: [{{notify: ops}}]}}]"
        )
        assert Story(rule.format("run")).until(3000.0).restart(3000.0, 7000.0).until(10100.0).calls == [
            "10000 notify ops: lobby: a"
        ]

        assert Story(rule.format("skip")).until(3000.0).restart(3000.0, 7000.0).until(10100.0).calls == []

    def test_what_a_rule_looks_back_on_is_not_lost(self) -> None:
        rule = "rules: [{id: a, while: 'max(memory_pct, 10m) > 90', do: [{notify: ops}]}]"
        told = Story(rule).memory_from(0.0, 300.0, 50).memory(305.0, 95).memory_from(310.0, 400.0, 50)
        assert told.rule_state("a").phase == "open"
        told.restart(400.0, 10.0).memory_from(410.0, 500.0, 50)

        assert told.rule_state("a").phase == "open"


class TestIncidents:
    def test_an_open_incident_stays_open_and_is_not_told_again(self) -> None:
        told = Story(HIGH).memory_from(0.0, 310.0, 95).restart(310.0, 60.0).memory_from(370.0, 400.0, 95)
        assert told.calls == ["300 notify ops: high"]

        assert told.memory(405.0, 70).calls[1:] == ["405 notify ops: back after 1m 45s"]

    def test_an_ack_and_the_escalations_that_were_due_are_remembered(self) -> None:
        told = Story("""
            rules:
              - id: down
                while: state == "offline"
                do: [{notify: ops}]
                escalate:
                  - {after: 1m, do: [{notify: boss}]}
                  - {after: 2m, unless: acked, do: [{notify: boss}]}
            """).state(10.0, State.OFFLINE)
        told.until(80.0).at(80.0, ev.Acknowledged, server="", rule="down").restart(80.0, 10.0).until(500.0)

        assert told.calls == ["10 notify ops: lobby: down", "70 notify boss: lobby: down"]

    def test_an_escalation_runs_on_while_automaton_is_down(self) -> None:
        told = (
            Story("""
            rules: [{id: a, while: state == "offline", escalate: [{after: 1m, do: [{notify: boss}]}]}]
            """)
            .state(10.0, State.OFFLINE)
            .restart(20.0, 100.0)
            .until(130.0)
        )

        assert [call.split(" ", 1)[1] for call in told.calls] == ["notify boss: lobby: a"]
        assert told.asked[0][0] == pytest.approx(120.0, abs=0.01)

    def test_a_rule_that_is_no_more_is_not_remembered(self) -> None:
        told = crash("until: 1h, do: []").restart(20.0, 10.0, rules="rules: []")

        assert list(told.engine.rule_states()) == []

    def test_another_when_begins_its_window_anew(self) -> None:
        told = crash("count: 2, within: 10m, do: [{notify: ops}]")
        rules = CRASH.format("count: 2, within: 10m, do: [{notify: ops}]").replace("crash", "[crash, ready]")
        told.restart(20.0, 10.0, rules=rules)

        assert told.happens(40.0, "crash").calls == []

    def test_other_numbers_go_on_with_the_window(self) -> None:
        told = crash("count: 2, within: 10m, do: [{notify: ops}]")
        told.restart(20.0, 10.0, rules=CRASH.format("count: 2, within: 20m, do: [{notify: ops}]"))

        assert told.happens(40.0, "crash").calls == ["40 notify ops: lobby: a"]


class TestRuns:
    def test_a_run_that_was_interrupted_goes_on_where_it_stood(self) -> None:
        told = crash("do: [{send: one}, {wait: 1m}, {send: two}]").restart(30.0, 10.0).until(100.0)

        assert told.calls == ["10 send one", "70 send two"]

    def test_a_power_action_is_never_repeated_blindly(self) -> None:
        told = Story(CRASH.format("do: [{power: restart}, {notify: ops, text: up}]"))
        told.answer = lambda call: None
        told.happens(10.0, "crash").restart(11.0, 10.0)
        assert told.calls == ["10 power restart"]

        told.state(30.0, State.STOPPING).state(31.0, State.OFFLINE)
        told.state(32.0, State.STARTING).state(40.0, State.RUNNING).until(700.0)
        assert told.calls == ["10 power restart", "40 notify ops: up"]

    def test_without_proof_that_it_worked_the_run_fails(self) -> None:
        told = Story(CRASH.format("do: [{power: restart}, {notify: ops, text: up}]"))
        told.answer = lambda call: None
        told.happens(10.0, "crash").restart(11.0, 10.0).until(700.0)

        assert told.calls == ["10 power restart"]
        assert "610 failed" in told.verdicts

    def test_what_was_typed_counts_as_done(self) -> None:
        told = Story(CRASH.format("do: [{send: one}, {notify: ops, text: on}]"))
        told.answer = lambda call: None
        told.happens(10.0, "crash").restart(11.0, 10.0)

        assert told.calls == ["10 send one", "21 notify ops: on"]

    def test_a_question_is_asked_again(self) -> None:
        told = (
            crash("do: [{probe: 30s, else: [{notify: ops, text: frozen}]}]").restart(20.0, 10.0).until(100.0)
        )

        assert told.calls == [
            "10 send list",
            "10 send minecraft:list",
            "30 send list",
            "30 send minecraft:list",
            "60 notify ops: frozen",
        ]

    def test_a_countdown_says_the_time_left_anew(self) -> None:
        told = crash("do: [{countdown: 5m, at: [5m, 10s], say: '${left}'}, {power: restart}]").restart(
            100.0, 10.0
        )
        told.until(400.0)

        assert told.calls == [
            "10 send say 5m",
            "110 send say 3m 20s",
            "300 send say 10s",
            "310 power restart",
        ]

    def test_after_longer_it_is_given_up_with_a_notice_and_its_incident_stays_open(self) -> None:
        limits = Limits(arm=Arm.LIVE, resume_within=60.0, report="boss")
        told = crash("until: 10h, do: [{wait: 1m}, {send: two}]", limits).restart(20.0, 61.0).until(200.0)

        assert [one.split(":")[0] for one in told.calls] == ["81.001 notify boss"]
        assert told.rule_state("a").phase == "open"

    def test_one_whose_steps_were_changed_meanwhile_is_given_up(self) -> None:
        told = crash("do: [{wait: 1m}, {send: two}]")
        told.restart(20.0, 5.0, rules=CRASH.format("do: [{wait: 1m}, {send: three}]")).until(200.0)

        assert told.calls == []
        assert (
            told.details(told.decisions[-2].verdict)[-1] == "its steps were changed while automaton was away"
        )

    def test_a_run_within_nested_steps_goes_on_where_it_was(self) -> None:
        inner = "{if: 2 < 1, do: [], else: [{wait: 1m}, {send: deep}]}"
        do = f"do: [{{if: 1 < 2, do: [{inner}, {{send: mid}}]}}, {{send: end}}]"
        told = crash(do).restart(30.0, 10.0).until(100.0)

        assert told.calls == ["70 send deep", "70 send mid", "70 send end"]

    def test_a_run_waits_until_its_server_is_seen_again(self) -> None:
        told = crash("do: [{wait: 10s}, {say: hi}]")
        memory = told.engine.dump(Moment(15.0, 15.0))
        told.engine = Engine(
            book(CRASH.format("do: [{wait: 10s}, {say: hi}]")), told._limits, Moment(20.0, 20.0), memory
        )
        told.at(20.0, ev.ServerListed, profile=LOBBY).until(50.0)
        assert told.calls == []
        told.at(60.0, ev.LinkUp).at(60.0, ev.StateReported, state=State.RUNNING)

        assert told.calls == ["60 send say hi"]

    def test_a_reload_before_the_restart_loses_no_run(self) -> None:
        do = "do: [{wait: 1m}, {notify: ops, text: on}]"
        told = crash(do).adopt(20.0, CRASH.format(do)).restart(30.0, 5.0).until(100.0)

        assert told.calls == ["70 notify ops: on"]

    def test_a_wide_rule_that_fires_while_its_servers_come_back_fires_once(self) -> None:
        do = "do: [{notify: ops, text: '${total}'}]"
        rules = f"rules: [{{id: a, by: fleet, when: {{event: crash}}, until: 1h, {do}}}]"
        told = fleet(rules, 2).happens(10.0, "crash", server="u0").until(4000.0)
        memory = told.engine.dump(Moment(4000.0, 4000.0))
        told.engine = Engine(book(rules), told._limits, Moment(4010.0, 4010.0), memory)
        told.at(4011.0, ev.ServerListed, profile=profile(0)).happens(4012.0, "crash", server="u0")

        assert told.calls == ["10 notify ops: 2", "4012 notify ops: 1"]


class TestTheWhole:
    def test_it_is_plain_data(self) -> None:
        told = Story(HIGH).memory_from(0.0, 310.0, 95)
        dumped = told.engine.dump(Moment(310.0, 5000.0))

        assert json.loads(json.dumps(dumped, allow_nan=False)) == dumped

    def test_data_of_another_version_is_left_alone(self) -> None:
        engine = Engine(book(HIGH), Limits(), Moment(0.0, 0.0), {"version": 999, "nobody": "knows"})

        assert list(engine.rule_states()) == []

    def test_what_was_never_taken_up_is_kept_for_some_days(self) -> None:
        told = Story(HIGH).memory_from(0.0, 310.0, 95)
        first = told.engine.dump(Moment(310.0, 310.0))
        second = Engine(book(HIGH), Limits(), Moment(400.0, 400.0), first).dump(Moment(500.0, 500.0))
        assert second["places"] == first["places"]

        late = Moment(500.0, 10 * 86_400.0)
        third = Engine(book(HIGH), Limits(), late, second).dump(late)  # its clock alone may be wrong
        assert third["places"] == first["places"]
        assert Engine(book(HIGH), Limits(), late, third).dump(late)["places"] == {}

    def test_numbers_of_calls_and_incidents_go_on(self) -> None:
        told = crash("until: 1h, do: [{notify: ops}]")
        told.restart(20.0, 10.0, rules=CRASH.format("until: 1h, do: [{notify: ops}]"))
        told.happens(4000.0, "crash")
        numbers = [number for _, number, _ in told.asked]

        assert len(set(numbers)) == len(numbers)

    def test_wide_rules_and_silences_are_remembered(self) -> None:
        rules = """
            rules:
              - {id: node, by: node, while: share(not connected) > 0.5, for: 1m, do: [{notify: ops}]}
            """
        told = lose(fleet(rules), 10.0, 0, 1, 2).until(100.0)
        told.at(100.0, ev.SilenceBegan, server="", id="s", rules=("*",), servers=("*",), until=5000.0)
        memory = told.engine.dump(Moment(100.0, 100.0))
        again = fleet(rules)
        again.engine = Engine(book(rules), again._limits, Moment(0.0, 130.0), memory)

        assert [one.key for one in again.engine.rule_states()] == []
        assert [one.id for one in again.engine.silences()] == ["s"]
        again.engine.handle(ev.ServerListed(server="u0", at=Moment(1.0, 131.0), profile=LOBBY))
        assert [(one.key, one.phase) for one in again.engine.rule_states()] == [("node:eu", "open")]


WIDE = """
    rules:
      - id: node
        by: node
        while: share(not connected) > 0.5 and total >= 3
        do: [{notify: ops, text: "lost ${count(not connected)} of ${total}"}]
        on_clear: [{notify: ops, text: back}]
    """


class TestCrowds:
    @staticmethod
    def back(numbers: tuple[int, ...]) -> Story:
        """Three of four were lost, automaton begins anew, and these servers are listed again, all lost."""
        told = lose(fleet(WIDE), 10.0, 0, 1, 2)
        memory = told.engine.dump(Moment(20.0, 20.0))
        told.engine = Engine(book(WIDE), told._limits, Moment(30.0, 30.0), memory)
        for number in numbers:
            told.at(31.0, ev.ServerListed, profile=profile(number))
            told.at(31.0, ev.LinkLost, server=f"u{number}")
        return told

    def test_nobody_judges_by_a_part_of_the_servers_while_they_are_listed_again(self) -> None:
        told = self.back((0, 1))
        assert told.calls == ["10 notify ops: lost 3 of 4"]
        assert told.rule_state("node", "node:eu").phase == "open"

        for number in (2, 3):
            told.at(32.0, ev.ServerListed, profile=profile(number)).at(32.0, ev.LinkLost, server=f"u{number}")
        assert told.rule_state("node", "node:eu").phase == "open"
        for number in (0, 1, 2):
            told.at(33.0, ev.LinkUp, server=f"u{number}")
        assert told.calls[1:] == ["33 notify ops: back"]

    def test_after_a_while_those_that_are_there_are_all(self) -> None:
        told = self.back((0, 1)).until(200.0)

        assert told.calls[1:] == ["150 notify ops: back"] or told.calls[1:] == ["151 notify ops: back"]


class TestAbsentServers:
    RULES = "rules: [{id: a, when: {event: crash}, cooldown: 12h, do: [{notify: ops}]}]"

    def list_invented(self, told: Story, count: int) -> Story:
        """One node lists servers that nobody has, and then others."""
        for number in range(100, 100 + count):
            told.at(20.0, ev.ServerListed, profile=profile(number, "evil"))
            told.at(30.0, ev.ServerGone, server=f"u{number}", reason="deleted")
        return told

    def test_a_node_that_invents_servers_drives_out_its_own_only(self) -> None:
        told = fleet(self.RULES, 2, nodes=2).happens(10.0, "crash", server="u1")
        told.at(15.0, ev.ServerGone, server="u1", reason="deleted")
        self.list_invented(told, MOST_ABSENT + 1)
        assert told.engine.let_go == 1
        assert len(told.engine.dump(Moment(40.0, 40.0))["places"]) == 1 + 1 + MOST_ABSENT  # u0, u1, invented
        told.at(50.0, ev.ServerListed, profile=profile(1, "eu1")).happens(60.0, "crash", server="u1")

        assert told.calls == ["10 notify ops: s1: a"]

    def test_whose_server_was_absent_outlives_the_process(self) -> None:
        told = fleet(self.RULES, 2, nodes=2).happens(10.0, "crash", server="u1")
        told.at(15.0, ev.ServerGone, server="u1", reason="deleted").restart(20.0, 10.0)
        self.list_invented(told, 3)
        told.at(50.0, ev.ServerListed, profile=profile(1, "eu1")).happens(60.0, "crash", server="u1")

        assert told.calls == ["10 notify ops: s1: a"]


DAMAGED = [
    {"version": 1},
    {"version": 1, "at": "x", "places": {}},
    {"version": 1, "at": 0, "places": []},
    {"version": 1, "at": 0, "places": {"u-lobby": 7}},
    {
        "version": 1, "at": 0, "spent": [], "silences": [], "next_number": 1, "next_incident": 1,
        "places": {"u-lobby": {"at": 0, "server": {"a": 1}, "standings": [{"rule": "high"}]}},
    },
    {
        "version": 1, "at": 0, "spent": {"a": 1}, "silences": 7, "next_number": "x", "next_incident": 1,
        "places": {"u-lobby": {"at": 0, "server": None, "standings": [{"rule": "high"}]}, "fleet": {}},
    },
]  # fmt: skip


@pytest.mark.parametrize("memory", DAMAGED)
def test_what_cannot_be_read_is_forgotten_and_counted(memory: dict[str, object]) -> None:
    told = Story(HIGH)
    told.engine = Engine(book(HIGH), told._limits, Moment(0.0, 0.0), memory)
    told.at(0.0, ev.ServerListed, profile=LOBBY).at(0.0, ev.LinkUp)
    told.at(0.0, ev.StateReported, state=State.RUNNING).memory_from(0.0, 310.0, 95)

    assert told.calls == ["300 notify ops: high"]
    assert told.engine.unreadable >= 1


def test_a_wall_clock_that_was_ahead_before_keeps_nobody_waiting() -> None:
    told = crash("do: [{wait: 10s}, {notify: ops}]")
    memory = told.engine.dump(Moment(15.0, 1e9))
    told.engine = Engine(
        book(CRASH.format("do: [{wait: 10s}, {notify: ops}]")), told._limits, Moment(20.0, 0.0), memory
    )
    told.engine.handle(ev.ServerListed(server=LOBBY.uuid, at=Moment(20.0, 0.0), profile=LOBBY))
    told.engine.handle(ev.LinkUp(server=LOBBY.uuid, at=Moment(20.0, 0.0)))
    told.engine.handle(ev.StateReported(server=LOBBY.uuid, at=Moment(20.0, 0.0), state=State.RUNNING))

    assert (told.engine.next_deadline() or 1e9) < 31.0


class TestWhatChangedMeanwhile:
    def test_a_silence_that_ended_while_automaton_was_away_tells_what_it_held(self) -> None:
        told = Story(CRASH.format("until: 1h, do: [{notify: ops}]"))
        told.at(0.5, ev.SilenceBegan, server="", id="s", rules=("*",), servers=("*",), until=100.0)
        told.happens(1.0, "crash").restart(50.0, 80.0).until(131.0)

        assert told.calls == ["130 notify ops: lobby: a"]

    def test_an_incident_of_a_rule_that_was_removed_is_told_as_withdrawn(self) -> None:
        told = crash("until: 1h, do: []").restart(20.0, 10.0, rules="rules: []")

        assert told.verdicts[-1] == "30 withdrawn"

    @pytest.mark.parametrize("silenced", [False, True])
    def test_the_end_of_an_incident_of_a_removed_rule_is_told_where_its_opening_was(
        self, silenced: bool
    ) -> None:
        told = crash("until: 1h, do: [{notify: [ops, staff]}]")
        if silenced:
            told.at(10.0, ev.SilenceBegan, server="", id="s", rules=("*",), servers=(), until=100.0)
        told.restart(20.0, 10.0, rules="rules: []")
        why = "the rule was removed, or no longer names this server"
        ends = [f"30 {channel}: lobby: a is closed after 20s: {why}" for channel in ("ops", "staff")]

        assert told.told_ends == ([] if silenced else ends)

    def test_many_starts_do_not_make_an_interruption_short(self) -> None:
        told = crash("do: [{wait: 20s}, {send: late}]")
        rules = CRASH.format("do: [{wait: 20s}, {send: late}]")
        for number in range(10):
            memory = told.engine.dump(Moment(15.0 + 200 * number, 15.0 + 200 * number))
            at = 20.0 + 200 * number
            told.engine = Engine(book(rules), told._limits, Moment(at, at), memory)
            told.at(at, ev.ServerListed, profile=LOBBY)
        told.at(2000.0, ev.LinkUp).at(2000.0, ev.StateReported, state=State.RUNNING).until(2100.0)

        assert told.calls == []


def test_a_run_that_cannot_be_read_keeps_no_slot_of_parallel() -> None:
    rules = "rules: [{id: a, while: memory_pct > 90, do: [{power: restart}]}]"
    limits = replace(LIVE, parallel=1)
    story = Story(rules, limits)
    story.answer = lambda _: None
    story.memory(1.0, 95)
    memory = json.loads(json.dumps(story.engine.dump(Moment(2.0, 2.0))))
    (run,) = memory["places"][LOBBY.uuid]["standings"][0]["going"]
    assert run["powering"]
    del run["left_at"]
    engine = Engine(book(rules), limits, Moment(3.0, 3.0), memory)
    engine.handle(ev.ServerListed(server=LOBBY.uuid, at=Moment(3.0, 3.0), profile=LOBBY))

    assert engine.unreadable == 1
    assert engine._active.powering == set()


@pytest.mark.parametrize("memo", [{}, {"sent_at": 1.0}, {"sent_at": 1.0, "boot": "x"}])
def test_a_run_whose_step_remembers_what_is_not_its_own_fails_and_says_so(memo: dict[str, object]) -> None:
    rules = "rules: [{id: a, while: memory_pct > 90, do: [{power: restart}]}]"
    story = Story(rules, LIVE)
    story.answer = lambda _: None
    story.memory(1.0, 95)
    memory = json.loads(json.dumps(story.engine.dump(Moment(2.0, 2.0))))
    (run,) = memory["places"][LOBBY.uuid]["standings"][0]["going"]
    run["memo"] = memo
    story.engine = Engine(book(rules), LIVE, Moment(3.0, 3.0), memory)
    story.at(3.0, ev.ServerListed, profile=LOBBY).at(3.0, ev.LinkUp)
    story.at(3.0, ev.StateReported, state=State.RUNNING).until(10.0)

    assert story.decisions[-1].verdict is Verdict.FAILED
    assert story.decisions[-1].detail == "power: what was remembered of it cannot be read"


def test_a_step_that_breaks_in_a_run_of_this_process_is_a_bug_and_loud() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, do: [{power: restart}]}]", LIVE).memory(1.0, 95)
    (run,) = story.engine._active.all()
    run.memo = {}

    with pytest.raises(KeyError):
        story.state(2.0, State.STOPPING)


@pytest.mark.parametrize("servers", ["lobby", "node:eu", "tag:prod"])
def test_the_end_of_an_incident_whose_rule_left_is_silenced_as_the_rule_was(servers: str) -> None:
    def ends(*silenced: str) -> list[str]:
        told = "do: [{notify: ops, text: high}]"
        story = Story(f"rules: [{{id: high, while: memory_pct > 90, {told}}}]").memory(1, 95)
        if silenced:
            story.at(2, ev.SilenceBegan, id="s1", rules=(), servers=silenced, until=5_000.0, note="")
        story.restart(10, 5, rules="rules: [{id: other, when: {event: crash}, do: [{notify: ops}]}]")
        return story.until(4_000.0).told_ends

    assert ends() != []
    assert ends(servers) == []


COUNTED = """
    rules:
      - {id: many, by: fleet, when: {console: '^bad'}, GUARD, do: [{notify: ops, text: many}]}
    """


def _after_a_restart(guard: str) -> Story:
    """`lobby` is listed again, and `arena`, which is offline, is yet to come."""
    rules = COUNTED.replace("GUARD", guard)
    story = _listed(Story(rules), 0.0, ARENA, State.OFFLINE).line(5.0, "bad").until(20.0)
    memory = json.loads(json.dumps(story.remembered(Moment(20.0, 20.0))))
    story.engine = Engine(book(rules), LIVE, Moment(25.0, 25.0), memory)
    return _listed(story, 25.0, LOBBY, State.RUNNING)


def _listed(story: Story, mono: float, one: ev.Profile, state: State) -> Story:
    story.at(mono, ev.ServerListed, profile=one).at(mono, ev.LinkUp, server=one.uuid)
    return story.at(mono, ev.StateReported, server=one.uuid, state=state)


def test_a_match_clears_nothing_by_a_count_over_a_part_of_the_servers() -> None:
    story = _after_a_restart('until: count(state == "offline") == 0').line(26.0, "bad")
    _listed(story, 30.0, ARENA, State.OFFLINE).until(40.0)
    assert story.told_ends == []

    _listed(story, 50.0, ARENA, State.RUNNING)
    assert story.told_ends != []


def test_a_match_opens_nothing_by_a_count_over_a_part_of_the_servers() -> None:
    story = _after_a_restart('if: share(state == "running") > 0.9').line(26.0, "bad")
    assert story.verdicts[-1] == "26 guard_unknown"

    _listed(story, 30.0, ARENA, State.RUNNING).line(31.0, "bad")
    assert story.calls[-1] == "31 notify ops: many"


GUARDED = """
    rules:
      - id: a
        when: {console: '^x'}
        if: memory_pct < 90
        until: 1h
        do: [{wait: 1m}, {notify: ops, text: on}]
    """


def _interrupted() -> Story:
    """A run in its wait; automaton is back at 15, settles until 20, and no reading has come."""
    story = Story(GUARDED, replace(LIVE, settle=5.0)).memory(5.0, 50).line(6.0, "x")
    return story.restart(10.0, 5.0).until(30.0)


def test_a_run_that_was_interrupted_waits_until_what_its_if_reads_is_known() -> None:
    story = _interrupted().memory(40.0, 50)
    assert story.verdicts == ["6 fired"]

    assert story.until(90.0).calls == ["66 notify ops: on"]


def test_a_run_whose_if_is_false_when_it_is_known_again_is_overtaken_and_says_so() -> None:
    story = _interrupted().memory(40.0, 95).until(90.0)

    (overtaken,) = [one for one in story.decisions if one.verdict is Verdict.OVERTAKEN]
    assert (round(overtaken.at.mono), overtaken.detail, story.calls) == (41, "its `if` is false", [])


def test_a_run_whose_if_stays_unknown_is_given_up_after_a_while_and_says_so() -> None:
    story = _interrupted().until(1_000.0)

    (overtaken,) = [one for one in story.decisions if one.verdict is Verdict.OVERTAKEN]
    assert (round(overtaken.at.mono), overtaken.detail) == (320, "its `if` was unknown for 5m")
    assert story.calls == []
