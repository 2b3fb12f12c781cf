"""Rows of the trail become a story that a person reads from top to bottom."""

from __future__ import annotations

import pytest

from automaton.web.pages.incident_story import SeenValue, StoryItem, evidence_of, sentence_of, story_of
from tests.web.pages.trail_rows import NOON, row

SAY = {"number": 7, "verb": "send", "command": "say hello"}


def told(*lines: object) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.title, one.what or one.quote, one.result) for one in story_of(lines)]  # type: ignore[arg-type]


def test_an_opening_shows_what_was_seen_and_the_values_it_was_decided_on() -> None:
    body = {
        "cause": "line: OutOfMemory", "severity": "critical",
        "evidence": [["while", "memory_pct > 90", "true"], ["while", "memory_pct", "93.4 %"]],
    }  # fmt: skip

    assert story_of([row(1, "fired", body=body)]) == [
        StoryItem(
            at=NOON + 10, kind="seen", icon="critical", tone="critical", title="The incident opened",
            what="line: OutOfMemory", evidence=(
                SeenValue("while", "memory_pct > 90", "true"), SeenValue("while", "memory_pct", "93.4 %"),
            ),
        )
    ]  # fmt: skip


def test_a_call_and_what_became_of_it_are_one() -> None:
    lines = [
        row(1, "acting", "call", body={"calls": [SAY]}),
        row(2, "refused", "outcome", detail="not now", body=SAY),
    ]

    assert told(*lines) == [("done", "A command was sent", "say hello", "refused: not now")]


def test_a_message_is_told_with_its_words_and_where_it_arrived() -> None:
    notify = {"number": 6, "verb": "notify", "channel": "ops", "text": "lobby is down"}
    lines = [
        row(1, "acting", "call", body={"calls": [notify]}),
        row(2, "done", "outcome", detail="handed to `ops`", body=notify),
        row(3, "sent", "message", body={"target": "ops/1"}),
        row(4, "refused", "message", detail="no such webhook", body={"target": "ops/2"}),
    ]

    assert told(*lines) == [
        ("said", "A message for ops", "lobby is down", ""),
        ("said", "The message arrived at ops/1", "", ""),
        ("said", "The message was refused by ops/2", "", "no such webhook"),
    ]


def test_what_was_held_says_why_and_what_it_was() -> None:
    held = {"verb": "power", "signal": "restart"}

    assert told(row(1, "silenced", detail="silence 1: night", body={"held": [held]})) == [
        ("decided", "Held by a silence", "restart", "")
    ]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (row(1, kind="operator", detail="acknowledged by anna", body={"by": "anna"}), "Acknowledged by anna"),
        (row(1, kind="operator", detail="a note", body={"by": "anna", "note": "new map"}), "A note, by anna"),
        (row(1, kind="operator", detail="the hold was released"), "The hold was released"),
    ],
)
def test_what_a_person_did_is_told_with_the_name_once(line: object, title: str) -> None:
    (item,) = told(line)

    assert (item[0], item[1]) == ("person", title)


@pytest.mark.parametrize(("by", "command"), [("op", "stop"), ("anna", "say this is from anna")])
def test_a_command_that_holds_the_name_of_who_typed_it_is_told_with_the_name_all_the_same(
    by: str, command: str
) -> None:
    (item,) = told(row(1, kind="operator", detail=f"typed `{command}`", body={"by": by}))

    assert item[1] == f"Typed `{command}`, by {by}"


def test_a_silence_names_what_it_covers() -> None:
    body = {"rules": ["oom"], "servers": ["lob*"], "until": 5.0, "note": "night"}

    (item,) = story_of([row(1, kind="operator", detail="a silence began", body=body)])

    assert (item.icon, item.what, item.quote) == ("silenced", "rules oom; servers lob*", "night")


def test_a_row_of_a_later_version_or_a_broken_one_is_shown_as_far_as_it_can_be() -> None:
    assert sentence_of("dreamt_of") == "dreamt_of"
    assert evidence_of({"evidence": "x"}) == evidence_of({"evidence": [1, ["a"]]}) == ()
    assert told(row(1, "acting", "call", body={"calls": "?"}))[0][0] == "decided"
    assert told(row(1, "done", "outcome"))[0][3] == "done"
