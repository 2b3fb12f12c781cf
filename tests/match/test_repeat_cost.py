"""Patterns that a line can be made for are found by counting, and those that ship are none of them."""

from __future__ import annotations

import pytest

from automaton.match.pattern import compile_pattern
from automaton.match.repeat_cost import LINE, MOST_STEPS, costly_repeat, repeat_steps
from tests.packs.ear import SHIPPED

COSTLY = (
    r".{1,100}x.{1,1000}", r".{1,100}x.{1,1000}y", r"x.{1,1000}y", r"x.{1,1000}", r".{1000}y", r"x.{100}y",
    r"x.{1,30}y", r"x[^y]{1,50}y", r"x\w{1,100}y", r"x[a-z]{1,50}y", r"(?i)lag .{1,100}ms", r"^.*x.{1,100}y",
    r"(?:x.{1,10}){1,30}y", r"x.{1,20}x.{1,20}x.{1,20}y", r"x(?:ab|cd){1,100}y", r"a(?:b?c?){40}d",
    r"(?:a|x).{1,50}y", r"x(?P<n>.{1,50}?)y", r"^(?:a+|b)*a[ab]{1,60}c", r"x\pL{1,50}y", r"^\S+.*é.{20,40}y",
    r"λ[^x]{1,100}y", r"[aλ][^ -~]{1,100}y",
    "x" + "." * 40 + "y", r"x[[:alpha:]]{40}y", r"x\x{41}?[\x41-\x{5A}x]{1,40}y", r"(?:\Qx\E).{1,40}y",
)  # fmt: skip
CHEAP = (
    r"x.*y.*z", r"^x.{1,1000}y", r"^[^ ]{1,1000} .{1,200} left", r"^[^:]+: .{0,200}y", r"joined \w{1,24}$",
    r"\w{1,24} joined the game", r": \w{1,100} x", r"x\d{1,50}y", r"x.{1,13}y", r"x.{1,100}", r"\d{4}-\d\d",
    r"^.{1,100}x.{1,900}y", r"^(?:[^ ]{1,40} ){0,3}y", r"[{1,100}]",
    r"a\{1,100\}b", r"x\\{1,100}y", r"^(?:a|.{1,100})$", r"\Qx.{1,100}y\E", r"", r"^", r"(?:)", r"a|b|",
    r"^\[(?P<who>[^\]]{1,80})\] <.{1,80}> .+", r"()*x{2}",
)  # fmt: skip


@pytest.mark.parametrize("source", COSTLY)
def test_a_pattern_that_may_be_at_many_places_at_once_is_refused(source: str) -> None:
    compile_pattern(source)
    problem = costly_repeat(source)

    assert problem is not None
    assert "8 kB" in problem.message
    assert "`*`" in problem.expected
    assert 0 <= (problem.offset or 0) < len(source)


@pytest.mark.parametrize("source", CHEAP)
def test_a_pattern_that_is_at_few_places_at_once_is_taken(source: str) -> None:
    compile_pattern(source)

    assert costly_repeat(source) is None


@pytest.mark.parametrize("name", SHIPPED)
def test_every_pattern_that_ships_is_taken(name: str) -> None:
    known = SHIPPED[name].console_format()
    costs = {source: repeat_steps(source) for source in (known.prefix or "", *known.patterns)}

    assert not {source: steps for source, steps in costs.items() if steps > MOST_STEPS}


@pytest.mark.parametrize(
    ("source", "places"), [("x.{1,100}y", 100), ("x.{1,30}y", 30), ("(?:x.{3}){9}y", 27)]
)
def test_what_is_counted_are_the_places_on_each_character(source: str, places: int) -> None:
    assert repeat_steps(source) // LINE == places


@pytest.mark.parametrize(
    "source", ["(" * 300 + "x{2}" + ")" * 300, "(?:" * 40 + "x{2}" + "y)*" * 40, "(" * 7 + "x{2}" + "y)+" * 7]
)
def test_groups_too_deep_inside_each_other_are_refused_at_once(source: str) -> None:
    compile_pattern(source)
    problem = costly_repeat(source)

    assert problem is not None
    assert "too deep" in problem.message
