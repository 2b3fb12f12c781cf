"""A record keeps the latest of what was said, knows what was told, and survives a file."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.headline import lasted, opened_and_ended
from automaton.delivery.notification import NoticeText, is_drill, is_incident
from automaton.delivery.record import LONGEST_TEXT, REMINDED_TEXT, Record, cut, earlier
from automaton.delivery.surroundings import ServerLabel
from tests.delivery.desk import said

NOW = Moment(100.0, 1_000_000.0)
LABEL = ServerLabel("lobby", "eu-1")


def heard(*texts: str, severity: Severity = Severity.WARNING) -> Record:
    record = Record.of(1, said(), LABEL, NOW)
    for text in texts:
        record.hear(said(text=text, severity=severity), NOW)
    return record


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("mem-high/uuid/7", True),
        ("hot/node:eu-1/7", True),
        ("mem-high/uuid/0", False),
        ("mem-high/uuid", False),
        ("mem-high/7x", False),
        ("drill/mem-high/uuid/7", False),
        ("drill/uuid/7", True),  # of a rule that is called so
        ("", False),
    ],
)
def test_a_number_at_the_end_makes_it_an_incident(ref: str, expected: bool) -> None:
    assert is_incident(ref) is expected


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("drill/mem-high/uuid/0", True),
        ("drill/mem-high/uuid", True),  # what is reported of a drill
        ("drill/drill/node:eu-1/7", True),
        ("drill/uuid/7", False),  # of a rule that is called so
        ("drill/uuid", False),
        ("drills/uuid/7", False),
        ("", False),
    ],
)
def test_a_drill_has_its_mark_before_the_rule_and_the_key(ref: str, expected: bool) -> None:
    assert is_drill(ref) is expected


def test_what_was_sent_leaves_a_short_text_for_reminders() -> None:
    record = heard("first", "x" * LONGEST_TEXT)
    record.sent(record.version, NOW)

    (text,) = record.notice().texts
    assert (record.since, len(text.text), record.notice().is_new) == (None, REMINDED_TEXT, False)


def test_a_text_is_cut_with_its_excerpts() -> None:
    text = NoticeText("x" * 20, ((0, 5), (8, 15), (12, 20)))

    assert cut(text, 10) == NoticeText("x" * 10, ((0, 5), (8, 10)))
    assert cut(text, 20) == text


@pytest.mark.parametrize("seconds", [5.0, 0.0, -5.0])
def test_an_end_comes_after_its_opening_however_long_each_was_on_its_way(seconds: float) -> None:
    record = heard("opened")
    record.hear(said(text="ended", resolves=True), NOW + seconds)
    record.hear(said(text="and a second sentence", resolves=True), NOW + 60.0)

    assert opened_and_ended(record.notice())
    assert lasted(record.notice()) == ("5s" if seconds > 0 else "0s")


@pytest.mark.parametrize("away", [-60.0, -1.0, 0.0, 60.0])
@pytest.mark.parametrize("seconds", [5.0, -5.0])
def test_that_it_opened_and_ended_is_known_after_a_restart_too_whatever_the_clock_says_then(
    seconds: float, away: float
) -> None:
    record = heard("opened")
    record.hear(said(text="ended", resolves=True), NOW + seconds)

    loaded = Record.load(1, record.dump(), NOW + away).notice()

    assert opened_and_ended(loaded)
    assert lasted(loaded) == lasted(record.notice())


def test_how_long_it_lasted_is_by_the_clock_that_is_not_set() -> None:
    record = heard("opened")
    record.hear(said(text="ended", resolves=True), Moment(NOW.mono + 600.0, NOW.wall - 30.0))

    assert lasted(record.notice()) == "10m"


def test_an_end_that_is_heard_of_alone_has_no_beginning_of_its_own() -> None:
    record = Record.of(1, said(resolves=True), LABEL, NOW)
    record.hear(said(text="ended", resolves=True), NOW)
    record.hear(said(text="and a second sentence", resolves=True), NOW + 1.0)

    assert not opened_and_ended(record.notice())


def test_it_is_as_loud_as_its_loudest_text_and_an_end_is_not_louder() -> None:
    record = heard("a", severity=Severity.CRITICAL)
    record.hear(said(severity=Severity.INFO), NOW)
    quiet = heard("a", severity=Severity.WARNING)
    quiet.hear(said(severity=Severity.CRITICAL, resolves=True), NOW)

    assert (record.severity, quiet.severity) == (Severity.CRITICAL, Severity.WARNING)


def test_a_title_stays_until_there_is_another() -> None:
    record = heard()
    record.hear(replace(said(), title="Out of heap"), NOW)
    record.hear(said(resolves=True), NOW)

    assert record.notice().title == "Out of heap"


def test_a_file_gives_back_what_was_dumped() -> None:
    record = heard("a", "b", "c", "d")
    record.hear(replace(said(resolves=True), excerpts=((0, 2),)), NOW)

    assert Record.load(1, record.dump(), NOW).dump() == record.dump()


@pytest.mark.parametrize("wall", [nan, inf, -inf, "1", None, []])
def test_a_moment_that_is_none_is_refused(wall: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        earlier(wall, NOW)


@pytest.mark.parametrize(("wall", "ago"), [(999_940.0, 60.0), (1_000_050.0, 0.0), (-5.0, 1_000_000.0)])
def test_a_moment_lies_as_far_back_as_the_wall_says_and_never_ahead(wall: float, ago: float) -> None:
    assert NOW - earlier(wall, NOW) == pytest.approx(ago)
