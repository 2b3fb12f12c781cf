"""How windows of the clock are written."""

from __future__ import annotations

import pytest

from automaton.core.schedule.calendar import DAY, Stretch
from tests.rulebook.texts import load, told

QUIET = 'windows: {quiet: {days: [sat, sun], from: "02:00", to: "07:30", tz: Europe/Berlin}}\n'


def test_a_window_has_days_two_times_and_a_zone() -> None:
    window = load(f"{QUIET}rules: [{{id: a, while: 'window(\"quiet\")', do: [end]}}]").windows["quiet"]
    assert isinstance(window, Stretch)

    assert (window.days, window.begin, window.end, str(window.zone)) == (
        frozenset({5, 6}),
        2 * 3600,
        7 * 3600 + 1800,
        "Europe/Berlin",
    )


def test_without_days_and_times_it_is_always() -> None:
    window = load("windows: {always: {tz: UTC}}\nrules: []").windows["always"]

    assert isinstance(window, Stretch)
    assert (window.days, window.begin, window.end) == (frozenset(range(7)), 0, DAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("days: [sun, moon]", "`moon` is not possible here"),
        ("from: 25:00", "a time of the day is written like `07:30`"),
        ("from: 2am", "a time of the day is written like `07:30`"),
        ("to: 24:01", "a time of the day is written like `07:30`"),
        ("tz: Mars", "unknown time zone `Mars`"),
        ("form: 2:00", "unknown key `form`, did you mean `from`?"),
    ],
)
def test_what_is_no_window_is_told(text: str, message: str) -> None:
    (problem,) = told(f"windows:\n  quiet: {{{text}}}\nrules: []")

    assert message in problem
