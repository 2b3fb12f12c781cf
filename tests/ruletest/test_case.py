"""A test goes on as long as something of it is still to come."""

from __future__ import annotations

from automaton.core.gates.limits import Limits
from automaton.problem import FilePlace
from automaton.ruletest.case import Case
from automaton.ruletest.expectation import Expectation
from automaton.ruletest.feed import FeedEntry

HERE = FilePlace("rules.yml")


def last(feed: tuple[float, ...], *expected: Expectation) -> float:
    entries = tuple(FeedEntry(at=at, place=HERE) for at in feed)
    return Case(
        name="a",
        place=HERE,
        rules=(),
        servers=(),
        feed=entries,
        expected=expected,
        begins=0.0,
        limits=Limits(),
    ).last


def test_it_lasts_until_the_last_that_is_fed_or_expected() -> None:
    assert last((1.0, 9.0)) == 9.0
    assert (
        last(
            (1.0,),
            Expectation(verb="notify", place=HERE, at=5.0),
            Expectation(verb="send", place=HERE, until=7.0),
        )
        == 7.0
    )


def test_one_without_moments_is_over_at_once() -> None:
    assert last((), Expectation(verb="notify", place=HERE, never=True)) == 0.0
