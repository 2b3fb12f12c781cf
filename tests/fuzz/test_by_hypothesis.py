"""The seams through which strangers' bytes come hold for inputs that nobody wrote down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from fuzz.by_hypothesis import inputs, main
from fuzz.targets import LONGEST, TARGETS, load
from fuzz.watched_target import read_report

EXAMPLES = 60  # each; `make fuzz` tries as many in a second, and is led by what they reach


@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")  # as in test_regressions.py
@pytest.mark.parametrize("name", TARGETS)
def test_no_input_made_of_seeds_breaks_a_promise(name: str) -> None:
    target = load(name)

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(inputs(target))
    def holds(data: bytes) -> None:
        target.check(data)

    holds()


def test_inputs_are_seeds_and_what_becomes_of_them() -> None:
    target = load("hooks")
    once = settings(max_examples=2000, database=None, derandomize=True)

    assert find(inputs(target), lambda data: data in set(target.known()), settings=once)
    assert find(inputs(target), lambda data: b"1e308" in data, settings=once)
    assert len(find(inputs(target), lambda data: len(data) > 300, settings=once)) <= LONGEST


def test_a_run_tells_what_it_took(tmp_path: Path) -> None:
    assert main("hooks", tmp_path / "report", 0.01, tmp_path) == 0

    assert read_report(tmp_path / "report").inputs >= 100
    assert list(tmp_path.glob("crash-*")) == []
