"""What RE2 lacks is named, with a way to do without; what it has takes linear time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.errors import Invalid
from automaton.match.pattern import Compilation, compile_pattern, trusted_pattern


def test_a_pattern_has_an_end() -> None:
    with pytest.raises(Invalid) as caught:
        compile_pattern("a" * 2001)

    assert (caught.value.problem.offset, caught.value.problem.message) == (
        2000,
        "a pattern is at most 2000 characters long",
    )


@given(st.text())
def test_any_text_is_a_pattern_or_says_why_not(source: str) -> None:
    offset = 0
    try:
        compile_pattern(source).find("a line")
    except Invalid as error:
        offset = error.problem.offset or 0

    assert 0 <= offset <= len(source)


def test_it_knows_its_groups() -> None:
    assert compile_pattern("(?P<player>\\w+) (a) (?P<how>x)?").groups == {"player", "how"}


def test_a_group_that_took_no_part_is_none() -> None:
    assert compile_pattern("(?P<a>x)|(?P<b>y)").find("y") == {"a": None, "b": "y"}
    assert compile_pattern("^(?P<player>\\S+) left(?P<how> sadly)?").find("Zoë left the game") == {
        "player": "Zoë", "how": None,
    }  # fmt: skip


def test_what_is_cut_off_has_its_groups() -> None:
    pattern = compile_pattern("^(?P<level>[A-Z]+)(?P<thread> x)?: ")
    rest, groups = pattern.cut("WARN: Zo") or ("", {})

    assert (rest, dict(groups), len(groups)) == ("Zo", {"level": "WARN", "thread": None}, 2)
    assert repr(groups) == "{'level': 'WARN', 'thread': None}"
    assert pattern.cut("WARN: Zoë") == ("Zoë", {"level": "WARN", "thread": None})
    assert groups.get("other") is None


def test_a_bracket_that_may_stand_before_a_p_is_no_group() -> None:
    assert compile_pattern("^\\(?P<a>: ").cut("P<a>: hi") == ("hi", {})
    assert compile_pattern("^\\\\(?P<a>x): ").cut("\\x: hi") == ("hi", {"a": "x"})


@pytest.mark.parametrize(
    ("source", "groups"), [("\\(?P<a>", set()), (r"n\\(?P<a>x)", {"a"}), ("(?P<a>x)(?P<b>y)", {"a", "b"})]
)
def test_of_what_ships_the_groups_are_known_before_it_is_compiled(source: str, groups: set[str]) -> None:
    assert trusted_pattern(source).groups == groups == compile_pattern(source).groups


def test_a_word_is_ascii() -> None:
    assert compile_pattern("^\\w+$").find("Zoë") is None
    assert compile_pattern("^\\pL+$").find("Zoë") == {}


def test_half_a_surrogate_pair_is_no_match() -> None:
    assert compile_pattern("a").find("a\ud800") is None


@pytest.mark.parametrize(
    ("source", "line"),
    [("^(a+)+$", "a" * 4000 + "!"), ("(.*)foo", "x" * 65_536), ("\\s+$", " " * 65_536 + "x")],
)
def test_what_hangs_other_engines_is_answered(source: str, line: str) -> None:
    assert compile_pattern(source).find(line) is None


PARTS = [
    "a",
    "b",
    ".",
    "[a-c]",
    "[^a]",
    "\\w",
    "\\s",
    "\\pL",
    "(?P<n>a+)",
    "(?P<m>b)?",
    "(?i)K",
    "x{2}",
    "^",
    "$",
    "é",
    "[à-ü]",
]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5), st.text("aAbBkKcx é\n", max_size=12))
def test_bytes_and_characters_find_the_same(parts: list[str], text: str) -> None:
    try:
        pattern = compile_pattern("".join(dict.fromkeys(parts)))
    except Invalid:
        return
    compilation = Compilation(pattern.source)
    compilation.plain = compilation.ender = None
    by_characters = replace(pattern, compilation=compilation)

    assert pattern.find(text) == by_characters.find(text)
    cut, other = pattern.cut(text), by_characters.cut(text)
    assert (cut is None) == (other is None)
    assert cut is None or other is None or (cut[0], dict(cut[1])) == (other[0], dict(other[1]))


def test_a_trusted_pattern_finds_what_the_compiled_one_finds_and_knows_its_groups() -> None:
    source = r"^(?P<player>\w+) [(](?P<reason>.*)[)]$"

    assert trusted_pattern(source).groups == compile_pattern(source).groups == {"player", "reason"}
    assert trusted_pattern(source).find("Eve (afk)") == {"player": "Eve", "reason": "afk"}


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("^a", True),
        ("^(?:a|b)+ [|(] \\| c", True),
        ("^[]|] a", True),
        ("^[^]|[:alpha:]|] a", True),
        ("^((a|b)|(c|d))$", True),
        ("^(?i)a", True),
        ("^", True),
        ("a", False),
        ("^a|b", False),
        ("^(a)|b", False),
        ("^*a", False),
        ("^?a", False),
        ("^{0,1}a", False),
        ("^(?i)?a", False),
        ("^(?i)(?s-U)*a", False),
        ("(?m)^a", False),
        ("(?:^a)", False),
        ("^\\Q|\\E", False),
    ],
)
def test_a_pattern_begins_the_line_where_that_is_certain(source: str, begins: bool) -> None:
    assert compile_pattern(source).compilation.begins_the_line is begins


@pytest.mark.parametrize(
    ("source", "has"),
    [
        ("joined", True),
        ("(?i)one|two", True),
        ("a|b", False),
        (r"\d+ \w", False),
        (".*", False),
        ("a?", False),
    ],
)
def test_a_pattern_has_a_literal_where_it_is_found_nowhere_without(source: str, has: bool) -> None:
    assert compile_pattern(source).compilation.has_literal is has
