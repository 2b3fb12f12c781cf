"""Line discipline: what a stranger prints becomes at most one line and its continuations."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automaton.match.lines import (
    MAX_BREAKS,
    MAX_BYTES,
    MAX_PIECES,
    PROMPT,
    Piece,
    clean,
    daemon_text,
    split_event,
)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ("[12:00:00 INFO]: Done (1.0s)!", ["[12:00:00 INFO]: Done (1.0s)!"]),
        ("one\r\ntwo\rthree\nfour", ["one", "two", "three", "four"]),
        (">\r[12:00:00] Saved the game", ["[12:00:00] Saved the game"]),
        ("\x1b[K> \x1b[0m\r\n\r\n", []),
        ("", []),
        ("....:>$#", []),
        (".........", ["........."]),
    ],
)
def test_an_event_is_split_and_blanks_and_prompts_do_not_count(event: str, lines: list[str]) -> None:
    assert [piece.text for piece in split_event(event)] == lines


def test_a_new_line_inside_an_event_is_a_continuation_and_never_a_line() -> None:
    """Wings turns space and CR into CRLF, so that a player could forge the beginning of a line."""
    forged = "<Eve> hi \r\n[12:00:00] [Server thread/INFO]: Done (1s)!"

    assert split_event(forged) == [
        Piece("<Eve> hi "),
        Piece("[12:00:00] [Server thread/INFO]: Done (1s)!", continuation=True),
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[33m\x1b[1mwarn\x1b[39m x\x1b[0m", "warn x"),
        ("\x1b[38;2;255;0;0mred\x1b[m", "red"),
        ("\x1b]0;title\x07shown", "shown"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("\x1b(Bplain\x1b=\x1b>", "plain"),
        ("Eve\x1b]0;hidden joined the game", "Eve0;hidden joined the game"),
        ("a\x00b\x07c\x0bd\x0ce\x7ff\x85g", "abcdefg"),
        ("\tat java.lang.Thread", " at java.lang.Thread"),
        ("e\u0301", "\u00e9"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\x1b[1mhalf \ud83d pair", "half \ufffd pair"),
        ("zero\u200bwidth \u202ebidi", "zero\u200bwidth \u202ebidi"),
    ],
)
def test_a_line_is_stripped_of_what_a_terminal_would_eat(raw: str, text: str) -> None:
    assert clean(raw) == (text, False)


def test_a_long_line_is_cut_at_a_whole_character_and_says_so() -> None:
    text, cut = clean("ä" * 5000)

    assert (len(text.encode()), cut) == (MAX_BYTES, True)


def test_an_event_of_thirty_thousand_lines_is_bounded_and_counts_the_rest() -> None:
    pieces = split_event("x\n" * 30_000)

    assert len(pieces) == MAX_PIECES
    assert pieces[-1].left_out == 30_000 - MAX_PIECES + 1
    assert sum(piece.left_out for piece in pieces[:-1]) == 0


@pytest.mark.parametrize(
    "hostile", ["\x1b[" * 50_000, "\x1b]" * 50_000, "\x1b[0;" * 50_000, "e" + "\u0301\u0316" * 50_000]
)
def test_hostile_escapes_leave_a_bounded_line(hostile: str) -> None:
    text, _ = clean(hostile)

    assert len(text.encode()) <= MAX_BYTES
    assert "\x1b" not in text


@given(st.text(st.characters(), max_size=200))
def test_every_text_becomes_lines_without_controls_in_nfc(text: str) -> None:
    for piece in split_event(text):
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in piece.text)
        assert unicodedata.is_normalized("NFC", piece.text)
        assert clean(piece.text) == (piece.text, False)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m Pulling image\x1b[0m", "Pulling image"),
        ("\x1b[33m\x1b[1m[My [best] Host Daemon]:\x1b[39m Exit code: 137\x1b[0m", "Exit code: 137"),
        ("[Pterodactyl Daemon]: Exit code: 137", None),
        ("x\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m y\x1b[0m", None),
        ("\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m y", None),
        ("\x1b[33m\x1b[1m[Pterodactyl]:\x1b[39m y\x1b[0m", None),
        ("\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m a\nb\x1b[0m", None),
    ],
)
def test_a_daemon_line_is_known_by_its_exact_escape_bytes(raw: str, text: str | None) -> None:
    assert daemon_text(raw) == text


def test_line_ends_beyond_those_that_are_looked_at_cost_nothing_and_hide_no_line() -> None:
    """A MiB of them took half a second."""
    assert split_event("\n" * 1_000_000) == []
    assert split_event("\n" * 1_000_000 + "late\nlater") == [Piece("late", left_out=995_001)]
    assert split_event("first" + "\n" * MAX_BREAKS + "a\nb\nc") == [
        Piece("first"),
        Piece("a", continuation=True, left_out=2),
    ]


@given(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=40))
@example("e\N{COMBINING ACUTE ACCENT}" * 10)
@example("\N{EURO SIGN}" * (MAX_BYTES // 2))
@example("x" * MAX_BYTES)
@example("x" * (MAX_BYTES + 1))
@example("plain, but for a\ttab")
def test_an_event_of_one_line_is_that_line_cleaned(raw: str) -> None:
    line, cut = clean(raw)

    assert split_event(raw) == ([Piece(line, cut=cut)] if line.strip(PROMPT) or len(line) > 8 else [])
