"""What rules open, escalate, trip, queue and clear, over time."""

from __future__ import annotations

from math import inf

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.schedule.wall_time import WallTime
from tests.core.story import DONE, Story

HUNG = """
    rules:
      - id: hung
        when: {console: '^asked (?P<who>\\w+)'}
        unless: {console: '^answered'}
        within: 1m
        do: [{notify: ops, text: "no answer to ${it.who}"}]
    """
JOINS = """
    rules:
      - id: many
        when: {console: '^(?P<ip>\\S+) failed'}
        distinct: it.ip
        count: 3
        within: 1m
        do: [{notify: ops, text: "${matches} addresses"}]
    """
CRASHES = """
    rules:
      - id: again
        when: {event: crash}
        breaker: {max: 2, within: 1h, reset: 30m, then: [{notify: ops, text: "gave up at ${attempt}"}]}
        do: [{notify: ops, text: "attempt ${attempt}"}]
    """
DOWN = """
    rules:
      - id: down
        while: state == "offline"
        do: [{notify: ops, text: "down"}]
        escalate:
          - {after: 10m, unless: acked, do: [{notify: boss, text: "down ${open_for}"}]}
          - {after: 20m, do: [{notify: boss, text: "still down"}]}
    """


class TestUnless:
    def test_what_is_not_followed_in_time_fires_with_its_own_match(self) -> None:
        told = Story(HUNG).line(10.0, "asked Anna").line(30.0, "asked Bert").until(80.0)

        assert told.calls == ["70 notify ops: no answer to Anna"]

    def test_what_is_followed_in_time_is_abandoned(self) -> None:
        told = Story(HUNG).line(10.0, "asked Anna").line(60.0, "answered").until(200.0)

        assert told.calls == []
        assert told.verdicts == ["10 waiting", "60 abandoned"]

    def test_nobody_saw_whether_it_was_followed_while_the_link_was_lost(self) -> None:
        told = Story(HUNG).line(10.0, "asked Anna").at(20.0, ev.LinkLost).until(200.0)

        assert told.calls == []
        assert told.verdicts[-1] == "20 abandoned"

    def test_unless_is_judged_before_when(self) -> None:
        """So a rule may wait for what never stops coming: a dead man's switch."""
        told = Story(HUNG.replace("'^answered'", "'^a'")).line(10.0, "asked Anna").line(20.0, "asked Bert")
        assert told.verdicts == ["10 waiting", "20 abandoned", "20 waiting"]

        assert told.until(100.0).calls == ["80 notify ops: no answer to Bert"]

    def test_after_it_fired_the_next_match_starts_a_clock_anew(self) -> None:
        told = Story(HUNG).line(10.0, "asked Anna").until(80.0).line(100.0, "asked Bert").until(200.0)

        assert told.calls == ["70 notify ops: no answer to Anna", "160 notify ops: no answer to Bert"]


class TestDistinct:
    def test_the_same_value_counts_once(self) -> None:
        told = Story(JOINS).line(1.0, "a failed").line(2.0, "a failed").line(3.0, "b failed")
        assert told.calls == []

        assert told.line(4.0, "c failed").calls == ["4 notify ops: 3 addresses"]

    def test_a_value_grows_old_from_its_latest_match(self) -> None:
        told = Story(JOINS).line(1.0, "a failed").line(50.0, "a failed").line(70.0, "b failed")

        assert told.line(90.0, "c failed").calls == ["90 notify ops: 3 addresses"]


