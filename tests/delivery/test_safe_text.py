"""No text of a stranger pings people, masks a link, breaks out of its fence, or outgrows its limit."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.delivery.safe_text import (
    BREAK,
    FENCES,
    SafeLine,
    clean,
    disarm,
    fit,
    gap,
    head,
    lines_of,
    render,
    shorten,
    tail,
    title,
    width,
    within,
)

ANY_TEXT = st.text(st.characters(), max_size=400)
NASTY = st.text(
    st.sampled_from("@`[](<>!:|#\n\r\t ae\u202e\u200b\u2066\ud800\x1b\x00é😀\u0301"), max_size=400
)
TEXTS = ANY_TEXT | NASTY


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("@everyone", f"@{BREAK}everyone"),
        ("@here", f"@{BREAK}here"),
        ("<@123>", f"<{BREAK}@{BREAK}123>"),
        ("<@&123>", f"<{BREAK}@{BREAK}&123>"),
        ("@all @channel", f"@{BREAK}all @{BREAK}channel"),
        ("@**all**", f"@{BREAK}**all**"),
        ("@room", f"@{BREAK}room"),
        ("@\u200beveryone", f"@{BREAK}everyone"),
        ("\u202e@everyone", f"@{BREAK}everyone"),
        ("<!channel>", f"<{BREAK}!channel>"),
        ("<https://evil.example|login>", f"<{BREAK}https://evil.example|login>"),
        ("[login](https://evil.example)", f"[login]{BREAK}(https://evil.example)"),
        ("[login]\u200b(https://evil.example)", f"[login]{BREAK}(https://evil.example)"),
        ("[login][1]", f"[login]{BREAK}[1]"),
        ("[1]: https://evil.example", f"[1]{BREAK}: https://evil.example"),
        ("```", f"`{BREAK}`{BREAK}`"),
        ("`\u200b``", f"`{BREAK}`{BREAK}`"),
        ("<Steve> hi", f"<{BREAK}Steve> hi"),
        ("3 < 4 & 5", "3 < 4 & 5"),
    ],
)
def test_what_a_service_would_act_on_is_shown_and_does_nothing(hostile: str, shown: str) -> None:
    assert disarm(hostile) == shown


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\x00b\x7fc", "abc"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\u202eabc\u2066\u200f", "abc"),
        ("a\u200b\u200c\u200d\ufeff\u2060\u00adb", "ab"),
        ("\u3164\u115f\u034f\u2800", ""),
        ("\ud800x\udfff", "x"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("a\tb", "a b"),
        ("a\u200b\nb\n", "a\nb\n"),
        ("日本 Žluť 😀", "日本 Žluť 😀"),
    ],
)
def test_invisible_characters_go_and_letters_stay(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_nothing_invisible_is_left_but_our_own_breaks(text: str) -> None:
    left = {unicodedata.category(char) for char in disarm(text).replace(BREAK, "").replace("\n", "")}

    assert not left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(TEXTS)
def test_no_mention_link_or_run_of_backticks_survives(text: str) -> None:
    shown = disarm(text) + "x"

    assert all(after == BREAK for before, after in pairwise(shown) if before == "@")
    assert "](" not in shown
    assert "][" not in shown
    assert "<!" not in shown
    assert "``" not in shown


@given(TEXTS)
def test_a_title_is_one_line_within_its_limit(text: str) -> None:
    shown = title(text)

    assert "\n" not in shown
    assert width(shown) <= 250


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 300, "x" * 249 + "…"),
        ("x" * 251, "x" * 249 + "…"),
        ("x" * 250, "x" * 250),
        ("  two\nlines,  one\ttitle ", "two lines, one title"),
    ],
    ids=["300", "251", "250", "lines"],
)
def test_a_title_that_is_too_long_is_cut_and_says_so(text: str, shown: str) -> None:
    assert title(text) == shown


def test_console_lines_stand_in_a_fence_and_the_rest_does_not() -> None:
    text = "mc-1 crashed:\n[12:00] boom\n[12:01] bye\nrestarting"
    start, end = text.index("[12:00]"), text.index("\nrestarting")

    assert render(lines_of(text, [(start, end)])) == (
        "mc-1 crashed:\n```\n[12:00] boom\n[12:01] bye\n```\nrestarting".replace("]:", f"]{BREAK}:")
    )


def test_a_text_is_split_at_its_line_ends_alone_and_only_an_excerpt_is_one() -> None:
    assert lines_of("X marks\nthe spot X\nboom\n\nbye", [(19, 23)]) == (
        SafeLine("X marks"),
        SafeLine("the spot X"),
        SafeLine("boom", excerpt=True),
        SafeLine("bye"),
    )


def test_an_excerpt_within_a_line_gets_lines_of_its_own() -> None:
    assert render(lines_of("last words: boom!", [(12, 16)])) == "last words: \n```\nboom\n```\n!"


@pytest.mark.parametrize(
    "attack", ["```\n@everyone", "``````", "~~~\n```", "`\u200b`\u200b`", "x```", "```x"]
)
def test_a_fence_inside_a_fence_does_not_close_it(attack: str) -> None:
    shown = render(lines_of(attack, [(0, len(attack))]))

    assert shown.startswith("```\n")
    assert shown.endswith("\n```")
    assert "``" not in shown[4:-4]


@pytest.mark.parametrize(
    "excerpts",
    [[(0, 0)], [(5, 2)], [(0, 99)], [(0, 4), (2, 6)], [(4, 6), (0, 2)], []],
    ids=["empty", "reversed", "too long", "overlapping", "unsorted", "none"],
)
def test_odd_spans_lose_no_text_and_double_none(excerpts: list[tuple[int, int]]) -> None:
    lines = lines_of("abcdefgh", excerpts)

    assert "".join(line.text for line in lines) == "abcdefgh"


def test_a_long_text_shows_its_head_its_tail_and_how_much_is_missing() -> None:
    lines = [SafeLine(f"line {number:02}") for number in range(40)]

    shown = fit(lines, 100).split("\n")

    assert shown[0] == "line 00"
    assert shown[-1] == "line 39"
    missing = 40 - (len(shown) - 1)
    assert f"… {missing} lines left out" in shown


@pytest.mark.parametrize(
    ("limit", "kept"), [(319, 40), (318, 36), (100, 10), (98, 8)], ids=["all fit", "one less", "100", "98"]
)
def test_head_and_tail_take_all_the_room_that_there_is_and_equally_much(limit: int, kept: int) -> None:
    """Each line takes eight with its end, the words on the gap nineteen and their end."""
    lines = [SafeLine(f"line {number:02}") for number in range(40)]
    half, missing = kept // 2, [f"… {40 - kept} lines left out"] if kept < 40 else []

    assert fit(lines, limit).split("\n") == [
        *(line.text for line in lines[:half]), *missing, *(line.text for line in lines[40 - half :]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "room", "fit_in"),
    [
        ([SafeLine("abc"), SafeLine("de")], 7, 2),
        ([SafeLine("abc"), SafeLine("de")], 6, 1),
        ([SafeLine("abc"), SafeLine("de")], 3, 0),
        ([SafeLine("abc", excerpt=True)], 4 + FENCES, 1),
        ([SafeLine("abc", excerpt=True)], 3 + FENCES, 0),
    ],
)
def test_a_line_counts_with_its_end_and_an_excerpt_with_its_fence(
    lines: list[SafeLine], room: int, fit_in: int
) -> None:
    assert within(lines, room) == lines[:fit_in]


@pytest.mark.parametrize(
    ("line", "room", "shown"),
    [
        (SafeLine("abcdef"), 5, SafeLine("abcd")),
        (SafeLine("abcdef"), 1, SafeLine("")),
        (SafeLine("abcdef"), 0, SafeLine("")),
        (SafeLine("abcdef", excerpt=True), 5 + FENCES, SafeLine("abcd", excerpt=True)),
        (SafeLine("abcdef", excerpt=True), FENCES, SafeLine("", excerpt=True)),
    ],
)
def test_a_line_that_is_too_long_by_itself_is_cut_to_its_room(
    line: SafeLine, room: int, shown: SafeLine
) -> None:
    assert shorten(line, room, head) == shown
    assert shorten(line, room, tail).text == line.text[len(line.text) - len(shown.text) :]


@pytest.mark.parametrize(
    ("missing", "words"),
    [(0, "… cut here"), (1, "… 1 line left out"), (2, "… 2 lines left out")],
)
def test_what_is_missing_is_counted(missing: int, words: str) -> None:
    assert gap(missing) == SafeLine(words)


def test_a_character_beyond_16_bits_counts_twice_and_is_never_cut_in_half() -> None:
    assert [width(text) for text in ("a😀", "\uffff", "")] == [3, 1, 0]
    assert [head("a😀b", limit) for limit in range(5)] == ["", "a", "a", "a😀", "a😀b"]
    assert [tail("a😀b", limit) for limit in range(5)] == ["", "b", "b", "😀b", "a😀b"]


def test_a_cut_excerpt_has_both_its_fences_closed() -> None:
    lines = [
        SafeLine("crashed:"),
        *[SafeLine(f"console {number:03}", excerpt=True) for number in range(100)],
        SafeLine("bye"),
    ]

    shown = fit(lines, 200)

    assert shown.count("```") == 4
    assert "lines left out" in shown
    assert shown.startswith("crashed:\n```\nconsole 000")
    assert shown.endswith("console 099\n```\nbye")


def test_one_line_of_5000_characters_is_cut_in_its_middle() -> None:
    shown = fit([SafeLine("a" * 2500 + "b" * 2500)], 200)

    assert width(shown) <= 200
    assert shown.startswith("aaa")
    assert "… cut here" in shown
    assert shown.endswith("bbb")


@given(st.lists(st.builds(SafeLine, TEXTS.map(disarm), st.booleans()), min_size=1), st.integers(60, 400))
def test_no_text_outgrows_its_limit_however_it_is_counted(lines: list[SafeLine], limit: int) -> None:
    assert width(fit(lines, limit)) <= limit
