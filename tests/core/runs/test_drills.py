"""A drill sends its messages, marked; it opens nothing, spends nothing, and acts only for real."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendMessage
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
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

    def test_a_rule_or_a_server_that_is_not_there_has_none(self) -> None:
        assert drill(Story(RULES), 5.0, rule="other").decisions == []


class TestForReal:
    def test_it_acts_step_by_step_and_ends(self) -> None:
        story = drill(Story(RULES), 5.0, for_real=True)
        assert story.engine.is_drilled("high", LOBBY.uuid)

        story.state(6.0, State.STOPPING).state(7.0, State.OFFLINE)
        assert story.calls == ["5 notify ops: lobby of drill/high", "5 send list", "5 power stop"]
        assert [one.verdict for one in story.decisions if one.rule == "drill/high"][-1] == "ended"
        assert not story.engine.is_drilled("high", LOBBY.uuid)

    def test_it_spends_no_cooldown_and_no_breaker(self) -> None:
        story = drill(Story(RULES), 5.0, for_real=True).state(7.0, State.OFFLINE).state(8.0, State.RUNNING)
        story.memory(10.0, 95)

        assert "10 fired" in story.verdicts

    def test_limits_and_gates_hold_it_but_its_messages(self) -> None:
        story = drill(Story(RULES, Limits(arm=Arm.SHADOW)), 5.0, for_real=True)
        assert story.calls == ["5 notify ops: lobby of drill/high"]

        held = Story(RULES).at(1.0, ev.HoldBegan, server="")
        assert drill(held, 5.0, for_real=True).calls == ["5 notify ops: lobby of drill/high"]
        assert held.at(60.0, ev.HoldEnded, server="").until(61.0).calls[1:] == [
            "60 send list",
            "60 power stop",
        ]

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

        assert [name for name in (*going, *over) if "drill" in name] == []