class TestBreaker:
    def test_the_fire_after_the_last_allowed_run_trips_it_instead_of_opening(self) -> None:
        told = Story(CRASHES)
        for minute in (1, 2, 3, 4):
            told.happens(minute * 60.0, "crash")

        assert told.calls == [
            "60 notify ops: attempt 1", "120 notify ops: attempt 2", "180 notify ops: gave up at 3",
        ]  # fmt: skip
        assert told.rule_state("again").phase == "tripped"
        assert told.verdicts[-1] == "240 breaker_open"

    def test_after_its_time_the_rule_works_again(self) -> None:
        told = Story(CRASHES)
        for minute in (1, 2, 3):
            told.happens(minute * 60.0, "crash")
        told.until(180.0 + 1800.0)
        assert told.rule_state("again").phase == "idle"

        assert told.happens(2000.0, "crash").calls[-1] == "2000 notify ops: attempt 1"

    def test_a_breaker_of_many_runs_trips_as_well(self) -> None:
        told = Story("rules: [{id: a, when: {event: crash}, breaker: {max: 150, within: 1h}, do: []}]")
        for number in range(151):
            told.happens(1.0 + number, "crash")

        assert "151 tripped" in told.verdicts

    def test_without_a_time_only_a_person_resets_it(self) -> None:
        told = Story(CRASHES.replace("reset: 30m, ", ""))
        for minute in (1, 2, 3, 900):
            told.happens(minute * 60.0, "crash")
        assert told.verdicts[-1] == "54000 breaker_open"
        told.at(54001.0, ev.BreakerReset, server="", rule="again")

        assert told.happens(54002.0, "crash").calls[-1] == "54002 notify ops: attempt 1"

    def test_a_run_that_a_clear_ended_before_its_first_power_action_does_not_count(self) -> None:
        told = Story("""
            rules:
              - id: high
                while: memory_pct > 90
                breaker: {max: 1, within: 1h}
                do: [{wait: 5m}, {power: restart}]
            """)
        told.memory(1.0, 95).memory(2.0, 50).memory(3.0, 95).memory(4.0, 50).memory(5.0, 95)

        assert told.rule_state("high").phase == "open"

    def test_a_trip_is_loud_whatever_the_rules_severity_is(self) -> None:
        told = Story(CRASHES)
        for minute in (1, 2, 3):
            told.happens(minute * 60.0, "crash")

        assert [getattr(call, "severity", None) for _, _, call in told.asked] == [
            "warning", "warning", "critical",
        ]  # fmt: skip


class TestBackoff:
    RULE = """
        rules:
          - id: again
            when: {event: crash}
            backoff: [10s, 1m]
            do: [{notify: ops, text: "${attempt}"}]
        """

    def test_each_run_of_late_waits_longer_and_the_last_wait_is_for_all_after(self) -> None:
        told = Story(self.RULE)
        for minute in (1, 5, 10):
            told.happens(minute * 60.0, "crash").until(minute * 60.0 + 100.0)

        assert told.calls == ["70 notify ops: 1", "360 notify ops: 2", "660 notify ops: 3"]

    def test_the_window_is_one_hour_where_there_is_no_breaker(self) -> None:
        told = Story(self.RULE).happens(60.0, "crash").until(80.0)

        assert told.happens(3700.0, "crash").until(3750.0).calls[-1] == "3710 notify ops: 1"

    def test_an_incident_that_clears_meanwhile_ends_the_run(self) -> None:
        told = Story("rules: [{id: a, while: memory_pct > 90, backoff: [1m], do: [{notify: ops}]}]")
        told.memory(1.0, 95).memory(10.0, 50).until(100.0)

        assert told.calls == []


def test_where_until_holds_already_the_run_ends_with_its_first_action() -> None:
    told = Story("""
        rules:
          - id: a
            when: {console: '^go'}
            until: memory_pct < 80
            do: [{notify: ops, text: first}, {say: second}]
        """)
    told.memory(1.0, 50).line(2.0, "go")

    assert told.until(60.0).calls == ["2 notify ops: first"]


class TestOverlap:
    @staticmethod
    def rule(how: str) -> Story:
        return Story(f"""
            rules:
              - id: a
                when: {{console: '^go (?P<n>\\d+)'}}
                overlap: {how}
                do: [{{wait: 10s}}, {{notify: ops, text: "${{it.n}}"}}]
            """)

    @pytest.mark.parametrize(
        ("how", "calls"),
        [
            ("skip", ["11 notify ops: 1"]),
            ("restart", ["13 notify ops: 3"]),
            ("queue", ["11 notify ops: 1", "21 notify ops: 2", "31 notify ops: 3"]),
        ],
    )
    def test_what_becomes_of_a_fire_while_the_own_run_is_going(self, how: str, calls: list[str]) -> None:
        told = self.rule(how).line(1.0, "go 1").line(2.0, "go 2").line(3.0, "go 3").until(60.0)

        assert told.calls == calls

    def test_a_queue_is_bounded(self) -> None:
        told = self.rule("queue")
        for number in range(150):
            told.line(1.0, f"go {number}")

        assert len(told.rule_state("a").queued) == 100

    def test_each_is_asked_anew_at_its_turn(self) -> None:
        told = (
            Story("""
            rules:
              - id: a
                when: {console: '^go'}
                overlap: queue
                cooldown: 1m
                do: [{wait: 10s}, {notify: ops}]
            """)
            .line(1.0, "go")
            .line(2.0, "go")
            .until(100.0)
        )

        assert told.calls == ["11 notify ops: lobby: a"]
        assert "11 cooling" in told.verdicts


