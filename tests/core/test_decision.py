"""Every verdict has a stable code, a sentence, and a story that ends in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.scope import Scope
from automaton.expr.expression import parse_expression
from tests.core.hurried import Hurried
from tests.core.story import DONE, LOBBY, Story

ON_CRASH = "rules: [{{id: a, when: {{event: crash}}, {0}}}]"
HIGH = "rules: [{id: a, while: memory_pct > 90, for: 1m, do: [{notify: ops}]}]"


def crashed(keys: str, limits: Limits | None = None, *, times: int = 1) -> Story:
    story = Story(ON_CRASH.format(keys), *([limits] if limits else []))
    for number in range(times):
        story.happens(1.0 + number, "crash")
    return story


def failing() -> Story:
    story = Story(ON_CRASH.format("do: [{send: list}]"))
    story.answer = lambda _: Outcome(Result.FAILED, "nobody answers")
    return story.happens(1.0, "crash")


def uncertain() -> Story:
    story = Story(ON_CRASH.format("do: [{send: list}]"))
    story.answer = lambda _: Outcome(Result.UNKNOWN, "silence")
    return story.happens(1.0, "crash")


def overtaken() -> Story:
    story = Story("""
        rules:
          - {id: first, when: {event: crash}, do: [{send: one}]}
          - {id: second, while: memory_pct > 90, do: [{send: two}]}
        """)
    story.answer = lambda _: None
    story.happens(1.0, "crash").memory(2.0, 95).memory(3.0, 50)
    story.answer = lambda _: DONE
    return story.ends(4.0, story.asked[0][1])


def settling_overtaken() -> Story:
    limits = Limits(arm=Arm.LIVE, settle=60.0)
    story = Story("rules: [{id: a, when: {event: crash}, if: memory_pct > 90, do: [{notify: ops}]}]", limits)
    return story.memory(0.5, 95).happens(1.0, "crash").memory(2.0, 50).memory(59.0, 50).until(61.0)


def talking_to_itself() -> Story:
    """A rule that types what makes the game print what it listens to."""
    story = Story("rules: [{id: a, when: {console: '^Saved'}, do: [{send: save-all}]}]")
    for number in range(10):
        story.line(1.0 + number / 2, "Saved the game")
    return story


def restless() -> Story:
    """No rule is known to be so: one whose deadline is always just ahead is made by hand."""
    story = Story(HIGH).memory(1.0, 95)
    rule_state = story.rule_state("a")
    rule_state.rule = replace(rule_state.rule, holds=Hurried())
    return story.memory(2.0, 96).until(3.0)


def unanswered() -> Story:
    """A question that belongs to no rule, though `a` reads what it asks for."""
    return Story("""
        facts: {seed: {type: text, send: seed, read: '^Seed: (?P<value>.*)', every: 1m}}
        rules: [{id: a, when: {changes: seed}, do: [end]}]
        """).until(300.0)


STORIES: dict[Verdict, Callable[[], Story]] = {
    Verdict.NOT_TRUE: lambda: Story(HIGH).memory(1.0, 95).memory(2.0, 50),
    Verdict.UNKNOWN: lambda: Story(HIGH).memory(1.0, 95).at(2.0, ev.LinkLost),
    Verdict.WAITING: lambda: Story(HIGH).memory(1.0, 95),
    Verdict.SEEN_BEFORE: lambda: Story(
        "rules: [{id: a, when: {event: player.join}, first: it.player, do: [{notify: ops}]}]"
    )
    .happens(1.0, "player.join", player="Eve")
    .happens(9.0, "player.join", player="Eve"),
    Verdict.ALREADY_OPEN: lambda: crashed("until: 1m, do: [{notify: ops}]", times=2),
    Verdict.GUARD_FALSE: lambda: crashed("if: suspended, do: [{notify: ops}]"),
    Verdict.GUARD_UNKNOWN: lambda: crashed("if: memory_pct > 1, do: [{notify: ops}]"),
    Verdict.COOLING: lambda: crashed("cooldown: 1m, do: [{notify: ops}]", times=2),
    Verdict.OWN_RUN_GOING: lambda: Story("""
        rules:
          - {id: a, when: {console: '^x'}, until: {console: '^y'}, do: [{power: restart}]}
        """).line(1.0, "x").line(2.0, "y").line(3.0, "x"),
    Verdict.FIRED: lambda: crashed("do: [{notify: ops}]"),
    Verdict.ACTING: lambda: crashed("do: [{notify: ops}]"),
    Verdict.SHADOW: lambda: crashed("arm: shadow, do: [{notify: ops}]"),
    Verdict.ON_HOLD: lambda: Story(ON_CRASH.format("do: [{send: list}]"))
    .at(0.5, ev.HoldBegan, server="")
    .happens(1.0, "crash"),
    Verdict.SETTLING: lambda: crashed("do: [{notify: ops}]", Limits(arm=Arm.LIVE, settle=60.0)),
    Verdict.TAKING_OVER: lambda: Story(
        ON_CRASH.format("do: [{send: list}]"), acts_from=75.0
    ).happens(1.0, "crash"),
    Verdict.GRANT_PENDING: lambda: Story(
        ON_CRASH.format("do: [{send: list}]"), Limits(arm=Arm.LIVE, send_fleet=Budget(1, 60.0)),
        scope=Scope.NODE,
    ).happens(1.0, "crash"),
    Verdict.REFUSED: lambda: crashed("do: [{power: kill}]"),
    Verdict.OVER_LIMIT: lambda: crashed(
        "do: [{send: list}]", Limits(arm=Arm.LIVE, send_server=Budget(1, 60.0)), times=2
    ),
    Verdict.PANEL_DOWN: lambda: Story(ON_CRASH.format("do: [{power: restart}]"))
    .at(0.5, ev.PanelLost)
    .happens(1.0, "crash"),
    Verdict.CRASH_PENDING: lambda: Story(ON_CRASH.format("do: [{power: stop}]"))
    .state(0.5, State.OFFLINE)
    .happens(1.0, "crash"),
    Verdict.ALREADY: lambda: crashed("do: [{power: start}]"),
    Verdict.ELSE: lambda: crashed("do: [{power: stop, within: 1m, else: []}]").until(99.0),
    Verdict.RESTLESS: restless,
    Verdict.UNANSWERED: unanswered,
    Verdict.NOT_POSSIBLE: lambda: Story(ON_CRASH.format("do: [{send: list}]"), state=State.OFFLINE).happens(
        1.0, "crash"
    ),
    Verdict.UNCERTAIN: uncertain,
    Verdict.ENDED: lambda: crashed("do: [end]"),
    Verdict.CLEARED: lambda: crashed("do: [{notify: ops}]"),
    Verdict.FAILED: failing,
    Verdict.OVERTAKEN: settling_overtaken,
    Verdict.ABANDONED: lambda: Story("""
        rules: [{id: a, when: {console: '^hangs'}, unless: {console: '^lives'}, within: 1m}]
        """).line(1.0, "hangs").line(2.0, "lives"),
    Verdict.LOOPING: lambda: talking_to_itself(),
    Verdict.TRIPPED: lambda: crashed("breaker: {max: 1, within: 1h}, do: []", times=2),
    Verdict.BREAKER_OPEN: lambda: crashed("breaker: {max: 1, within: 1h}, do: []", times=3),
    Verdict.QUEUED: lambda: crashed("overlap: queue, do: [{wait: 1m}]", times=2),
    Verdict.SILENCED: lambda: Story(ON_CRASH.format("do: [{notify: ops}]")).at(
        0.5, ev.SilenceBegan, server="", id="s1", rules=("a",), servers=("lob*",), until=60.0
    ).happens(1.0, "crash"),
    Verdict.MUTED: lambda: Story("""
        rules:
          - {id: all, by: node, while: count(connected) > 0, mutes: {rules: ["*"]}}
          - {id: a, when: {event: crash}, do: [{notify: ops}]}
        """).happens(1.0, "crash"),
    Verdict.HELD_BY_FLEET: lambda: crashed(
        "do: [{power: restart}]",
        Limits(arm=Arm.LIVE, hold_power_if=parse_expression("count(connected) > 0")),
    ),
    Verdict.DRILLED: lambda: Story(ON_CRASH.format("do: [{send: list}]")).at(
        0.5, ev.DrillBegan, server="", rule="a", key=LOBBY.uuid
    ),
    Verdict.NO_JOURNAL: lambda: Story(ON_CRASH.format("do: [{send: list}]"))
    .at(0.5, ev.JournalLost, server="", reason="no space left on device")
    .happens(1.0, "crash"),
    Verdict.WITHDRAWN: lambda: crashed("until: 1h, do: [{notify: ops}]").adopt(2.0, "rules: []"),
    Verdict.GONE: lambda: crashed("until: 1h, do: []").at(2.0, ev.ServerGone, reason="deleted"),
}  # fmt: skip

# What no evaluation comes to: `why-not` says them of a rule that is never asked (test_explain.py).
BEFORE_ANY_LOOK = frozenset({Verdict.OUT_OF_SCOPE, Verdict.OFF})

CODES = [
    "out_of_scope", "off", "not_true", "unknown", "waiting", "abandoned", "seen_before", "already_open",
    "guard_false", "guard_unknown", "cooling", "breaker_open", "own_run_going", "queued", "tripped",
    "looping", "fired", "acting", "shadow", "silenced", "muted", "on_hold", "settling", "taking_over",
    "refused", "panel_down", "crash_pending", "over_limit", "held_by_fleet", "no_journal", "grant_pending",
    "not_possible", "already", "uncertain", "else", "ended", "cleared", "failed",
    "overtaken", "withdrawn", "gone", "restless", "unanswered", "drilled",
]  # fmt: skip


def test_the_codes_are_what_logs_and_people_rely_on() -> None:
    assert [verdict.value for verdict in Verdict] == CODES


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence(verdict: Verdict) -> None:
    assert len(verdict.sentence) > 10


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict not in BEFORE_ANY_LOOK])
def test_every_verdict_is_the_end_of_a_story(verdict: Verdict) -> None:
    rule = {Verdict.DRILLED: "drill/a", Verdict.UNANSWERED: ""}.get(verdict, "a")

    assert STORIES[verdict]().engine.log.counted[rule, verdict] > 0


def test_a_run_that_waited_for_the_lock_never_acts_for_a_cleared_incident() -> None:
    assert overtaken().calls == ["1 send one"]
