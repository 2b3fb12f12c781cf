"""Nothing is done for real that was filled with what a drill does not know."""

from __future__ import annotations

from automaton.core.calls import SendCommand, SendMessage
from automaton.core.decision import Verdict
from automaton.core.rules.action import Ask, EndRun, Next, Progress
from automaton.core.runs.no_match import WHY, NoMatch, safe

TYPED = Ask(SendCommand(server="u", command="kick unknown"))
TOLD = Ask(SendMessage(server="u", channel="ops", text="unknown left"))


def answer(progress: Progress, *, reads: bool) -> Progress:
    fields = NoMatch()
    if reads:
        fields.get("player")
    return safe(progress, fields)


def test_a_command_that_reads_the_match_is_refused_and_a_message_is_not() -> None:
    assert answer(TYPED, reads=True) == EndRun(Verdict.REFUSED, WHY)
    assert answer(TOLD, reads=True) is TOLD
    assert answer(TYPED, reads=False) is TYPED


def test_a_refusal_of_a_step_that_reads_the_match_is_told_by_its_cause() -> None:
    refused = EndRun(Verdict.REFUSED, "`it.player` is no name that a player can have")

    assert answer(refused, reads=True) == EndRun(Verdict.REFUSED, WHY)
    assert answer(refused, reads=False) is refused


def test_what_an_earlier_step_read_is_not_this_one_s() -> None:
    fields = NoMatch()
    fields.get("player")

    assert isinstance(safe(Next(), fields), Next)
    assert safe(TYPED, fields) is TYPED
