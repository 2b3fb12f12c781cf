"""The one line that everybody reads names the server and what is with it, whatever strangers wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core.calls import Severity
from automaton.delivery.headline import title_of
from automaton.delivery.notification import NoticeText
from automaton.delivery.safe_text import BREAK, TITLE_LIMIT, width
from tests.delivery.groups import NOON, group, notice


@pytest.mark.parametrize(
    ("severity", "mark"), [(Severity.CRITICAL, "🔴"), (Severity.WARNING, "🟠"), (Severity.INFO, "🔵")]
)
def test_the_mark_is_that_of_the_severity_and_the_server_is_named_first(
    severity: Severity, mark: str
) -> None:
    assert title_of(group(notice("out of heap", severity=severity))) == f"{mark} lobby: out of heap"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("lobby ran out of heap, restarting\nmore", "🟠 lobby: ran out of heap, restarting"),
        ("lobby: out of heap", "🟠 lobby: out of heap"),
        ("lobby2 is another server", "🟠 lobby: lobby2 is another server"),
        ("lobby", "🟠 lobby: mem-high"),
        ("", "🟠 lobby: mem-high"),
        ("x" * 81, "🟠 lobby: mem-high"),
        ("\n\nout of heap", "🟠 lobby: out of heap"),
    ],
)
def test_a_first_line_is_a_headline_where_it_is_short_and_else_the_rules_id_is(text: str, title: str) -> None:
    assert title_of(group(notice(text))) == title


def test_a_line_of_a_console_is_no_headline() -> None:
    text = NoticeText("it said: boom", ((9, 13),))

    assert title_of(group(notice(texts=(text,)))) == "🟠 lobby: mem-high"


def test_a_title_of_the_operators_own_gets_the_mark_and_nothing_else() -> None:
    assert title_of(group(notice(title="Heap is gone"))) == "🟠 Heap is gone"


def test_a_group_is_counted_and_says_where() -> None:
    notices = [notice(number=number, name=f"s{number}") for number in range(1, 13)]
    over = replace(notices[0], ended=NOON, is_new=False)
    loud = replace(notices[1], severity=Severity.CRITICAL)

    assert title_of(group(*notices)) == "🟠 mem-high on eu-1: 12 servers"
    assert title_of(group(loud, *notices[2:], over)) == "🔴 mem-high on eu-1: 11 servers, 1 over"
    ended = [replace(one, ended=NOON, is_new=False) for one in notices]
    assert title_of(group(*ended)) == "✅ mem-high on eu-1: 12 servers, all over"


def test_several_incidents_of_one_server_are_incidents() -> None:
    notices = [notice(number=number, server="s1") for number in (1, 2)]

    assert title_of(group(*notices)) == "🟠 mem-high on eu-1: 2 incidents"
    assert title_of(group(*notices, group=(("server", "s1"),))) == "🟠 lobby, mem-high: 2 incidents"


def test_a_report_among_incidents_is_counted_as_none() -> None:
    notices = [notice(server="s1"), notice(server="s1", ref="mem-high/s1")]

    assert title_of(group(*notices)) == "🟠 mem-high on eu-1: 2 notices"


def test_a_group_of_several_rules_says_how_many() -> None:
    notices = [notice(number=1), notice(number=2, rule="down")]

    assert title_of(group(*notices, group=(("node", "eu-1"),))) == "🟠 2 rules on eu-1: 2 servers"


def test_an_end_says_so_and_one_that_nobody_was_told_of_says_how_long_it_was_once() -> None:
    ended = notice("lobby: mem-high is over after 5m", ended=NOON, is_new=False)
    words = (NoticeText("out of heap"), NoticeText("mem-high is over after 5m"))
    unsent = replace(ended, is_new=True, texts=words)

    assert title_of(group(ended)) == "✅ lobby: mem-high is over after 5m"
    assert title_of(group(replace(ended, title="Heap is gone"))) == "✅ Heap is gone: over"
    assert title_of(group(replace(ended, texts=()))) == "✅ lobby: mem-high: over"
    assert title_of(group(unsent)) == "✅ lobby: out of heap: opened and ended"
    in_own_words = replace(unsent, texts=(*words[:1], NoticeText("it is fine again")))
    assert title_of(group(in_own_words)) == "✅ lobby: out of heap: opened and ended, 5m"
    assert title_of(group(replace(unsent, opened=NOON))) == "✅ lobby: mem-high is over after 5m"


def test_a_reminder_a_digest_and_a_drill_are_marked_as_such() -> None:
    one = notice("out of heap")

    assert title_of(group(one, is_reminder=True)) == "🟠 lobby: out of heap (still open, 5m)"
    assert title_of(group(one, is_digest=True)) == "🟠 Digest: lobby: out of heap"
    assert title_of(group(one, notice(number=2), is_digest=True)) == "🟠 Digest: 2 notices"
    assert title_of(group(replace(one, is_drill=True))) == "🟠 DRILL: lobby: out of heap"


def test_a_plain_title_has_no_mark() -> None:
    assert title_of(group(notice("out of heap")), is_plain=True) == "lobby: out of heap"


@pytest.mark.parametrize(
    "name",
    [
        "<@&1> @everyone",
        "[a](http://x.example)",
        "\u202eevil\u202c",
        "a\u200bb\u2060c",
        "n" * 10_000,
        "```",
        "\n\r\0",
    ],
    ids=ascii,
)
def test_a_hostile_name_is_one_short_harmless_line(name: str) -> None:
    title = title_of(group(notice(name=name)))

    assert width(title) <= TITLE_LIMIT
    assert title.replace(BREAK, "").isprintable()
    assert not any(live in title for live in ("@everyone", "<@", "](", "```"))
    assert "memory 95 %" in title
