"""The files that the daemon hands over to be judged, as `automaton check` takes them from a folder.

What `limits.allow` grants is not handed over: that is judged by `check` alone.
"""

from __future__ import annotations

from pathlib import Path

from automaton.core.calls import Severity
from automaton.packs.load import Packs, read_packs
from automaton.problem import Problem
from automaton.rulebook.step_checks import Bounds
from automaton.ruletest.case_reader import EVERYTHING
from automaton.web.judged import ProblemRow
from automaton.web.routes.rule_files import RuleFiles


def packs_of(files: RuleFiles, folder: Path) -> tuple[Packs, list[Problem]]:
    """The packs that ship with the operator's own, which are written to `folder` to be read as any others."""
    paths = []
    for number, (name, text) in enumerate(files.packs.items()):
        path = folder / f"{number:04}-{Path(name).name}"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    by_name, problems = read_packs(paths)
    return Packs(by_name), problems


def bounds_of(files: RuleFiles) -> Bounds:
    """What automaton.yml names. What `limits.allow` grants is not known here."""
    channels = {name: Severity(word) for name, word in files.channels.items()}
    return Bounds(channels, (EVERYTHING,), hooks=files.hooks, urls=files.urls, programs=files.programs)


def problem_row(problem: Problem, about: str) -> ProblemRow:
    """A problem with its place; `about` is the file, or what else it is about."""
    said = str(problem).partition(f"{problem.severity}: ")[2] or problem.message
    return ProblemRow(
        severity=problem.severity, line=problem.line, column=problem.column, message=said,
        code=problem.code, about=about,
    )  # fmt: skip
