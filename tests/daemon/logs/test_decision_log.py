"""What is kept of decisions, and what the log says."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automaton.actions.backup import MakeBackup
from automaton.actions.exec_ import RunProgram
from automaton.actions.http import SendRequest
from automaton.core.calls import Call, SendCommand, SendMessage, SetPower, Signal
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment
from automaton.daemon.logs.decision_log import DecisionLog, JoinedLedger, call_fields


def decision(verdict: Verdict, **fields: object) -> Decision:
    return Decision("mem-high", "u1", Moment(0.0, 0.0), verdict, **fields)  # type: ignore[arg-type]


def test_a_decision_is_one_line_with_what_it_asks() -> None:
    ledger = DecisionLog({"u1": "lobby"}.__getitem__)
    call = SendCommand(server="u1", command="save-all")
    with capture_logs() as lines:
        ledger.write(decision(Verdict.ACTING, calls=(Asked(1, call),)))

    assert lines == [
        {"event": "rule.acting", "rule": "mem-high", "server": "lobby", "action": "send",
         "command": "save-all", "log_level": "info"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "level", "kept"),
    [
        (Verdict.FIRED, "info", True),
        (Verdict.REFUSED, "warning", True),
        (Verdict.FAILED, "warning", True),
        (Verdict.PANEL_DOWN, "warning", True),
        (Verdict.ELSE, "warning", True),
        (Verdict.RESTLESS, "warning", True),
        (Verdict.UNANSWERED, "warning", True),
        (Verdict.ALREADY, "info", True),
        (Verdict.WAITING, "debug", False),
        (Verdict.UNKNOWN, "debug", False),
    ],
)
def test_what_a_person_may_have_to_act_on_is_a_warning_and_dull_things_are_not_kept(
    verdict: Verdict, level: str, kept: bool
) -> None:
    ledger = DecisionLog(str)
    with capture_logs() as lines:
        ledger.write(decision(verdict))

    assert [line["log_level"] for line in lines] == [level]
    assert bool(ledger.latest) is kept


def test_every_call_says_what_it_is() -> None:
    assert call_fields(SetPower(server="u", signal=Signal.KILL)) == {"action": "power", "signal": "kill"}
    assert call_fields(SendMessage(server="u", channel="ops", text="x")) == {
        "action": "notify",
        "channel": "ops",
    }


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (MakeBackup(server="u1", name="nightly"), {"action": "backup", "backup": "nightly"}),
        (
            SendRequest(server="u1", url="status", body='{"a": "a stranger"}'),
            {"action": "http", "url": "status", "method": "POST"},
        ),
        (
            RunProgram(server="u1", program="rotate", arguments=("--x", "a b")),
            {"action": "exec", "program": "rotate", "arguments": "--x 'a b'"},
        ),
    ],
)
def test_what_is_asked_of_the_outside_world_is_told_by_name(call: Call, words: dict[str, str]) -> None:
    assert call_fields(call) == words


def test_a_message_that_is_only_pretended_is_told_with_the_beginning_of_its_text() -> None:
    ledger = DecisionLog(str)
    call = SendMessage(server="u", channel="ops", text="lobby is high " + "x" * 300)
    with capture_logs() as lines:
        ledger.write(decision(Verdict.SHADOW, held=(call,)))
        ledger.write(decision(Verdict.ACTING, calls=(Asked(1, call),)))

    shadow, acting = lines
    assert shadow["text"] == call.text[:200]
    assert "text" not in acting


def test_several_ledgers_are_written_to_in_their_order() -> None:
    heard: list[str] = []

    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

        def write(self, decision: Decision) -> None:
            heard.append(f"{self.name} {decision.verdict}")

    JoinedLedger(Named("a"), Named("b")).write(decision(Verdict.FIRED))

    assert heard == ["a fired", "b fired"]
