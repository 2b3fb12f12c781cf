"""A text that a pattern finds, made from the pattern."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.errors import Invalid
from automaton.match.pattern import compile_pattern
from automaton.match.sample import ENOUGH, sample_of
from automaton.packs.load import read_packs


@pytest.mark.parametrize(
    ("source", "sample"),
    [
        (r"^\[Server: ", "[Server: "),
        (r"^\[(?:Server|Rcon): ", "[Server: "),
        (r"issued server command: /op (?P<who>\w+)", "issued server command: /op a"),
        (r"^(?P<player>[^\]:]+): \d{2,3}$", "a: 11"),
        (r"^(?i)done", "done"),
        (r"(?i:done)?x", "x"),
        (r"a*?b+?c{2}", "bcc"),
        (r"[[:digit:]]\Qa.b\E.", "1a.bx"),
        (r"[]a]", "]"),
        (r"\pL\p{Greek}*", "a"),
        (r"\x27\x{2019}[\x27]", "'’'"),
        (r"x{", "x{"),
        (r"^$", ""),
        (r"", ""),
        (r".*", ""),
    ],
)
def test_the_shortest_text_of_the_first_alternative_is_made(source: str, sample: str) -> None:
    assert sample_of(compile_pattern(source)) == sample


def test_one_is_made_of_nearly_every_pattern_that_ships() -> None:
    packs, _ = read_packs([], tests=True)
    patterns = [
        compile_pattern(source) for pack in packs.values() for _, source in pack.console_format().events
    ]

    assert [one.source for one in patterns if not sample_of(one)] == []


@pytest.mark.parametrize(
    "source", ["(" * 900 + "a" + ")" * 900, "((a{9}){9}){9}", "(?:" * 49 + "a" + ")" * 49]
)
def test_deep_and_repeated_groups_end(source: str) -> None:
    assert len(sample_of(compile_pattern(source))) <= ENOUGH


@pytest.mark.parametrize("source", [r"^\P{L}+$", r"a\PN", r"[\P{Lu}]x", r"\p{L}\P{L}"])
def test_what_is_not_of_a_class_of_unicode_has_a_sample(source: str) -> None:
    assert compile_pattern(source).find(sample_of(compile_pattern(source))) is not None


@given(st.text(st.sampled_from("ab^$.|()[]{}*+?\\dwsQEp:P<>1,-"), max_size=20))
def test_what_is_made_is_found_whatever_the_pattern(source: str) -> None:
    try:
        pattern = compile_pattern(source)
    except Invalid:
        return
    made = sample_of(pattern)

    assert not made or pattern.find(made) is not None