class TestMakingWay:
    RESTARTED = """
        rules:
          - id: again
            when: {console: '^hit'}
            overlap: restart
            do: [{notify: ops, text: begun}, {wait: 10s}]
            on_clear: [{notify: ops, text: over}]
          - {id: hears, when: {rule: again, is: cleared}, do: [{notify: ops, text: heard}]}
        """

    def test_what_is_restarted_is_over_before_it_begins_anew(self) -> None:
        told = Story(self.RESTARTED).line(1.0, "hit").line(2.0, "hit")

        assert told.calls == [
            "1 notify ops: begun", "2 notify ops: over", "2 notify ops: begun", "2 notify ops: heard",
        ]  # fmt: skip
        assert told.verdicts[2:6] == ["2 cleared", "2 overtaken", "2 acting", "2 fired"]
        assert told.until(20.0).calls[-2:] == ["12 notify ops: over", "12 notify ops: heard"]

    def test_what_it_must_undo_goes_on_beside_the_new_run(self) -> None:
        undone = self.RESTARTED.replace("on_clear: [", "on_clear: [{wait: 20s}, ")
        told = Story(undone).line(1.0, "hit").line(2.0, "hit").until(60.0)

        assert [call for call in told.calls if "over" in call] == [
            "22 notify ops: over",
            "32 notify ops: over",
        ]

    def test_a_while_does_not_queue_it_stays_pending(self) -> None:
        told = Story("""
            rules:
              - id: high
                while: memory_pct > 90
                overlap: queue
                do: [{notify: ops, text: high}]
                on_clear: [{wait: 5s}]
            """)
        told.memory(1.0, 95).memory(2.0, 50).memory(3.0, 95).until(10.0)

        assert told.calls == ["1 notify ops: high", "7 notify ops: high"]

    def test_a_match_does_not_restart_what_waits_for_unless(self) -> None:
        told = Story("""
            rules:
              - id: hung
                when: {console: '^asked'}
                unless: {console: '^answered'}
                within: 5s
                overlap: restart
                do: [{wait: 10s}]
            """)
        told.line(1.0, "asked").until(6.0).line(7.0, "asked")

        assert told.until(30.0).verdicts == ["1 waiting", "6 fired", "16 ended", "16 cleared"]


class TestEscalation:
    def test_it_comes_so_long_after_the_opening_unless_somebody_took_note(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).until(5000.0)

        assert told.calls == [
            "100 notify ops: down", "700 notify boss: down 10m", "1300 notify boss: still down",
        ]  # fmt: skip

    def test_an_ack_belongs_to_the_incident(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).at(200.0, ev.Acknowledged, server="", rule="down")
        told.until(800.0)
        assert told.calls == ["100 notify ops: down"]
        told.state(900.0, State.STARTING).state(1000.0, State.OFFLINE).until(1700.0)

        assert told.calls[-1] == "1600 notify boss: down 10m"

    def test_one_that_cleared_in_time_is_not_escalated(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).state(200.0, State.STARTING).until(5000.0)

        assert told.calls == ["100 notify ops: down"]

    def test_it_is_critical_where_it_does_not_say_otherwise(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).until(800.0)

        assert [getattr(call, "severity", None) for _, _, call in told.asked] == ["warning", "critical"]


