"""Every reason for which nothing fires or is done is found, in the order of the verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates import Budget, Limits
from automaton.core.reasons import reasons
from automaton.core.rule import Arm
from tests.core.story import HIGH, LIVE, Story


def told(story: Story, rule: str = "a") -> list[str]:
    """The reasons in short: `cooling`, or `silenced: silence x`."""
    found = reasons(story.standing(rule), story.engine.now, story.engine.runner)
    return [f"{one.verdict}: {one.detail}" if one.detail else one.verdict.value for one in found]


def on_line(rest: str = "", limits: Limits = LIVE, do: str = "{notify: ops, text: x}") -> Story:
    return Story(f"rules: [{{id: a, when: {{console: '^go'}}, do: [{do}]{rest}}}]", limits)


def test_a_false_an_unknown_and_a_young_expression() -> None:
    low = Story(HIGH).memory(1, 50)
    blind = Story(HIGH).memory(1, 95).at(2, ev.LinkLost)
    young = Story(HIGH).memory(1, 95)

    assert told(low, "high") == ["not_true"]
    assert told(blind, "high") == ["unknown"]
    assert told(young, "high") == ["waiting: `for` is still running"]


def test_an_open_incident_is_reason_enough() -> None:
    story = Story(HIGH).memory_from(0, 310, 95)

    assert told(story, "high") == ["already_open"]


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("", "its `when` has not come"),
        (", count: 3, within: 1m", "`count` is not reached"),
        (", unless: {event: ready}, within: 5m", "`when` came, and the time for `unless` is still running"),
    ],
)
def test_a_trigger_is_waited_for(rest: str, why: str) -> None:
    story = on_line(rest).line(1, "go")

    assert told(story)[0] == f"waiting: {why}"


def test_a_guard_is_asked_unless_it_reads_the_match() -> None:
    false = on_line(", if: installing").line(1, "go")
    unknown = on_line(", if: memory_pct > 90").line(1, "go")
    of_a_match = Story(
        "rules: [{id: a, when: {console: '^(?P<who>go)'}, if: 'it.who == \"x\"', "
        "do: [{notify: ops, text: x}]}]"
    ).line(1, "go")

    assert told(false) == ["waiting: its `when` has not come", "guard_false"]
    assert told(unknown) == ["waiting: its `when` has not come", "guard_unknown"]
    assert told(of_a_match) == ["waiting: its `when` has not come"]


def test_a_cooldown_a_breaker_and_a_run_that_goes_on() -> None:
    cooling = on_line(", cooldown: 5m").line(1, "go")
    tripped = on_line(", breaker: {max: 1, within: 1h}").line(1, "go").line(2, "go")
    going = on_line(", until: {console: '^halt'}", do="{power: restart}")
    going.answer = lambda _: None
    going.line(1, "go").line(2, "halt")

    assert told(cooling)[1:] == ["cooling"]
    assert told(tripped)[1:] == ["breaker_open: `automaton breaker reset` does that"]
    assert told(going)[1:] == ["own_run_going"]


def test_what_holds_actions_back_comes_last() -> None:
    shadow = on_line(", arm: shadow").line(1, "go")
    settling = on_line("", replace(LIVE, settle=60.0)).line(1, "go")
    silenced = on_line().line(1, "go")
    silenced.at(
        2, ev.SilenceBegan, server="", id="x1", rules=("a",), servers=("lobby",), until=99.0, note="n"
    )

    assert told(shadow)[-1] == "shadow"
    assert told(settling)[-1] == "settling: for 59s more"
    assert told(silenced)[-1] == "silenced: silence x1: n"


def test_an_open_incident_of_another_rule_mutes() -> None:
    story = Story(
        """
        rules:
          - id: wide
            while: state == "offline"
            mutes: {rules: [a], actions: [notify]}
            do: [{notify: ops, text: x}]
          - id: a
            when: {console: '^go'}
            do: [{notify: ops, text: x}]
        """
    )
    story.line(1, "go").state(2, State.OFFLINE)

    assert told(story)[-1] == "muted: `notify`, while `wide` is open (u-lobby)"


def test_a_budget_that_is_spent_is_told_before_anything_is_asked() -> None:
    limits = replace(LIVE, power_server=Budget(1, 3600.0))
    story = on_line(", cooldown: 1s", limits, do="{power: restart}").line(1, "go")

    assert told(story)[-1] == "over_limit: `limits.power.server` allows 1 in 1h"


def test_a_rule_that_is_off_says_so() -> None:
    """Its standing is kept while its last run goes on."""
    story = on_line(do="{power: restart}")
    story.answer = lambda _: None
    standing = story.line(1, "go").standing("a")
    story.adopt(2, "rules: [{id: a, arm: off, when: {console: '^go'}, do: [{notify: ops, text: x}]}]")
    standing.rule = replace(standing.rule, arm=Arm.OFF)

    found = [one.verdict for one in reasons(standing, story.engine.now, story.engine.runner)]
    assert found[0] is Verdict.OFF
