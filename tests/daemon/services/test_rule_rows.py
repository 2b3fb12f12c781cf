"""What is said of rules, in the shapes that go over the control socket."""

from __future__ import annotations

from collections import Counter

import pytest

from automaton.actions.backup import MakeBackup
from automaton.actions.exec_ import RunProgram
from automaton.actions.http import SendRequest
from automaton.core.calls import Call, SendCommand, SendMessage, SetPower, Signal
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.explain import Reason, TimerView
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.services.decision_history import HistoryEntry
from automaton.daemon.services.rule_rows import (
    breaker_row,
    by_of,
    by_rule,
    clock_row,
    entry_row,
    set_off_by,
    step_row,
)
from automaton.daemon.services.status_rows import reason_sentence, what_of
from automaton.web.routes.breakers import BreakerRow
from automaton.web.routes.explain import CallRow, ClockRow
from tests.core.story import Story

RULES = """
rules:
  - {id: each, by: [it.who], when: {console: '^(?P<who>\\w+) came'}, do: [{wait: 1h}]}
  - {id: wide, by: node, while: count(connected) > 0, do: [{notify: ops, text: x}]}
  - {id: oom, when: {console: '^oom'}, breaker: {max: 1, within: 1h, reset: 2h}, do: [{notify: ops, text: x}]}
"""


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (SendCommand(server="u", command="save-all"), "save-all"),
        (SetPower(server="u", signal=Signal.KILL), "kill"),
        (SendMessage(server="u", channel="ops", text="down"), "ops: down"),
        (SendMessage(server="u", channel="ops", text="down", title="oh"), "ops: oh"),
        (MakeBackup(server="u", name="nightly"), "nightly"),
        (SendRequest(server="u", url="page"), "POST page"),
        (RunProgram(server="u", program="rotate", arguments=("a", "b")), "rotate a b"),
        (SendCommand(server="u", command="x" * 999), "x" * 300),
    ],
)
def test_a_call_is_told_in_short(call: Call, what: str) -> None:
    assert what_of(call) == what


def test_an_entry_has_its_calls_with_what_became_of_them() -> None:
    sent, held = SendCommand(server="u", command="list"), SetPower(server="u", signal=Signal.STOP)
    decision = Decision(
        "a", "u", Moment(5, 105), Verdict.ACTING, "why", (Asked(1, sent), Asked(2, sent)), (held,)
    )
    entry = HistoryEntry(decision, "line: x", outcomes={1: Outcome(Result.DONE, "typed")})
    row = entry_row(entry, Moment(9, 109))

    assert (row.at, row.age, row.verdict, row.detail, row.cause) == (105, 4, "acting", "why", "line: x")
    assert row.calls == [
        CallRow(verb="send", what="list", asked=True, result="done", detail="typed"),
        CallRow(verb="send", what="list", asked=True),
        CallRow(verb="power", what="stop", asked=False),
    ]


def test_a_clock_and_a_reason_are_copied() -> None:
    assert clock_row(TimerView("for", 1.0, 2.0, 1.0)) == ClockRow(
        name="for", so_far=1.0, needed=2.0, left=1.0
    )
    assert reason_sentence(Reason(Verdict.COOLING)) == Verdict.COOLING.sentence
    assert reason_sentence(Reason(Verdict.SETTLING, "3 s")) == f"{Verdict.SETTLING.sentence}: 3 s"
    assert (
        reason_sentence(Reason(Verdict.HELD_BY_FLEET, "`limits.hold_power_if`"))
        == Verdict.HELD_BY_FLEET.sentence
    )


def test_what_a_rule_is_set_off_by_and_belongs_to() -> None:
    story = Story(RULES).line(1, "Ann came").line(1, "oom")
    each, wide = (
        next(one for one in story.engine.rule_states() if one.rule.id == id_) for id_ in ("each", "wide")
    )

    assert [set_off_by(one.rule) for one in (each, wide)] == ["console", "while"]
    assert [by_of(one.rule) for one in (each, wide)] == ["[server, it.who]", "node"]


def test_a_step_has_the_place_where_it_is_written() -> None:
    story = Story(RULES).line(1, "Ann came")
    each = next(one for one in story.engine.rule_states() if one.rule.id == "each")
    row = step_row(story.engine.explainer.view(each, story.engine.now).runs[0])

    assert (row.verb, row.left, row.of, row.place) == ("wait", 3600.0, "do", "rules.yml:3:74")


def test_a_breaker_says_when_it_tripped_and_resets() -> None:
    story = Story(RULES).line(1, "oom").line(2, "oom").until(62)

    assert breaker_row(story.rule_state("oom"), str.upper, story.engine.now) == BreakerRow(
        rule="oom", key="u-lobby", name="U-LOBBY", age=60.0, left=7140.0
    )


def test_verdicts_are_counted_by_rule() -> None:
    counted = Counter({("a", Verdict.FIRED): 2, ("b", Verdict.WAITING): 1})

    assert by_rule(counted) == {"a": {"fired": 2}, "b": {"waiting": 1}}
