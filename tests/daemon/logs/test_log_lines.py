"""Whatever a player types, a record stays one line, and a value stays one value."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.moment import Moment
from automaton.daemon.logs.log_lines import (
    LINE_LIMIT,
    Repeats,
    journal_json_line,
    journal_line,
    json_line,
    terminal_line,
    text_line,
    value_text,
)
from automaton.secret import Secret

NOW = Moment(5.0, 1_767_614_400.25)
ANY_TEXT = st.text(st.characters(), max_size=200) | st.text(
    st.sampled_from('a= "\\\n\r\t\x00\x1b\x85\u2028\u202e\u200b\ud800😀<2>'), max_size=200
)


def test_a_record_reads_event_then_pairs() -> None:
    fields = {"rule": "mem-high", "server": "lobby", "memory_pct": 95.0}

    assert text_line("info", "rule.fired", fields, NOW) == (
        "2026-01-05T12:00:00.250Z info rule.fired rule=mem-high server=lobby memory_pct=95.0"
    )


@pytest.mark.parametrize(
    ("level", "prefix"),
    [("debug", "<7>"), ("info", "<6>"), ("warning", "<4>"), ("error", "<3>"), ("critical", "<2>")],
)
def test_the_journal_gets_the_priority_and_no_time(level: str, prefix: str) -> None:
    assert journal_line(level, "link.lost", {"server": "a"}, NOW) == f"{prefix}link.lost server=a"
    assert journal_json_line(level, "link.lost", {}, NOW).startswith(prefix + "{")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("two words", '"two words"'),
        ("a=b", '"a=b"'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("\n<2>fake critical", r'"\n<2>fake critical"'),
        ("x\r\nrule.fired rule=fake", r'"x\r\nrule.fired rule=fake"'),
        ("\x1b[31mred", r'"\x1b[31mred"'),
        ("\x00\x7f\x85", r'"\x00\x7f\x85"'),
        ("\u2028\u2029", r'"\u2028\u2029"'),
        ("\u202eevil", r'"\u202eevil"'),
        ("zero\u200bwidth\ufeff", r'"zero\u200bwidth\ufeff"'),
        ("no\u00a0break", r'"no\xa0break"'),
        ("\ud800", r'"\ud800"'),
        ("\U000e0001", r'"\U000e0001"'),
        ("Žluť 日本 😀", '"Žluť 日本 😀"'),
        (None, "none"),
        (True, "true"),
        (95.5, "95.5"),
        (3, "3"),
        (Secret("token"), "***"),
        ({"key": Secret("token")}, "\"{'key': ***}\""),
        (ValueError("boom\nx"), r'"boom\nx"'),
    ],
)
def test_a_value_is_one_word_or_in_quotes(value: object, written: str) -> None:
    assert value_text(value) == written


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_makes_a_second_line_or_an_invisible_character(event: str, value: str) -> None:
    for layout in (text_line, journal_line, json_line, journal_json_line):
        assert layout("info", event, {"line": value}, NOW).isprintable()


@given(ANY_TEXT, ANY_TEXT)
def test_what_stands_outside_of_quotes_is_only_what_we_wrote(event: str, value: str) -> None:
    line = journal_line("info", event, {"line": value, "server": "a"}, NOW)

    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "Q", line)
    assert re.fullmatch(r"<6>\S+ line=\S+ server=a", bare)


@given(ANY_TEXT)
def test_json_gives_back_what_was_logged(value: str) -> None:
    line = json_line("info", "console", {"line": value}, NOW)

    assert json.loads(line)["line"] == value
    assert line.isascii()


@given(ANY_TEXT)
def test_a_key_cannot_end_itself(key: str) -> None:
    line = journal_line("info", "x", {key: "v"}, NOW)

    assert re.fullmatch(r"<6>x [A-Za-z0-9_.-]+=v", line)


@given(ANY_TEXT)
def test_on_a_terminal_only_our_own_colours_are_control_characters(value: str) -> None:
    line = terminal_line("error", value, {"line": value, "exception": f"Trace\n{value}"}, NOW)

    for part in re.sub(r"\x1b\[[0-9;]+m", "", line).split("\n"):
        assert part.isprintable()


def test_on_a_terminal_a_traceback_keeps_its_lines_and_its_quotes() -> None:
    line = terminal_line("error", "bug", {"exception": 'File "a.py", line 1\n\x1b[2Jboom'}, NOW)

    assert line.split("\n")[1:] == ['    File "a.py", line 1', "    \\x1b[2Jboom"]


def test_fields_do_not_replace_the_record_s_own() -> None:
    record = json.loads(json_line("error", "real", {"level": "info", "time": "never"}, NOW))

    assert record == {"time": "2026-01-05T12:00:00.250Z", "level": "error", "event": "real"}


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_lacks_are_text(value: float) -> None:
    assert json.loads(json_line("info", "x", {"n": value}, NOW))["n"] == str(value)


@pytest.mark.parametrize("layout", [text_line, journal_line, json_line, journal_json_line])
def test_a_record_never_reaches_the_length_at_which_the_journal_splits_it(layout: object) -> None:
    assert callable(layout)
    fields = {f"key{number}": "😀\n" * 50_000 for number in range(100)}

    line = layout("info", "x", fields, NOW)

    assert len(line.encode()) < 48 * 1024
    assert len(text_line("info", "x", fields, NOW)) == LINE_LIMIT


def test_a_long_value_keeps_its_beginning_and_more_of_its_end() -> None:
    written = value_text("b" * 3000 + "e" * 3000)

    assert written == '"' + "b" * 500 + "…(4000 left out)…" + "e" * 1500 + '"'


def test_a_repeat_within_a_minute_is_counted_and_told_when_the_minute_is_over() -> None:
    repeats = Repeats(quiet=60.0)

    assert repeats.is_new("a", 0.0)
    assert [repeats.is_new("a", second) for second in (1.0, 2.0, 59.0)] == [False, False, False]
    assert repeats.ended(59.9) == []
    assert repeats.ended(60.0) == [("a", 3)]
    assert repeats.is_new("a", 60.0)


def test_a_line_that_did_not_come_again_is_forgotten_silently() -> None:
    repeats = Repeats(quiet=60.0)
    repeats.is_new("a", 0.0)

    assert repeats.ended(60.0) == []
    assert repeats.is_new("a", 60.0)


def test_a_flood_of_different_lines_takes_bounded_memory_and_loses_no_count() -> None:
    repeats = Repeats(quiet=60.0, keep=10)
    told: list[tuple[str, int]] = []
    repeats.is_new("first", 0.0)
    repeats.is_new("first", 0.0)
    for number in range(1000):
        told += repeats.ended(1.0)
        repeats.is_new(str(number), 1.0)

    assert told == [("first", 1)]
    assert not repeats.is_new("999", 1.0)
    assert repeats.is_new("900", 1.0)
