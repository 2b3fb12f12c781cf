"""The steps of a number over a time that slides."""

from __future__ import annotations

import pytest

from automaton.core.facts.steps import Step, Steps, slope


def test_steps_that_are_over_are_kept_as_they_were_and_the_oldest_go_first() -> None:
    steps = Steps()
    for index in range(4):
        step = Step(index, 1.0, 0.1 * index, -1.5)
        step.reach(index / 3)
        steps.add(step)
    steps.drop_before(2)

    assert [step.numbers() for step in steps] == [
        (2, 1.0, 0.2, -1.5, 2 / 3, 2 / 3),
        (3, 1.0, 0.1 * 3, -1.5, 1.0, 1.0),
    ]
    steps.drop_before(4)
    assert list(steps) == []
    assert steps.last is None


def test_those_that_ended_are_told_as_numbers_from_a_place_on() -> None:
    steps = Steps()
    for index in range(4):
        steps.add(Step(index, 1.0, 5.0, 0.0, 5.0, 5.0))

    assert [numbers[0] for numbers in steps.ended_after(-1)] == [0, 1, 2]
    assert steps.ended_after(1) == [[2, 1.0, 5.0, 0.0, 5.0, 5.0]]
    assert steps.ended_after(2) == []


def test_a_slope_weighs_each_step_by_its_known_seconds() -> None:
    line = [Step(index, 2.0, 2.0 * 3.0 * index) for index in range(5)]
    short = Step(5, 1e-9, 1e-9 * 500.0)

    assert slope(line) == pytest.approx(3.0)
    assert slope([*line, short]) == pytest.approx(3.0, abs=1e-6)
    assert slope([line[0]]) == 0.0
