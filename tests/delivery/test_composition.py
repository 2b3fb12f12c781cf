"""A message can be read on a phone, says how to get there and how to acknowledge, and harms nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.calls import Severity
from automaton.delivery.message import BODY_LIMIT
from automaton.delivery.notification import Notice, NoticeText
from automaton.delivery.safe_text import BREAK, width
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from tests.delivery.groups import NOON, OPS, Surroundings, composed, notice

CALLED = ("<@&1234>",)


def test_one_notice_is_told_with_its_time_its_page_and_how_to_acknowledge() -> None:
    message = composed(notice("lobby ran out of heap\nrestarting"), around=Surroundings(has_links=True))

    assert message.title == "🟠 lobby: ran out of heap"
    assert message.body() == (
        "lobby ran out of heap\n"
        "restarting\n"
        "since 11:55 UTC, for 5m\n"
        "https://panel.example.org/server/00000001\n"
        "acknowledge: automaton ack mem-high lobby\n"
        "or https://automaton.example.org/ack/AbC-_1\n"
        "#0f1e2d3c"
    )


def test_what_just_opened_says_when_and_not_for_how_long() -> None:
    assert "\nat 11:59 UTC\n" in composed(notice(opened=NOON - 5.0)).body()
    assert "\nsince 2026-01-04 23:00 UTC, for 13h\n" in composed(notice(opened=NOON - 13 * 3600.0)).body()


def test_an_end_says_how_long_it_lasted_and_asks_for_nothing() -> None:
    ended = notice("lobby is fine", ended=NOON, is_new=False)
    message = composed(ended)

    assert message.resolves
    assert message.body() == (
        "lobby is fine\nfrom 11:55 UTC, lasted 5m\nhttps://panel.example.org/server/00000001\n#0f1e2d3c"
    )
    assert "\nopened and ended: from 11:55 UTC" in composed(replace(ended, is_new=True)).body()
    assert "\nat 12:00 UTC\n" in composed(replace(ended, is_new=True, opened=NOON)).body()


def test_console_lines_are_fenced_where_the_notice_says_they_are() -> None:
    body = composed(notice(texts=(NoticeText("last:\nboom", ((6, 10),)),))).body()

    assert body.startswith("last:\n```\nboom\n```\n")


def test_several_texts_stand_in_order_and_those_left_out_are_counted() -> None:
    texts = tuple(NoticeText(text) for text in ("one", "two", "three"))

    assert (
        composed(notice(texts=texts, texts_left_out=4))
        .body()
        .startswith("… 4 earlier texts left out\none\ntwo\nthree\n")
    )


def test_a_few_notices_are_told_whole_under_their_names() -> None:
    first, second = notice("lobby is low on memory\nby a leak"), notice("x" * 90, number=2, name="hub")
    over = notice("den: mem-high is over after 5m", number=3, name="den", ended=NOON, is_new=False)

    assert composed(first, second, over).body() == (
        "lobby: is low on memory\nby a leak\nsince 11:55 UTC, for 5m\n"
        f"hub: mem-high\n{'x' * 90}\nsince 11:55 UTC, for 5m\n"
        "✅ den: mem-high is over after 5m\nfrom 11:55 UTC\n"
        "https://panel.example.org/server/00000001\nhttps://panel.example.org/server/00000002\n"
        "acknowledge: automaton ack mem-high\n#0f1e2d3c"
    )


def test_an_end_that_says_how_long_it_was_is_not_contradicted() -> None:
    """A run may take its time before it tells the opening: then a channel has heard of less."""
    own = NoticeText("lobby: mem-high is over after 5m 3s")
    known, unsent = notice(texts=(own,), ended=NOON, is_new=False), notice(texts=(own,), ended=NOON)

    assert "\nfrom 11:55 UTC\n" in composed(known).body()
    assert "opened and ended: from 11:55 UTC\n" in composed(unsent).body()


def test_of_fifty_the_first_ten_are_named_in_their_order_and_the_others_counted() -> None:
    notices = [
        notice(f"s{n} crashed (exit 1)", number=n, name=f"s{n}", opened=NOON - n) for n in range(1, 51)
    ]
    message = composed(*notices)

    assert message.title == "🟠 mem-high on eu-1: 50 servers"
    assert message.body().split("\n") == [
        *(f"• s{n}: crashed (exit 1)" for n in range(1, 11)),
        "and 40 more",
        "acknowledge: automaton ack mem-high",
        "#0f1e2d3c",
    ]


def test_the_open_ones_come_first_then_the_ended_ones_each_with_what_became_of_it() -> None:
    going = [notice("memory 95 %", number=n, name=f"s{n}") for n in range(1, 4)]
    ended = notice(number=4, name="s4", ended=NOON, is_new=False)
    brief = notice(number=5, name="s5", opened=NOON - 60.0, ended=NOON)

    assert composed(*going, ended, brief).body().split("\n")[:5] == [
        "• s1: memory 95 % (5m)",
        "• s2: memory 95 % (5m)",
        "• s3: memory 95 % (5m)",
        "✅ s4: over after 5m",
        "✅ s5: opened and ended, lasted 1m",
    ]


def test_two_hundred_lost_servers_are_one_message_that_a_phone_can_show() -> None:
    names = [f"a-rather-long-name-of-a-server-{number}" for number in range(200)]
    message = composed(
        *(notice("the link is down " * 30, number=number, name=name) for number, name in enumerate(names, 1))
    )

    lines = message.body().split("\n")
    assert len(lines) < 20
    assert max(width(line) for line in lines) <= 110
    assert "and 190 more" in lines


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("lobby", "lobby"),
        ("a b", "0000abcd"),
        ("$(rm -rf /)", "0000abcd"),
        ("-x", "0000abcd"),
        ("é", "0000abcd"),
    ],
)
def test_the_command_takes_a_name_only_where_a_shell_takes_it_as_it_is(name: str, key: str) -> None:
    assert f"acknowledge: automaton ack mem-high {key}\n" in composed(notice(name=name, number=0xABCD)).body()


def test_the_command_of_a_rule_by_node_names_the_node_or_else_the_rule_alone() -> None:
    node = notice(server="node/eu 1", name="eu-1")

    assert "acknowledge: automaton ack mem-high eu-1\n" in composed(node).body()
    assert "acknowledge: automaton ack mem-high\n" in composed(replace(node, name="eu 1")).body()


def test_what_is_acknowledged_over_a_drill_or_a_report_cannot_be_acknowledged() -> None:
    around = Surroundings(has_links=True)
    one = notice()
    for around.over, around.acked, told in (
        ({one.ref}, set(), one),
        (set(), {one.ref}, one),
        (set(), set(), replace(one, is_drill=True)),
        (set(), set(), replace(one, ref="mem-high/s1")),
        (set(), set(), replace(one, ref="mem-high/s1/0")),
    ):
        assert "ack" not in composed(told, around=around).body()
    assert around.linked == []


def test_a_link_is_for_the_open_incidents_of_this_message_alone() -> None:
    around = Surroundings(has_links=True)
    one, two, over = notice(number=1), notice(number=2), notice(number=3, ended=NOON)
    around.acked.add(two.ref)
    composed(one, two, over, around=around)

    assert around.linked == [("ops", (one.ref,))]


def test_a_digest_asks_for_nothing() -> None:
    assert "ack" not in composed(notice(), is_digest=True, around=Surroundings(has_links=True)).body()


def test_a_report_has_no_time_of_its_own() -> None:
    assert "UTC" not in composed(notice(ref="mem-high/s1")).body()


def test_a_drill_says_so_before_all_else() -> None:
    assert (
        composed(notice(is_drill=True))
        .body()
        .startswith("This is a drill: somebody asked for it, and nothing set it off.\n")
    )


def test_a_plain_channel_gets_title_and_text_and_nothing_else() -> None:
    message = composed(
        notice("lobby ran out of heap"),
        channel=replace(OPS, is_plain=True),
        around=Surroundings(has_links=True),
    )

    assert (message.title, message.body()) == ("lobby: ran out of heap", "lobby ran out of heap")


def test_a_mention_is_made_for_news_of_its_severity_and_for_reminders_alone() -> None:
    channel = replace(OPS, mentions={Severity.CRITICAL: CALLED})
    loud = notice(severity=Severity.CRITICAL)
    known = replace(loud, is_new=False)
    ended = notice(number=2, ended=NOON, severity=Severity.CRITICAL)

    def called(*notices: object, **changed: object) -> tuple[str, ...]:
        return composed(*notices, channel=channel, **changed).mentions  # type: ignore[arg-type]

    assert called(loud) == CALLED
    assert called(known, is_reminder=True) == CALLED
    assert called(known) == called(known, ended) == called(ended) == called(notice()) == ()
    assert called(known, notice(number=3)) == ()
    assert called(loud, is_digest=True) == ()


HOSTILE = [
    "@everyone <@&1234> <!channel>",
    "[free](http://evil.example)",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "a\u200bb\u2060c\u00ad",
    "N" * 10_000,
    "```\nx",
    "line\r\nbreak\x1b[31m",
]


def test_after_a_start_a_message_has_the_page_of_before_and_says_how_to_acknowledge() -> None:
    class NotListedYet(Surroundings):
        def find(self, server: str) -> ServerLabel:
            return ServerLabel(server)

        def status(self, ref: str) -> IncidentStatus:
            return IncidentStatus(is_open=True, is_awaited=True)

    message = composed(notice(url="https://panel.example.org/server/1"), around=NotListedYet())

    assert message.tail == (
        "https://panel.example.org/server/1",
        "acknowledge: automaton ack mem-high lobby",
    )


def test_a_mention_is_made_for_what_opens_beside_something_louder_that_was_told_before() -> None:
    channel = replace(OPS, mentions={Severity.WARNING: CALLED, Severity.CRITICAL: ("<@&2>",)})
    known = notice(severity=Severity.CRITICAL, is_new=False)
    new = notice(number=2)

    assert composed(known, new, channel=channel).mentions == CALLED
    assert composed(replace(known, is_new=True), new, channel=channel).mentions == ("<@&2>",)
    assert composed(known, replace(new, is_new=False), channel=channel).mentions == ()


def test_a_mention_is_made_where_an_incident_became_louder() -> None:
    channel = replace(OPS, mentions={Severity.CRITICAL: CALLED})
    worse = notice(severity=Severity.CRITICAL, is_new=False, is_louder=True)

    assert composed(worse, channel=channel).mentions == CALLED
    assert composed(replace(worse, is_louder=False), channel=channel).mentions == ()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("many", [1, 2, 30])
def test_no_name_and_no_text_of_a_stranger_gets_markup_a_mention_or_a_line_of_its_own(
    text: str, many: int
) -> None:
    notices = [
        notice(text, number=n, name=text, node=text, title=text if n % 2 else "") for n in range(1, many + 1)
    ]
    message = composed(*notices, group=(("rule", "mem-high"), ("node", text)))
    whole = f"{message.title}\n{message.body()}"

    assert "\n" not in message.title
    assert width(message.body()) <= BODY_LIMIT
    assert not re.search(r"@everyone|<[@!]|\]\(|```", whole)
    assert whole.replace("\n", "").replace(BREAK, "").isprintable()


def test_a_text_of_a_megabyte_costs_no_more_than_what_is_shown_of_it() -> None:
    text = NoticeText("begin " + "x\n" * 500_000, ((0, 1_000_000),))
    message = composed(notice(texts=(text,)))

    assert len(message.lines) == 4999
    assert message.lines[-2].text == "… cut here"
    assert message.body().startswith("```\nbegin x")


STRANGE = st.text(
    st.sampled_from("ab @<>[](){}`*_~#|:/!&\n\r\t\u200b\u202e\u2066\u00ad\u3164\ud800😀é漢\0\x1b")
    | st.characters(),
    max_size=60,
)
ANY_NOTICE = st.builds(
    lambda text, name, title, over, new, loud, number: notice(
        text * 40 if number % 5 == 0 else text, name=name, title=title, number=number, is_new=new,
        ended=NOON if over else None, severity=loud, rule="mem-high",
    ),
    STRANGE, STRANGE, STRANGE | st.just(""), st.booleans(), st.booleans(), st.sampled_from(Severity),
    st.integers(1, 10**6),
)  # fmt: skip


@given(
    st.lists(ANY_NOTICE, min_size=1, max_size=30),
    STRANGE,
    st.integers(140, 4_000),
    st.booleans(),
    st.integers(0, 10**6),
)
def test_whatever_strangers_write_a_message_is_short_harmless_and_known_by_its_id(
    notices: list[Notice], node: str, limit: int, is_plain: bool, left_out: int
) -> None:
    message = composed(
        *notices, channel=replace(OPS, is_plain=is_plain), around=Surroundings(has_links=True),
        group=(("rule", "mem-high"), ("node", node)), left_out=left_out, late=7_200.0,
    )  # fmt: skip
    body = message.body(limit)
    whole = f"{message.title}\n{body}"

    assert width(message.title) <= 250
    assert width(body) <= min(limit, BODY_LIMIT)
    assert is_plain or f"#{message.id}, 120m late" in body
    assert left_out == 0 or f"{left_out} earlier could not be sent" in body
    assert not re.search(r"@(?=[\w*])|<[@!#a-zA-Z/]|\]\(", whole)
    assert body.count("```") % 2 == 0
    assert all(char.isprintable() or char in ("\n", BREAK) or category(char) == "Zs" for char in whole)
