"""A problem is a line for people and plain data for programs."""

from __future__ import annotations

import pytest

from automaton.problem import FilePlace, problem_at
from automaton.workbench.problem_report import print_problems, problem_data

PROBLEM = problem_at(
    FilePlace("rules.yml", 3, 5), "unknown-key", "unknown key `fro`", severity="warning", suggestion="for"
)


def test_people_read_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([PROBLEM, PROBLEM])

    line = "rules.yml:3:5: warning: unknown key `fro`; write `for`\n"
    assert capsys.readouterr() == ("", line * 2)


def test_programs_get_all_of_it() -> None:
    assert problem_data(PROBLEM) == {
        "code": "unknown-key", "severity": "warning", "file": "rules.yml", "line": 3, "column": 5,
        "message": "unknown key `fro`", "found": "", "expected": "", "suggestion": "for",
    }  # fmt: skip