class TestTurns:
    RULE = """
        rules:
          - id: down
            while: state == "offline"
            do: []
            escalate:
              - {after: 10m, every: 5m, unless: acked, do: [{notify: boss, text: "down ${open_for}"}]}
        """

    def test_it_goes_on_until_the_incident_ends(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(1350.0).state(1400.0, State.STARTING)

        assert told.until(9000.0).calls == [
            "700 notify boss: down 10m", "1000 notify boss: down 15m", "1300 notify boss: down 20m",
        ]  # fmt: skip

    def test_an_ack_ends_what_unless_acked_says(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(1100.0)
        told.at(1150.0, ev.Acknowledged, server="", rule="down")

        assert told.until(9000.0).calls == ["700 notify boss: down 10m", "1000 notify boss: down 15m"]

    def test_once_unless_held_at_a_turn_it_is_over_though_it_no_longer_holds(self) -> None:
        rule = self.RULE.replace("unless: acked", "unless: memory_pct > 50")
        rule = rule.replace('state == "offline"', "connected")
        told = Story(rule).memory_from(590.0, 610.0, 60).memory_from(890.0, 2000.0, 10)

        assert told.calls == []

    def test_turns_that_were_missed_come_once(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(750.0).restart(800.0, 2000.0)

        assert told.until(3100.0).calls == [
            "700 notify boss: down 10m", "2800 notify boss: down 45m", "3100 notify boss: down 50m",
        ]  # fmt: skip

    def test_where_each_is_in_its_turns_is_remembered(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(1050.0).restart(1100.0, 30.0)

        assert told.until(1400.0).calls[-1:] == ["1300 notify boss: down 20m"]

    def test_turns_that_a_silence_held_are_told_as_one(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(650.0)
        told.at(660.0, ev.SilenceBegan, server="", id="s", rules=("down",), servers=(), until=3660.0)

        assert told.until(3950.0).calls == ["3660 notify boss: down 10m", "3700 notify boss: down 1h"]

    def test_a_turn_that_comes_while_the_last_one_still_runs_is_let_go(self) -> None:
        rule = self.RULE.replace("do: [{notify: boss", "do: [{wait: 7m}, {notify: boss")
        told = Story(rule).state(100.0, State.OFFLINE)

        assert told.until(2500.0).calls == [
            "1120 notify boss: down 17m", "1720 notify boss: down 27m", "2320 notify boss: down 37m",
        ]  # fmt: skip

    def test_a_reload_that_writes_other_numbers_counts_from_the_last_turn(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(1050.0)
        told.adopt(1060.0, self.RULE.replace("every: 5m", "every: 20m"))

        assert told.until(3500.0).calls[-2:] == ["2200 notify boss: down 35m", "3400 notify boss: down 55m"]

    def test_what_an_older_version_wrote_of_it_is_over(self) -> None:
        told = Story(self.RULE).state(100.0, State.OFFLINE).until(750.0)
        incident = told.rule_state("down").incident
        assert incident is not None
        written = incident.dump(WallTime(Moment(750.0, 750.0)))
        for key in ("turns", "held_turns"):
            del written[key]
        older = Incident.load({**written, "escalated": [0]}, WallTime(Moment(750.0, 750.0)))

        assert older.next_turn(0, told.rule_state("down").rule.escalate[0]) == inf


class TestClock:
    RULE = "rules: [{id: a, when: {schedule: '*/10 * * * *', tz: UTC}, do: [{notify: ops}]}]"

    def test_a_schedule_fires_at_its_moments_though_nothing_happens(self) -> None:
        assert Story(self.RULE).until(1500.0).calls == [
            "600 notify ops: lobby: a",
            "1200 notify ops: lobby: a",
        ]

    def test_it_fires_once_for_each_server(self) -> None:
        told = Story(self.RULE)
        told.at(1.0, ev.ServerListed, profile=ev.Profile(uuid="u2", id="2", name="arena")).until(700.0)

        assert sorted(told.calls) == ["600 notify ops: arena: a", "600 notify ops: lobby: a"]

    MISSED = (
        'rules: [{id: a, when: {schedule: "0 * * * *", tz: UTC, missed: run}, if: memory_pct > 50,'
        " do: [{notify: ops}]}]"
    )

    def test_a_time_that_is_made_up_waits_until_what_its_if_reads_is_known(self) -> None:
        told = Story(self.MISSED).restart(3000.0, 2000.0).until(5030.0)
        assert (told.calls, told.verdicts) == ([], [])

        assert told.memory(5030.5, 80).until(5100.0).calls == ["5031 notify ops: lobby: a"]

    def test_what_stays_unknown_is_judged_after_five_minutes_all_the_same(self) -> None:
        told = Story(self.MISSED).restart(3000.0, 2000.0).until(5301.0).memory(5302.0, 80)

        assert told.until(5400.0).verdicts == ["5300 guard_unknown"]

    def test_who_ends_before_it_is_made_up_finds_it_again(self) -> None:
        told = Story(self.MISSED).restart(3000.0, 2000.0).restart(5010.0, 20.0).memory(5040.0, 80)

        assert told.until(5100.0).calls == ["5041 notify ops: lobby: a"]

    def test_a_time_that_is_made_up_waits_for_the_servers_state(self) -> None:
        rule = self.MISSED.replace(" if: memory_pct > 50,", "").replace("{notify: ops}", "{say: hi}")
        told = Story(rule, state=None).restart(3000.0, 2000.0).until(5030.0).at(5030.5, ev.LinkUp)

        assert told.at(5030.5, ev.StateReported, state=State.RUNNING).until(5100.0).calls == [
            "5031 send say hi"
        ]

    def test_it_fires_once_for_the_fleet(self) -> None:
        told = Story(self.RULE.replace("{id: a,", "{id: a, by: fleet,")).until(700.0)

        assert told.calls == ["600 notify ops: the fleet: a"]

    def test_a_time_of_the_clock_ends_an_incident(self) -> None:
        told = (
            Story("""
            rules:
              - {id: a, when: {event: crash}, until: {schedule: "*/10 * * * *", tz: UTC}, do: []}
            """)
            .happens(10.0, "crash")
            .until(599.0)
        )
        assert told.rule_state("a").phase == "open"

        assert told.until(600.0).verdicts[-1] == "600 cleared"

    def test_what_begins_by_the_clock_is_not_ended_by_its_own_beginning(self) -> None:
        told = Story("""
            rules:
              - id: a
                when: {schedule: "0,30 * * * *", tz: UTC}
                until: {schedule: "10 * * * *", tz: UTC}
                do: []
            """).until(4300.0)

        assert [one for one in told.verdicts if "fired" in one or "cleared" in one] == [
            "1800 fired", "4200 cleared",
        ]  # fmt: skip

    def test_a_clock_that_is_set_forward_meets_at_once_what_it_skipped(self) -> None:
        told = Story(self.RULE).until(100.0)
        decisions = told.engine.advance(Moment(101.0, 700.0))

        assert [one.verdict.value for one in decisions][:2] == ["fired", "acting"]
        assert told.engine.next_deadline() == pytest.approx(101.0 + 500.0)

    def test_a_clock_that_is_set_back_by_long_counts_anew_from_there(self) -> None:
        told = Story(self.RULE)
        told.engine.advance(Moment(10.0, 1e9))
        told.engine.advance(Moment(11.0, 1000.0))

        assert told.engine.next_deadline() == pytest.approx(11.0 + 200.0)

    def test_a_clock_that_is_set_back_a_little_does_nothing_twice(self) -> None:
        told = Story(self.RULE).until(601.0)
        told.engine.advance(Moment(602.0, 500.0))

        assert told.engine.next_deadline() == pytest.approx(602.0 + 700.0)

    def test_a_window_of_the_clock_is_looked_at_when_the_clock_is_set(self) -> None:
        told = Story("""
            windows: {q: {days: [thu], from: "02:00", to: "07:00", tz: UTC}}
            rules: [{id: a, while: window("q"), do: []}]
            """).until(10.0)
        told.engine.advance(Moment(11.0, 3 * 3600.0))

        assert told.rule_state("a").phase == "open"

    def test_a_guard_that_is_not_true_lets_the_time_go(self) -> None:
        told = Story(self.RULE.replace("do:", 'if: state == "offline", do:')).until(1500.0)

        assert told.calls == []
        assert told.verdicts == ["600 guard_false"]


class TestRuleTrigger:
    RULES = """
        rules:
          - {id: first, when: {event: crash}, until: 1m, do: []}
          - {id: opens, when: {rule: first}, do: [{notify: ops, text: "${it.rule} ${it.is}"}]}
          - {id: ends, when: {rule: first, is: cleared}, do: [{notify: ops, text: "${it.is}"}]}
          - {id: looks, while: firing("first"), do: [{notify: ops, text: "firing"}]}
        """

    def test_a_rule_hears_of_anothers_opening_and_clearing(self) -> None:
        told = Story(self.RULES).happens(10.0, "crash").until(100.0)

        assert told.calls == ["10 notify ops: first open", "10 notify ops: firing", "70 notify ops: cleared"]
        assert told.rule_state("looks").phase == "idle"

    def test_a_run_that_fails_is_heard_of(self) -> None:
        told = (
            Story("""
            rules:
              - {id: first, when: {event: crash}, do: [{wait: {event: ready}, within: 10s}]}
              - {id: second, when: {rule: first, is: failed}, do: [{notify: ops}]}
            """)
            .happens(1.0, "crash")
            .until(20.0)
        )

        assert told.calls == ["11 notify ops: lobby: second"]

    def test_a_breaker_that_trips_is_heard_of(self) -> None:
        told = (
            Story("""
            rules:
              - {id: first, when: {event: crash}, breaker: {max: 1, within: 1h}, do: []}
              - {id: second, when: {rule: first, is: tripped}, do: [{notify: ops}]}
            """)
            .happens(1.0, "crash")
            .happens(2.0, "crash")
        )

        assert told.calls == ["2 notify ops: lobby: second"]


def test_mute_holds_the_rules_own_actions_and_tells_afterwards_what_is_open() -> None:
    told = (
        Story("""
        rules:
          - id: a
            when: {console: '^x'}
            until: {console: '^y'}
            do: [{notify: ops, text: "first"}, {mute: 10m}]
        """)
        .line(1.0, "x")
        .line(2.0, "y")
        .line(3.0, "x")
        .until(700.0)
    )

    assert told.calls == ["1 notify ops: first", "601 notify ops: first"]


def test_a_run_that_a_mute_holds_mutes_nothing_itself() -> None:
    """Else the rule speaks once, and what happens while it is muted keeps it mute for ever."""
    told = Story("""
        rules:
          - id: a
            when: {console: '^x'}
            do: [{notify: ops, text: "x"}, {mute: 1h}]
        """)
    for minute in range(0, 180, 20):
        told.line(minute * 60.0 + 1.0, "x")

    assert told.calls == ["1 notify ops: x", "3601 notify ops: x", "7201 notify ops: x"]


def test_nor_does_one_that_a_restart_of_automaton_interrupts() -> None:
    told = Story("""
        rules:
          - id: a
            when: {console: '^x'}
            until: 1d
            do: [{notify: ops, text: "x"}, {wait: 30s}, {mute: 1h}]
        """)
    told.at(0.0, ev.SilenceBegan, server="", id="s", rules=("a",), servers=(), until=60.0)

    assert told.line(1.0, "x").restart(10.0, 5.0).until(99.0).calls == ["60 notify ops: x"]


def test_a_run_that_a_silence_holds_mutes_nothing_either() -> None:
    told = Story("""
        rules:
          - id: a
            when: {console: '^x'}
            until: 1d
            do: [{notify: ops, text: "x"}, {mute: 1h}]
        """)
    told.at(0.0, ev.SilenceBegan, server="", id="s", rules=("a",), servers=(), until=60.0)

    assert told.line(1.0, "x").until(99.0).calls == ["60 notify ops: x"]


def test_what_shadow_would_have_done_counts_for_its_breaker_too() -> None:
    told = Story(CRASHES, Limits(arm=Arm.SHADOW))
    for minute in (1, 2, 3):
        told.happens(minute * 60.0, "crash")

    assert told.calls == []
    assert told.rule_state("again").phase == "tripped"


class TestTheEnd:
    def test_what_is_undone_is_undone_once_though_an_escalation_had_the_lock(self) -> None:
        told = Story("""
            rules:
              - id: a
                while: memory_pct > 90
                do: [{wait: 3s}, {send: foo}]
                on_clear: [{send: undo}]
                escalate: [{after: 2s, do: [{send: esc}]}]
            """)
        told.answer = lambda call: None if getattr(call, "command", "") == "esc" else DONE
        told.memory_from(0.0, 6.0, 95, 1.0).memory(7.0, 10).until(20.0)

        assert told.calls == ["2 send esc", "7 send undo"]

    def test_an_end_goes_on_beside_the_run_that_replaced_it_also_after_a_restart(self) -> None:
        told = (
            Story("""
            rules:
              - id: a
                when: {console: '^x'}
                overlap: restart
                do: [{wait: 20s}, {send: foo}]
                on_clear: [{wait: 10s}, {send: undo}]
            """)
            .line(1.0, "x")
            .line(2.0, "x")
            .restart(5.0, 1.0)
            .until(100.0)
        )

        assert told.calls == ["12 send undo", "22 send foo", "32 send undo"]

    def test_what_only_shadow_kept_from_being_told_is_not_taken_back(self) -> None:
        rule = """
            rules:
              - {id: a, while: memory_pct > 90, do: [{notify: ops}], on_clear: [{notify: ops, text: back}]}
            """
        told = Story(rule, Limits(arm=Arm.SHADOW)).memory(1.0, 95)
        told.adopt(2.0, rule, Limits(arm=Arm.LIVE)).memory(3.0, 10)

        assert told.calls == []

    def test_a_hundred_that_waited_may_all_end_at_once(self) -> None:
        told = Story("""
            rules:
              - {id: a, when: {console: '^x'}, overlap: queue, do: [{wait: memory_pct > 90}], on_clear: [end]}
            """)  # fmt: skip
        for _ in range(101):
            told.line(1.0, "x")

        assert told.memory(2.0, 95).verdicts.count("2 cleared") == 101

    def test_a_channel_that_heard_of_the_opening_hears_of_the_end_by_itself(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).until(800.0).state(1000.0, State.STARTING)

        assert told.told_ends == [
            "1000 boss: lobby: down is over after 15m",
            "1000 ops: lobby: down is over after 15m",
        ]

    def test_where_the_rule_has_words_of_its_own_for_the_end_nothing_else_is_said(self) -> None:
        ends = "do: [{notify: ops}], on_clear: [{notify: ops, text: back}]"
        told = Story(f"rules: [{{id: a, while: memory_pct > 90, {ends}}}]").memory(1.0, 95).memory(2.0, 10)

        assert (told.calls, told.told_ends) == (["1 notify ops: lobby: a", "2 notify ops: back"], [])

    def test_what_ends_with_its_run_has_no_end_to_tell(self) -> None:
        told = Story("rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]").happens(1.0, "crash")

        assert told.told_ends == []

    def test_what_is_withdrawn_is_told_where_it_was_told(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE).adopt(160.0, "rules: []")

        assert told.told_ends == [
            "160 ops: lobby: down is closed after 1m: the rule was removed, or no longer names this server"
        ]

    def test_a_silence_holds_the_end_as_well(self) -> None:
        told = Story(DOWN).state(100.0, State.OFFLINE)
        told.at(110.0, ev.SilenceBegan, server="", id="s", rules=("*",), servers=(), until=900.0)

        assert told.state(120.0, State.STARTING).told_ends == []

    def test_a_channel_that_heard_only_when_it_was_over_is_not_told_of_the_end(self) -> None:
        """The kill ends `stopping`, and so its own incident, before anybody is told."""
        told = Story(
            'rules: [{id: a, while: state == "stopping", do: [{power: kill}, {notify: ops, text: killed}]}]',
            Limits(arm=Arm.LIVE, allow=(Allowance(None, frozenset(Signal), ()),)),
        )
        told.state(1.0, State.STOPPING).state(2.0, State.OFFLINE)

        assert (told.calls, told.told_ends) == (["1 power kill", "2 notify ops: killed"], [])


def test_a_clear_ends_each_of_two_escalations_once() -> None:
    """The end of the first gives the server lock to the second, which ends by that."""
    story = Story(
        """
        rules:
          - id: a
            when: {console: '^on'}
            until: {console: '^off'}
            do: [{wait: 1h}]
            escalate:
              - {after: 10s, do: [{send: one}]}
              - {after: 10s, do: [{send: two}]}
        """
    )
    story.answer = lambda _: None
    story.line(1.0, "on").until(11.0).line(12.0, "off")

    assert story.calls == ["11 send one"]
    assert [one for one in story.verdicts if one.startswith("12")] == ["12 cleared", "12 overtaken"]
    assert not story.engine.has_runs(story.rule_state("a"))
