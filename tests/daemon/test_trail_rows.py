"""What the audit trail has of decisions, of what became of calls, and of what people did."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendCommand, SendMessage, SetPower, Signal
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.trail_rows import (
    LONGEST_TEXT,
    MOST_REFS,
    TrailRows,
    call_body,
    server_of,
    subject_of,
)
from automaton.delivery.report import DeliveryReport, Fate
from automaton.journal.entry import TrailRow

AT = Moment(5.0, 1000.0)
RESTART = SetPower(server="u1", signal=Signal.RESTART)


class Clock:
    def now(self) -> Moment:
        return AT


def rows(cause: str = "") -> TrailRows:
    return TrailRows(Clock(), lambda decision: cause)


def body(row: TrailRow | None) -> Any:
    assert row is not None
    return json.loads(row.body) if row.body else None


def test_a_decision_is_a_row_with_its_verdict_and_its_cause() -> None:
    row = rows("event crash").of_decision(Decision("a", "u1", AT, Verdict.FIRED, "again"))

    assert row == TrailRow(1000.0, "decision", "a", "u1", "u1", "fired", "again", '{"cause":"event crash"}')


def test_one_with_calls_is_a_call_that_was_asked_and_says_which_by_number() -> None:
    decision = Decision("a", "u1", AT, Verdict.ACTING, calls=(Asked(3, RESTART, "a"),))
    row = rows().of_decision(decision)

    assert row is not None
    assert row.kind == "call"
    assert body(row) == {"calls": [{"number": 3, "verb": "power", "signal": "restart"}]}


def test_what_was_held_is_said_too() -> None:
    decision = Decision("a", "u1", AT, Verdict.SHADOW, held=(SendCommand(server="u1", command="list"),))

    assert body(rows().of_decision(decision)) == {"held": [{"verb": "send", "command": "list"}]}


def test_details_are_no_rows_but_the_end_of_a_run_is_one() -> None:
    def of(verdict: Verdict) -> TrailRow | None:
        return rows("a reading").of_decision(Decision("a", "u1", AT, verdict))

    assert of(Verdict.NOT_TRUE) is None
    assert of(Verdict.WAITING) is None
    assert of(Verdict.ENDED) is not None
    assert of(Verdict.OVER_LIMIT) is not None


def test_the_words_of_a_message_are_kept_up_to_what_a_chat_takes() -> None:
    short = call_body(SendMessage(server="u1", channel="ops", text="it is down", title="lobby"))
    long = call_body(SendMessage(server="u1", channel="ops", text="x" * 10_000))

    assert short == {"verb": "notify", "channel": "ops", "text": "lobby\nit is down"}
    assert len(str(long["text"])) == LONGEST_TEXT


def test_what_became_of_a_call_has_its_number_and_the_way_it_took() -> None:
    outcome = Outcome(Result.REFUSED, "not now", way="panel")
    row = rows().of_outcome(Asked(3, RESTART, "a"), outcome)

    assert (row.kind, row.rule, row.server) == ("outcome", "a", "u1")
    assert (row.verdict, row.detail) == ("refused", "not now")
    assert body(row) == {"number": 3, "way": "panel", "verb": "power", "signal": "restart"}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (ev.Acknowledged(server="", at=AT, rule="a", key="u1"), None),
        (ev.BreakerReset(server="", at=AT, rule="a"), None),
        (
            ev.SilenceBegan(server="", at=AT, id="s1", rules=("a",), servers=("lob*",), until=9.0, note="x"),
            {"id": "s1", "rules": ["a"], "servers": ["lob*"], "until": 9.0, "note": "x"},
        ),
        (ev.SilenceEnded(server="", at=AT, id="s1", by="anna"), {"by": "anna", "id": "s1"}),
        (ev.HoldBegan(server="", at=AT, reason="why", by="root"), {"by": "root", "reason": "why"}),
        (ev.HoldEnded(server="", at=AT, by="root"), {"by": "root"}),
        (ev.RuleArmed(server="", at=AT, rule="r", arm=Arm.OFF, by="root"), {"by": "root", "arm": "off"}),
    ],
)
def test_what_a_person_did_is_a_row_with_who_and_why(event: Event, said: object) -> None:
    row = rows().of_event(event)

    assert row is not None
    assert (row.kind, row.at) == ("operator", 1000.0)
    assert row.detail
    assert body(row) == said


def test_an_acknowledgement_names_its_rule_and_server() -> None:
    row = rows().of_event(ev.Acknowledged(server="", at=AT, rule="a", key="u1"))

    assert row is not None
    assert (row.rule, row.key, row.server) == ("a", "u1", "u1")


@pytest.mark.parametrize(
    "event",
    [
        ev.LinePrinted(server="u1", at=AT, text="op Eve"),
        ev.CallEnded(server="u1", at=AT, number=1, outcome=Outcome(Result.DONE)),
        ev.JournalBack(server="", at=AT),
    ],
)
def test_nothing_else_is_what_a_person_did(event: Event) -> None:
    assert rows().of_event(event) is None


@pytest.mark.parametrize(
    ("key", "server"), [("u1", "u1"), ("u1/Eve", "u1"), ("node:eu", ""), ("fleet", ""), ("", "")]
)
def test_a_row_names_a_server_where_its_key_is_one(key: str, server: str) -> None:
    assert server_of(key) == server


@pytest.mark.parametrize(
    ("ref", "subject"),
    [
        ("a/u1/7", ("a", "u1")),
        ("a/u1", ("a", "u1")),
        ("a/node:eu-1/7", ("a", "node:eu-1")),
        ("drill/a/u1/0", ("drill/a", "u1")),
        ("drill/a/u1", ("drill/a", "u1")),  # what is reported of a drill
        ("drill/u1/7", ("drill", "u1")),
        ("automaton/fleet", ("", "fleet")),
        ("automaton/fleet/7", ("automaton", "fleet")),  # of a rule that is called so
        ("", ("", "")),
    ],
)
def test_a_message_is_about_the_rule_and_the_key_of_its_ref(ref: str, subject: tuple[str, str]) -> None:
    assert subject_of(ref) == subject


def test_a_message_about_several_servers_is_found_by_each_of_them() -> None:
    refs = ("a/u1/1", "a/u2/2", "a/u1/3")
    found = rows().of_delivery(
        DeliveryReport(target="ops/1", id="0f", refs=refs, fate=Fate.SENT, at=9.0, title="oom: over")
    )

    assert [(one.rule, one.key, one.server, one.verdict) for one in found] == [
        ("a", "u1", "u1", "sent"),
        ("a", "u2", "u2", "sent"),
    ]
    assert body(found[0]) == {
        "target": "ops/1",
        "id": "0f",
        "refs": ["a/u1/1", "a/u1/3"],
        "title": "oom: over",
    }


def test_a_message_about_very_many_has_not_more_rows_than_there_is_room_for() -> None:
    refs = tuple(f"a/u{number}/{number}" for number in range(MOST_REFS + 1))
    found = rows().of_delivery(DeliveryReport(target="ops/1", id="0f", refs=refs, fate=Fate.SENT, at=9.0))

    assert len(found) == MOST_REFS
    assert body(found[0])["incidents"] == MOST_REFS + 1


def test_what_a_person_did_by_hand_is_a_row_with_who_it_was_and_what_became_of_it() -> None:
    refused = Outcome(Result.REFUSED, "it is no single line")
    row = rows().of_hand("u1", "typed", refused, "anna", {"command": "say hi"})

    assert row == TrailRow(
        1000.0, "operator", "", "u1", "u1", "refused", "typed `say hi`: it is no single line",
        '{"by":"anna","command":"say hi"}',
    )  # fmt: skip
