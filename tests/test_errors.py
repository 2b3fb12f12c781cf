"""The tree of errors is the one that is drawn."""

from __future__ import annotations

from automaton import errors
from automaton.errors import AutomatonError, ConfigurationError, Refused, TryLater, Unreachable, Weather
from automaton.problem import FilePlace, problem_at


def test_the_drawing_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    classes = [
        one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, AutomatonError)
    ]

    assert [one.__name__ for one in classes if one.__name__ not in drawn] == []


def test_weather_may_pass_and_a_refusal_will_not() -> None:
    assert issubclass(Unreachable, Weather)
    assert issubclass(TryLater, Weather)
    assert not issubclass(Refused, Weather)


def test_an_answer_may_say_how_long_to_wait() -> None:
    assert TryLater("not now", after=3.0).after == 3.0
    assert TryLater("not now").after is None


def test_a_wrong_configuration_says_every_problem() -> None:
    one, other = problem_at(FilePlace("a"), "x", "one"), problem_at(FilePlace("b", 2, 2), "x", "two")

    assert str(ConfigurationError([one, other])) == "a:1:1: error: one\nb:2:2: error: two"
