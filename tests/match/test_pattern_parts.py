"""What stands in a pattern, and how often."""

from __future__ import annotations

import pytest

from automaton.match.pattern_parts import GroupsTooDeep, PatternPart, first_of, parts_of


def shape(source: str) -> str:
    """A pattern's parts: the first of its characters, or its alternatives, and how often they are there."""
    return "|".join(" ".join(map(_shape, nodes)) for nodes in parts_of(source))


def _shape(part: PatternPart) -> str:
    inner = "|".join(" ".join(map(_shape, nodes)) for nodes in part.alternatives)
    what = "^" if part.is_begin else f"({inner})" if part.alternatives else max(part.chars)
    often = f"{part.least},{'' if part.most is None else part.most}"
    return what if often == "1,1" else f"{what}{{{often}}}"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("^ab", "^ a b"),
        (r"\Aa*\.+?b??", "^ a{0,} .{1,} b{0,1}"),
        ("a{3}b{2,}c{1,4}?", "a{3,3} b{2,} c{1,4}"),
        ("(?P<n>a|b+)(?:c)(?i:d)|(?i)e$", "(a|b{1,}) (c) (d)|e"),
        (r"[ab][[:digit:]][^\]\x00-\x{2A}]{2}", "b 9 😀{2,2}"),
        (r"\d\d\d:\d+\d", "9{3,3} : 9{2,}"),
        (r"\x{41}\x42\pN\p{Cyrillic}*\bz\z", "a b 9 Ж{0,} z"),
        (r"\Qa{2}\E{2}", "a { 2 }{2,2}"),
        ("()*|", "(){0,}|"),
        ("a{,3}[{]", "a { , 3 } {"),
    ],
)
def test_a_pattern_is_taken_apart(source: str, parts: str) -> None:
    assert shape(source) == parts


def test_what_may_come_first_goes_on_to_what_must_be_there() -> None:
    ((*parts,),) = parts_of("a?(?:b|c*)d?e f")

    assert {"a", "b", "c", "d", "e"} <= first_of(parts, frozenset())
    assert first_of(parts, frozenset()).isdisjoint(" f")
    assert "x" in first_of(parts[:3], frozenset("x"))


@pytest.mark.parametrize("source", ["λ[^x]", r"\x{3BB}[^x]", "[aλ][^ -~]", r"\p{Khmer}[^ -~]"])
def test_classes_that_share_a_character_beyond_the_alphabet_overlap(source: str) -> None:
    ((part, other),) = parts_of(source)

    assert not part.chars.isdisjoint(other.chars)


def test_a_code_of_no_character_is_of_no_matter() -> None:
    assert len(parts_of(r"\x{D800}\xE9\x41fff")[0]) == 4


def test_groups_too_deep_are_told() -> None:
    with pytest.raises(GroupsTooDeep):
        parts_of("(" * 60 + ")" * 60)
