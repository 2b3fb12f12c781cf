"""The index says what every pattern alone would say: nothing missed, nothing invented."""

from __future__ import annotations

from random import Random

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.errors import Invalid
from automaton.match.index import LARGEST_FILTER, LineIndex

# Also what lines are made of that are looked at together.
LETTERS = "abkKſsıiİKéÉ 0.-"

_atoms = st.one_of(
    st.text(LETTERS, min_size=1, max_size=4).map(re2.escape),
    st.sampled_from(
        ["a|b", "[a-k]", ".", "\\w", "\\d+", "\\b", "^", "$", "", "x*", "(?:ab)?", "(?P<n>k+)", "[^a]"]
    ),
)
_patterns = (
    st.lists(_atoms, max_size=4)
    .map("".join)
    .flatmap(
        lambda body: st.sampled_from([body, f"(?i){body}", f"(?:{body})|b", f"^{body}", f"(?i:{body})k"])
    )
)
PATTERNS = _patterns.filter(lambda source: source.count("(?P<n>") < 2)


def one_by_one(patterns: list[str], text: str) -> list[int]:
    return [number for number, source in enumerate(patterns) if re2.search(source, text) is not None]


@settings(max_examples=500)
@given(st.lists(PATTERNS, max_size=8), st.text(LETTERS, max_size=12))
def test_every_pattern_alone_says_the_same(patterns: list[str], text: str) -> None:
    assert LineIndex(patterns).hits(text) == one_by_one(patterns, text)


@given(st.lists(st.text("ab", max_size=3).map(re2.escape), max_size=8), st.text(max_size=20))
def test_any_text_is_looked_through(patterns: list[str], text: str) -> None:
    assert LineIndex(patterns).hits(text) == one_by_one(patterns, text)


@pytest.mark.parametrize(
    ("patterns", "text", "hits"),
    [
        ([], "anything", []),
        ([""], "", [0]),
        ([".*", "x"], "", [0]),
        (["^$", "x*", "[0-9]+"], "a", [1]),
        (["same", "same", "other"], "the same", [0, 1]),
        (["(?i)kelvin", "(?i)ſun"], "\u212aELVIN SUN", [0, 1]),
        (["^Done", "Done$"], "Done, not Done", [0, 1]),
        (["a\nb"], "a\nb", [0]),
    ],
)
def test_the_edges(patterns: list[str], text: str, hits: list[int]) -> None:
    assert LineIndex(patterns).hits(text) == hits


def test_more_patterns_than_one_filter_holds_are_all_found() -> None:
    patterns = [
        f"player number {number:06} has a rather long name indeed" for number in range(2 * LARGEST_FILTER + 3)
    ]
    index = LineIndex(patterns)

    for number in (0, LARGEST_FILTER - 1, LARGEST_FILTER, 2 * LARGEST_FILTER, 2 * LARGEST_FILTER + 2):
        assert index.hits(f"[x] {patterns[number]}!") == [number]
    assert index.hits("player number") == []


_WITHOUT_LITERAL = (
    r"\d{%d}:\d+ \w+$", r"\w{%d} \d+ [a-f]{2}", r"(\d+)\.(\d{%d})\s", r"[A-Z]{%d}[0-9]", r"^\w{%d} \d",
    r"\w+ \w{%d}\.\w+", r"^[^ ]{%d,20}=\d+ \w", r"^\d+|\d{%d}$", r"^?\d{%d}\.", r"^.{%d,40}\d\d\d$",
)  # fmt: skip


def test_many_patterns_without_a_literal_are_all_found() -> None:
    """They fill several sets of both kinds, and a line may be made to fill the automaton of one."""
    chance = Random(3)
    patterns = [_WITHOUT_LITERAL[number % 10] % (1 + number // 10) for number in range(120)]
    patterns[::7] = [f"literal {number}" for number in range(len(patterns[::7]))]
    index = LineIndex(patterns)

    for _ in range(300):
        length = chance.choice([3, 12, 400])
        line = " ".join(chance.choice(_PIECES) * chance.randrange(1, 4) for _ in range(length))
        assert index.hits(line) == one_by_one(patterns, line)


_PIECES = ("7", "1234:56", "12.345", "[aXbY]", "abcdef", "key=17", "X", "ABCDEF9", "é", "literal 3", "a.b")


def test_a_line_that_is_no_text_has_no_hits_and_is_counted() -> None:
    index = LineIndex(["", "a"])

    assert index.hits("a\ud800") == []
    assert index.refused == 1


def test_what_proves_a_filter_is_no_hit() -> None:
    assert LineIndex(["a"]).hits("\x01\x02\x03a") == [0]


@given(st.lists(PATTERNS, max_size=8), st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=12))
def test_what_may_have_no_hit_has_none_but_of_patterns_without_a_literal(
    patterns: list[str], text: str, more: str
) -> None:
    index = LineIndex(patterns)

    if not index.may_hit(f"{more}\n{text}{more}".encode()):
        assert {patterns[number] for number in index.hits(text)} <= set(index.without_literal)


def test_what_has_none_of_the_literals_has_no_hit_for_certain() -> None:
    index = LineIndex(["Can't keep up!", "^\\d+$", "joined the game"])

    assert not index.may_hit(b"Saving chunks\nDone")
    assert index.may_hit(b"Saving chunks\nEve joined the game")
    assert index.without_literal == ("^\\d+$",)


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(Invalid):
        LineIndex(["(?=a)"])
