"""What the daemon hands over is judged as files of a folder are."""

from __future__ import annotations

from pathlib import Path

from automaton.core.calls import Severity
from automaton.problem import FilePlace, problem_at
from automaton.web.judged import ProblemRow
from automaton.web.routes.rule_files import RuleFiles
from automaton.workbench.handed_files import bounds_of, packs_of, problem_row

PACK = "pack: ours\nmatch: {egg: Ours}\nevents: {greeted: '^hello$'}\n"


def test_an_operators_pack_is_known_beside_those_that_ship(tmp_path: Path) -> None:
    packs, problems = packs_of(RuleFiles(rules={}, packs={"/etc/packs.d/ours.yml": PACK}), tmp_path)

    assert {"ours", "minecraft"} <= packs.by_name.keys()
    assert problems == []


def test_a_pack_with_a_mistake_is_told_by_its_name(tmp_path: Path) -> None:
    _, (problem,) = packs_of(RuleFiles(rules={}, packs={"../../ours.yml": "pack: ours\nmach: 1\n"}), tmp_path)

    assert (Path(problem.file).name, problem.line) == ("0000-ours.yml", 2)


def test_rules_may_use_what_automaton_yml_names() -> None:
    bounds = bounds_of(RuleFiles(rules={}, channels={"ops": "warning"}, hooks=["deploy"]))

    assert (bounds.channels, bounds.hooks) == ({"ops": Severity.WARNING}, ["deploy"])


def test_a_problem_is_a_row_with_its_place_and_no_word_twice() -> None:
    problem = problem_at(FilePlace("a.yml", 3, 5), "unknown-key", "unknown key `fro`", suggestion="for")

    assert problem_row(problem, "") == ProblemRow(
        severity="error", line=3, column=5, message="unknown key `fro`; write `for`",
        code="unknown-key", about="",
    )  # fmt: skip
