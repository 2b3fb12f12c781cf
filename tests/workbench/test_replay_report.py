"""A decision of a replay, said to people and to programs."""

from __future__ import annotations

from automaton.core.calls import SendCommand
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment
from automaton.workbench.replay_report import decision_data, decision_lines, moment

NOON = Moment(5.0, 1767614400.25)
"""2026-01-05 12:00."""

LIST = SendCommand(server="u", command="list")
SAY = SendCommand(server="u", command="say \x1b[2J")


def test_a_decision_is_a_line_and_one_for_each_call_and_obeys_no_terminal() -> None:
    decision = Decision("a", "u", NOON, Verdict.ACTING, "why", (Asked(1, LIST),), (SAY,))

    first, sent, held = decision_lines(decision, "lobby")
    assert first == f"2026-01-05T12:00:00.250Z a lobby {Verdict.ACTING.value}: why"
    assert sent == "    sent send list"
    assert held.startswith("    held send say ")
    assert "\x1b" not in held


def test_a_question_of_no_rule_has_a_name_all_the_same() -> None:
    (first,) = decision_lines(Decision("", "u", NOON, Verdict.ACTING), "lobby")

    assert "(a fact) lobby" in first


def test_programs_get_the_moment_the_reason_and_what_was_asked() -> None:
    decision = Decision("a", "u", NOON, Verdict.SHADOW, "why", held=(LIST,))

    assert decision_data(decision, "lobby") == {
        "at": moment(NOON.wall), "rule": "a", "key": "u", "name": "lobby", "verdict": "shadow",
        "detail": "why", "sent": [], "held": ["send list"],
    }  # fmt: skip
