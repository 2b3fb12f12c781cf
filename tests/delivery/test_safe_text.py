"""No text of a stranger pings people, masks a link, breaks out of its fence, or outgrows its limit."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.delivery.safe_text import BREAK, SafeLine, clean, disarm, fit, lines_of, render, title, width

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


def test_a_title_of_300_is_cut_and_says_so() -> None:
    assert title("x" * 300) == "x" * 249 + "…"


def test_console_lines_stand_in_a_fence_and_the_rest_does_not() -> None:
    text = "mc-1 crashed:\n[12:00] boom\n[12:01] bye\nrestarting"
    start, end = text.index("[12:00]"), text.index("\nrestarting")

    assert render(lines_of(text, [(start, end)])) == (
        "mc-1 crashed:\n```\n[12:00] boom\n[12:01] bye\n```\nrestarting".replace("]:", f"]{BREAK}:")
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
