"""What came fits an expectation by its verb, argument, rule, server and text."""

from __future__ import annotations

import pytest

from automaton.match.glob import compile_glob
from automaton.problem import FilePlace
from automaton.ruletest.expectation import Expectation
from automaton.ruletest.transcript import Observation, fits

GOT = Observation(5.0, "notify", "ops", "high", ("lobby", "00000001"), "lobby is full")
HERE = FilePlace("rules.yml")


@pytest.mark.parametrize(
    ("one", "is_so"),
    [
        (Expectation(verb="notify", place=HERE), True),
        (Expectation(verb="notify", place=HERE, wanted=compile_glob("o*")), True),
        (Expectation(verb="notify", place=HERE, wanted=compile_glob("oncall")), False),
        (Expectation(verb="say", place=HERE), False),
        (Expectation(verb="notify", place=HERE, rule="high"), True),
        (Expectation(verb="notify", place=HERE, rule="low"), False),
        (Expectation(verb="notify", place=HERE, servers=compile_glob("LOB*")), True),
        (Expectation(verb="notify", place=HERE, servers=compile_glob("arena")), False),
        (Expectation(verb="notify", place=HERE, text=compile_glob("*FULL")), True),
        (Expectation(verb="notify", place=HERE, text=compile_glob("full")), False),
    ],
)
def test_all_that_is_said_must_fit(one: Expectation, is_so: bool) -> None:
    assert fits(one, GOT) is is_so


def test_a_send_speaks_of_what_was_typed_whoever_typed_it() -> None:
    said = Observation(5.0, "say", "hello", typed="say hello")

    assert fits(Expectation(verb="send", place=HERE, wanted=compile_glob("say *")), said)
    assert not fits(Expectation(verb="send", place=HERE), said)
