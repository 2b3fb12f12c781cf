"""A message is harmless, recognisable when it comes twice, and as short as its service wants it."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.message import BODY_LIMIT, compose
from automaton.delivery.safe_text import BREAK, width

NOW = Moment(10.0, 1_000_000.0)
HIGH = SendMessage(server="s1", channel="ops", text="memory 95 %", rule="mem-high", ref="mem-high/s1/1")


def test_a_message_without_a_title_is_headed_by_its_rule_and_severity() -> None:
    message = compose(HIGH, NOW, 1)

    assert message.title == "mem-high (warning)"
    assert message.body() == f"memory 95 %\n#{message.id}"
    assert message.severity is Severity.WARNING


def test_the_end_of_an_incident_says_so() -> None:
    assert compose(replace(HIGH, resolves=True), NOW, 1).title == "mem-high (resolved)"


def test_a_title_of_its_own_is_kept_and_made_harmless() -> None:
    assert compose(replace(HIGH, title="@here\nnow"), NOW, 1).title == f"@{BREAK}here now"


def test_the_id_is_the_same_for_the_same_message_and_no_other() -> None:
    first = compose(HIGH, NOW, 1).id

    assert first == compose(HIGH, NOW, 1).id
    others = {
        compose(HIGH, NOW, 2).id,
        compose(HIGH, NOW + 1.0, 1).id,
        compose(replace(HIGH, server="s2"), NOW, 1).id,
    }
    assert len(others | {first}) == 4


def test_console_lines_are_fenced_where_the_call_says_they_are() -> None:
    message = compose(replace(HIGH, text="last:\nboom", excerpts=((6, 10),)), NOW, 1)

    assert message.body() == f"last:\n```\nboom\n```\n#{message.id}"


def test_what_was_lost_before_is_told() -> None:
    message = replace(compose(HIGH, NOW, 1), left_out=12)

    assert message.body() == f"memory 95 %\n… 12 earlier could not be sent in time\n#{message.id}"


def test_a_long_body_keeps_its_id_and_our_limit() -> None:
    message = compose(replace(HIGH, text="x" * 5000), NOW, 1)

    for limit in (160, 2000, 100_000):
        assert width(message.body(limit)) <= min(limit, BODY_LIMIT)
        assert message.body(limit).endswith(f"#{message.id}")


def test_a_text_of_nothing_visible_still_sends_the_id() -> None:
    message = compose(replace(HIGH, text="\u200b\n\x00"), NOW, 1)

    assert message.body() == f"#{message.id}"


def test_a_text_of_a_megabyte_costs_no_more_than_what_is_shown_of_it() -> None:
    message = compose(replace(HIGH, text="begin " + "x\n" * 500_000, excerpts=((0, 1_000_000),)), NOW, 1)

    assert len(message.lines) == 4998
    assert message.lines[-1].text == "… cut here"
    assert message.body().startswith("```\nbegin x")
