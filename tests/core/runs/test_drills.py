"""A drill sends its messages, marked; it opens nothing, spends nothing, and acts only for real."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from automaton.actions.backup import RotateBackups
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.schedule.wall_time import WallTime
from tests.core.story import LIVE, LOBBY, Story

RULES = """
    rules:
      - id: high
        while: memory_pct > 90
        cooldown: 1h
        breaker: {max: 1, within: 1h}
        do: [{notify: ops, text: "${name} of ${rule}"}, {send: list}, {power: stop, within: 1m}]
    """


def drill(story: Story, mono: float, *, rule: str = "high", for_real: bool = False) -> Story:
    return story.at(mono, ev.DrillBegan, server="", rule=rule, key=LOBBY.uuid, for_real=for_real, by="uid 0")


def said(story: Story) -> list[str]:
    return [f"{one.rule} {one.verdict} {one.detail}" for one in story.decisions if one.verdict == "drilled"]


def held(story: Story) -> list[str]:
    """What kept each call of a drill back."""
    drilled = (one for one in story.decisions if one.rule.startswith("drill/"))
    return [f"{one.verdict} {one.detail}: {call.verb}" for one in drilled for call in one.held]


def remembered(story: Story, mono: float) -> dict[str, Any]:
    """The state of the rule itself, as the journal has it."""
    now = Moment(mono, mono)
    return story.rule_state("high").dump(WallTime(now))


class TestARehearsal:
    def test_it_sends_its_messages_and_tells_the_rest(self) -> None:
        story = drill(Story(RULES), 5.0)

        assert story.calls == ["5 notify ops: lobby of high"]
        assert said(story) == [
            "drill/high drilled a drill begins by uid 0: nothing but messages is sent",
            "drill/high drilled this would be done",
            "drill/high drilled this would be done",
            "drill/high drilled power: it would wait up to 1m; the drill goes on as if it came",
        ]

    def test_its_messages_are_marked_by_their_reference(self) -> None:
        ((_, _, call),) = drill(Story(RULES), 5.0).asked

        assert isinstance(call, SendMessage)
        assert (call.rule, call.ref) == ("high", f"drill/high/{LOBBY.uuid}/0")

    def test_it_says_what_would_hold_each_step_now(self) -> None:
        story = drill(Story(RULES, replace(LIVE, send_server=Budget(0, 60.0))), 5.0)

        assert said(story)[1] == (
            "drill/high drilled this would not be done now: over the budget of `limits`"
            " (`limits.send.server` allows 0 in 1m)"
        )

    def test_its_messages_go_out_in_shadow_and_on_hold_too(self) -> None:
        story = Story(RULES, Limits(arm=Arm.SHADOW)).at(1.0, ev.HoldBegan, server="")

        assert drill(story, 5.0).calls == ["5 notify ops: lobby of high"]

    def test_it_leaves_the_rule_as_it_was(self) -> None:
        story = drill(Story(RULES), 5.0)
        assert [one.key for one in story.engine.rule_states() if one.incident is not None] == []

        story.memory(10.0, 95)
        assert story.calls[1:] == ["10 notify ops: lobby of high", "10 send list", "10 power stop"]

    @pytest.mark.parametrize("for_real", [False, True])
    def test_a_server_that_left_before_it_was_judged_is_told_as_gone(self, *, for_real: bool) -> None:
        """Whoever asked for it waits for its end, and would wait for ever."""
        story = drill(Story(RULES).at(4.0, ev.ServerGone, reason="deleted"), 5.0, for_real=for_real)

        assert [(one.rule, one.key, one.verdict, one.detail) for one in story.decisions] == [
            ("drill/high", LOBBY.uuid, "gone", "before the drill began")
        ]
        assert story.engine.log.counted["drill/high", Verdict.GONE] == 1
        assert not story.engine.is_drilled("high", LOBBY.uuid)

    def test_a_rule_that_was_removed_before_it_was_judged_is_told_as_withdrawn(self) -> None:
        story = drill(Story(RULES), 5.0, rule="other")

        assert [(one.rule, one.key, one.verdict, one.detail) for one in story.decisions] == [
            ("drill/other", LOBBY.uuid, "withdrawn", "before the drill began")
        ]


class TestForReal:
    def test_it_acts_step_by_step_and_ends(self) -> None:
        story = drill(Story(RULES), 5.0, for_real=True)
        assert story.engine.is_drilled("high", LOBBY.uuid)

        story.state(6.0, State.STOPPING).state(7.0, State.OFFLINE)
        assert story.calls == ["5 notify ops: lobby of high", "5 send list", "5 power stop"]
        assert [one.verdict for one in story.decisions if one.rule == "drill/high"][-1] == "ended"
        assert not story.engine.is_drilled("high", LOBBY.uuid)

    def test_all_that_is_told_and_counted_of_it_is_told_of_a_drill(self) -> None:
        story = Story(RULES)
        before = dict(story.engine.log.counted)
        drill(story, 5.0, for_real=True).at(6.0, ev.ServerGone, reason="deleted")
        counted = {name for name, times in story.engine.log.counted.items() if times > before.get(name, 0)}

        assert {one.rule for one in story.decisions} == {"drill/high"}
        assert {asked.rule for one in story.decisions for asked in one.calls} == {"drill/high"}
        assert {verdict for rule, verdict in counted if rule == "drill/high"} == {"drilled", "acting", "gone"}
        assert counted.isdisjoint({("high", one) for one in ("drilled", "acting", "gone")})

    def test_it_spends_no_cooldown_and_no_breaker(self) -> None:
        story = drill(Story(RULES), 5.0, for_real=True).state(7.0, State.OFFLINE).state(8.0, State.RUNNING)
        story.memory(10.0, 95)

        assert "10 fired" in story.verdicts

    def test_limits_and_gates_hold_it_but_its_messages(self) -> None:
        story = drill(Story(RULES, Limits(arm=Arm.SHADOW)), 5.0, for_real=True)
        assert story.calls == ["5 notify ops: lobby of high"]

        held = Story(RULES).at(1.0, ev.HoldBegan, server="")
        assert drill(held, 5.0, for_real=True).calls == ["5 notify ops: lobby of high"]
        assert held.at(60.0, ev.HoldEnded, server="").until(61.0).calls[1:] == [
            "60 send list",
            "60 power stop",
        ]

    def test_a_word_of_a_person_on_the_rule_holds_it_as_it_holds_the_rule(self) -> None:
        """In shadow by hand is in shadow: only its messages go out. And live by hand is live."""
        story = Story(RULES).at(1.0, ev.RuleArmed, server="", rule="high", arm=Arm.SHADOW, by="me")
        drill(story, 5.0, for_real=True)
        assert story.calls == ["5 notify ops: lobby of high"]
        assert [one.rule for one in story.decisions if one.verdict == "shadow"] == ["drill/high"] * 2

        story = Story(RULES.replace("while:", "arm: shadow\n        while:"))
        story.at(1.0, ev.RuleArmed, server="", rule="high", arm=Arm.LIVE, by="me")
        drill(story, 5.0, for_real=True)
        assert story.calls == ["5 notify ops: lobby of high", "5 send list", "5 power stop"]

    def test_a_silence_of_the_rule_holds_it_and_is_told(self) -> None:
        silence = {"id": "s1", "rules": ("high",), "servers": (), "until": 900.0, "note": "moving"}
        story = Story(RULES).at(1.0, ev.SilenceBegan, server="", **silence)
        drill(story, 5.0, for_real=True)

        assert story.calls == []
        assert held(story) == ["silenced silence s1: moving: notify", "silenced silence s1: moving: send"]
        assert not story.engine.is_drilled("high", LOBBY.uuid)
        assert story.until(1000.0).calls == []  # it has no incident for which anything would be made up

    def test_an_open_incident_that_mutes_the_rule_by_its_name_holds_it(self) -> None:
        rules = """
            rules:
              - {id: works, by: fleet, when: {hook: works}, until: 1h, do: [{notify: ops, text: x}],
                 mutes: {rules: [high], actions: [power]}}
              - {id: high, while: memory_pct > 90, do: [{power: stop}]}
            """
        story = Story(rules).at(1.0, ev.HookCalled, server="", name="works")
        drill(story, 5.0, for_real=True)

        assert held(story) == ["muted while `works` is open (fleet): power"]

    def test_it_counts_what_its_rule_counts(self) -> None:
        """It takes the branch of which its rehearsal told."""
        rules = """
            rules:
              - id: many
                by: fleet
                while: count(state == "offline") > 5
                do:
                  - {notify: ops, text: '${count(state == "running")} of ${total}'}
                  - {if: 'share(state == "running") > 0.5', do: [{notify: ops, text: then}],
                     else: [{notify: ops, text: else}]}
            """
        told, done = (
            Story(rules).at(5.0, ev.DrillBegan, server="", rule="many", key="fleet", for_real=for_real)
            for for_real in (False, True)
        )

        assert told.calls == done.calls == ["5 notify ops: 1 of 1", "5 notify ops: then"]

    def test_its_messages_are_those_of_its_rehearsal(self) -> None:
        ((_, _, told), (_, _, done)) = (
            drill(Story(RULES), 5.0, for_real=for_real).asked[0] for for_real in (False, True)
        )

        assert told == done

    def test_what_is_reported_of_it_is_marked_too(self) -> None:
        story = Story(RULES, replace(LIVE, report="boss", send_server=Budget(0, 60.0)))
        drill(story, 5.0, for_real=True)
        told = [call for _, _, call in story.asked if isinstance(call, SendMessage)]
        (report,) = (one for one in told if one.channel == "boss")

        assert (report.rule, report.ref) == ("high", f"drill/high/{LOBBY.uuid}")
        assert report.text.startswith("lobby: rule drill/high: over the budget")

    def test_backups_that_it_makes_count_for_no_keep_of_the_rule(self) -> None:
        """Else a few drills would have taken all nightly backups away."""
        rules = "rules: [{id: high, when: {console: '^go'}, do: [{backup: nightly, keep: 1}]}]"
        story = Story(rules)
        story.answer = lambda call: Outcome(Result.DONE, ref=f"b{len(story.asked)}")
        story.line(1.0, "go").happens(2.0, "backup.completed", uuid="b1", ok=True)
        drill(story, 5.0, for_real=True)
        story.happens(6.0, "backup.completed", uuid="b3", ok=True)

        assert [one.made for _, _, one in story.asked if isinstance(one, RotateBackups)] == [("b1",), ("b3",)]

    def test_nothing_is_typed_that_reads_a_match(self) -> None:
        rules = """
            rules: [{id: high, when: {console: '^x (?P<n>[0-9]+)$'}, do: [{send: "say ${it.n}"}]}]
            """
        story = drill(Story(rules), 5.0, for_real=True)

        assert story.calls == []
        assert [(one.verdict, one.detail) for one in story.decisions][-1] == (
            "refused", "send: it reads the match (`it`), and a drill has none",
        )  # fmt: skip

    def test_one_of_a_rule_and_key_goes_on_at_a_time(self) -> None:
        story = drill(drill(Story(RULES), 5.0, for_real=True), 6.0, for_real=True)

        assert len(said(story)) == 1

    def test_it_ends_with_its_server_and_is_forgotten_by_a_restart(self) -> None:
        story = drill(Story(RULES), 5.0, for_real=True)
        assert "drill" not in str(story.engine.dump(Moment(6.0, 6.0)))

        story.at(6.0, ev.ServerGone, reason="deleted")
        assert not story.engine.is_drilled("high", LOBBY.uuid)

    def test_it_leaves_no_part_behind(self) -> None:
        story = Story(RULES)
        story.engine.take_changes(Moment(4.0, 4.0))
        story.answer = lambda _: None
        drill(story, 5.0, for_real=True)
        going = story.engine.take_changes(Moment(6.0, 6.0))
        for _, number, _ in list(story.asked):
            story.ends(7.0, number)
        story.until(4000.0)
        over = story.engine.take_changes(Moment(4000.0, 4000.0))

        assert [name for name in (*going, *over) if "high" in name] == []

    def test_an_incident_that_is_open_meanwhile_and_its_run_stay_as_they_were(self) -> None:
        rules = """
            rules:
              - id: high
                while: memory_pct > 90
                cooldown: 1h
                breaker: {max: 2, within: 1h}
                do: [{notify: ops, text: a}, {mute: 1m}, {wait: 1m}]
                on_clear: [{notify: ops, text: b}]
            """
        drilled, beside = (Story(rules).memory(4.0, 95) for _ in range(2))
        drill(drilled, 5.0, for_real=True)
        for mono in (5.0, 70.0, 80.0):
            assert remembered(drilled.until(mono), mono) == remembered(beside.until(mono), mono)

        assert drilled.memory(90.0, 10).calls == ["4 notify ops: a", "5 notify ops: a", "90 notify ops: b"]
