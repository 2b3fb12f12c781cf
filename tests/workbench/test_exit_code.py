"""What a command ends with tells a shell what to do next."""

from __future__ import annotations

import pytest

from automaton.errors import AutomatonError, ConfigurationError, Refused, TryLater, Unreachable
from automaton.workbench.exit_code import exit_code_of


@pytest.mark.parametrize(
    ("problem", "code"),
    [(ConfigurationError([]), 78), (TryLater("wait"), 75), (Unreachable("silence"), 75), (Refused("no"), 1)],
)
def test_each_problem_has_its_exit_code(problem: AutomatonError, code: int) -> None:
    assert exit_code_of(problem) == code
