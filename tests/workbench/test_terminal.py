"""What strangers printed moves no terminal; colours only where they are wanted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from automaton.errors import Refused
from automaton.workbench.terminal import (
    columns,
    console_lines,
    cut,
    failure,
    folded,
    has_colours,
    size,
    span,
    title,
)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_without_no_color() -> None:
    assert has_colours(Screen(), {})
    assert not has_colours(Screen(), {"NO_COLOR": "1"})
    assert not has_colours(io.StringIO(), {})


@pytest.mark.parametrize(
    ("raw", "coloured", "uncoloured"),
    [
        ("hello", ["hello"], ["hello"]),
        ("\x1b[31mred\x1b[0m", ["\x1b[31mred\x1b[0m\x1b[0m"], ["red"]),
        ("\x1b[2J\x1b[1;1Hgone", ["gone"], ["gone"]),
        ("\x1b]0;a title\x07text", ["text"], ["text"]),
        ("\x1b]52;c;cm0gLXJm\x07\x1b[1mcopied", ["\x1b[1mcopied\x1b[0m"], ["copied"]),
        ("over\rwritten", ["over", "written"], ["over", "written"]),
        ("a\x07\x08\x00b\x7f", ["ab"], ["ab"]),
        ("\u202eevil\u2066", ["\ufffdevil\ufffd"], ["\ufffdevil\ufffd"]),
        ("line\r\n", ["line"], ["line"]),
        ("\x1b[8mhidden", ["hidden\x1b[0m"], ["hidden"]),
        ("\x1b[30;40mhidden", ["hidden\x1b[0m"], ["hidden"]),
        ("\x1b[1;31;41mred", ["\x1b[1;31mred\x1b[0m"], ["red"]),
        ("\x1b[38;2;0;1;4mrgb\x1b[48;5;1;93mx", ["rgb\x1b[93mx\x1b[0m"], ["rgbx"]),
        ("\x1b[1mbold\x1b[m", ["\x1b[1mbold\x1b[0m\x1b[0m"], ["bold"]),
        (
            "a\u00ad\u034f\u180e\u3164\ufff9\U000e0041b",
            ["a" + "\ufffd" * 6 + "b"],
            ["a" + "\ufffd" * 6 + "b"],
        ),
    ],
)
def test_colours_stay_and_what_moves_a_terminal_goes(
    raw: str, coloured: list[str], uncoloured: list[str]
) -> None:
    assert console_lines(raw, colours=True) == coloured
    assert console_lines(raw, colours=False) == uncoloured


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]0123;mHJ\x07\r\n\x9b")))
def test_without_colours_no_control_character_is_left(raw: str) -> None:
    for line in console_lines(raw, colours=False):
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)


def test_a_file_that_fails_is_named_without_numbers_of_the_system() -> None:
    with pytest.raises(OSError) as missing:  # noqa: PT011 - its words are what is tested
        Path("/nowhere/at/all").read_text(encoding="utf-8")

    assert failure(missing.value) == "/nowhere/at/all: No such file or directory"
    assert failure(OSError(28, "No space left on device")) == "No space left on device"
    assert failure(Refused("it is\nrefused")) == "it is\nrefused"


def test_columns_that_find_no_room_stand_below_their_row() -> None:
    rows = [("NAME", "RUN", "HELD"), ("a", "power (1 of 2)", "muted"), ("long", "-", "")]

    assert columns(rows, width=24, below=2) == [
        "NAME",
        "a",
        "    run: power (1 of 2)",
        "    held: muted",
        "long",
    ]
    assert columns(rows, width=80, below=2) == columns(rows)


def test_columns_are_as_wide_as_what_stands_in_them_on_the_screen() -> None:
    """A wide letter takes two cells."""
    assert columns([("A", "B"), ("\u6e38\u620f", "x"), ("long", "y")]) == [
        "A     B",
        "\u6e38\u620f  x",
        "long  y",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lobby", "lobby"),
        (f"lobby{' ' * 60}7d7d7d7d  rust", "lobby 7d7d7d7d rust"),
        ("x" * 33, "x" * 31 + "…"),
        ("\u6e38" * 20, "\u6e38" * 15 + "…"),
    ],
)
def test_a_name_is_too_short_to_wrap_into_a_row_of_its_own(name: str, shown: str) -> None:
    assert title(name) == shown


def test_what_is_wider_than_the_terminal_is_cut_before_it_is_coloured() -> None:
    assert columns([("ab", "cdef"), ("g", "h")], ["red"], colours=True, width=6) == [
        "\x1b[31mab  c…\x1b[0m",
        "g   h",
    ]
    assert cut("abc", None) == "abc"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0s"), (59, "59s"), (60, "1m"), (3_661, "1h 1m"), (90_061, "1d 1h")]
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"), [(None, "-"), (0, "0 B"), (1536, "2 KiB"), (3 * 1024**3, "3.0 GiB")]
)
def test_a_size_is_told_for_people(number: int | None, text: str) -> None:
    assert size(number) == text


def test_each_line_stays_within_the_terminal_and_goes_on_below() -> None:
    """Nothing is cut off: the end of a sentence may be what somebody looks for."""
    lines = list(folded(["  the rule does not name this server: it has no tags", "short"], 30))
    wide = list(folded(["x" * 99, "\u4e2d " * 30], 20))

    assert lines == ["  the rule does not name this", "      server: it has no tags", "short"]
    assert max(map(cell_len, wide)) <= 20
    assert sum(line.count("\u4e2d") for line in wide) == 30
