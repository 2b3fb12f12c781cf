"""The prefix is found by its forms, with its level and thread as fields, and nobody's words are cut."""

from __future__ import annotations

import pytest

from automaton.match.pattern import compile_pattern
from automaton.workbench.pack_draft.prefixes import form_of, prefix_of


def cut(lines: list[str]) -> tuple[str, dict[str, object]]:
    """The first line behind the prefix that all of them have, and the fields of that."""
    prefix = prefix_of(lines)
    assert prefix is not None
    found = compile_pattern(prefix.source).cut(lines[0])
    assert found is not None
    return found[0], dict(found[1])


@pytest.mark.parametrize(
    ("line", "body", "fields"),
    [
        (
            "[12:00:00] [Server thread/INFO]: <Eve> hi",
            "<Eve> hi",
            {"time": "12:00:00", "thread": "Server thread", "level": "INFO"},
        ),
        ("[12:00:00 INFO]: Eve came", "Eve came", {"time": "12:00:00", "level": "INFO"}),
        (
            "[05Jan2026 12:00:00.123] [main/WARN] [net.x/]: text",
            "text",
            {"time": "05Jan2026 12:00:00.123", "thread": "main", "level": "WARN", "logger": "net.x/"},
        ),
        ("12:00:00 [信息] [Eve] came", "[Eve] came", {"time": "12:00:00", "level": "信息"}),
        ("2026-01-05 12:00:00 [INFO] Eve", "Eve", {"time": "2026-01-05 12:00:00", "level": "INFO"}),
        ("01/05/2026 12:00:00: Got x", "Got x", {"time": "01/05/2026 12:00:00"}),
        ('L 01/05/2026 - 12:00:00: "Eve"', '"Eve"', {"time": "01/05/2026 - 12:00:00"}),
        ("2026-01-05T12:00:00 12.345 INF Eve", "Eve", {"time": "2026-01-05T12:00:00", "level": "INF"}),
        ("[2026.01.05-12.00.00:123][ 67]LogNet: x", "LogNet: x", {"time": "2026.01.05-12.00.00:123"}),
        ("[2026-01-05 12:00:00] [CHAT] <Eve> hi", "[CHAT] <Eve> hi", {"time": "2026-01-05 12:00:00"}),
        ("[12:00:00 INFO]: [VIP] [Eve]: hi", "[VIP] [Eve]: hi", {"time": "12:00:00", "level": "INFO"}),
    ],
)
def test_a_prefix_is_cut_where_the_words_begin(line: str, body: str, fields: dict[str, str]) -> None:
    assert cut([line] * 5) == (body, fields)


def test_a_logger_that_only_some_lines_have_is_optional() -> None:
    lines = ["[12:00:00] [main/INFO] [x.Y]: a", "[12:00:00] [main/INFO]: b"] * 5

    assert cut(lines) == ("a", {"time": "12:00:00", "thread": "main", "level": "INFO", "logger": "x.Y"})
    assert cut(lines[1:])[0] == "b"


def test_of_two_forms_each_is_cut() -> None:
    lines = ["[12:00:00] [main/INFO]: a"] * 5 + ["12:00:00 [INFO] b"] * 4

    assert cut(lines)[0] == "a"
    prefix = prefix_of(lines)
    assert prefix is not None
    assert compile_pattern(prefix.source).cut("12:00:00 [INFO] b") is not None


@pytest.mark.parametrize(
    "line", ["Eve has joined.", "<Eve> 12:00:00 it is", "[CHAT] Eve: hi", "", ": Server"]
)
def test_a_line_without_a_moment_or_level_has_none(line: str) -> None:
    assert form_of(line) == ()
    assert prefix_of([line] * 9) is None


@pytest.mark.parametrize("head", ["2026.11.28 19:03:10 |{}| ", "2026.11.28 19:03:10 [{}] "])
def test_a_level_of_one_letter_is_cut_whichever_it_is(head: str) -> None:
    lines = [head.format(level) + "[net] up" for level in "IIIIWE"]

    prefix = prefix_of(lines)
    assert prefix is not None
    cuts = [compile_pattern(prefix.source).cut(line) for line in lines]
    assert [one[0] for one in cuts if one is not None] == ["[net] up"] * 6


def test_a_form_that_few_lines_have_is_somebodys_words() -> None:
    assert prefix_of(["Eve came"] * 99 + ["12:00:00 it is"]) is None


def test_a_mark_that_few_lines_have_is_a_plugins_and_stays() -> None:
    """What stands behind it may be a player's words, such as those of a start."""
    lines = ["[12:00:00 INFO]: Loading"] * 90 + ["[12:00:00 INFO] [chatlog]: Done (1.0s)!"] * 9
    found = prefix_of(lines)

    assert found is not None
    assert found.lines == 90
    assert compile_pattern(found.source).cut(lines[-1]) is None
