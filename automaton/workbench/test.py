"""`automaton test`: runs the tests of rule files, and reports their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from automaton.match.glob import compile_glob
from automaton.packs.load import Packs, read_packs
from automaton.printable import say, say_json
from automaton.problem import Problem, has_error
from automaton.rulebook.pack_files import pack_files_beside
from automaton.ruletest.case import Case
from automaton.ruletest.suite import CaseResult, Suite, load_suite
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, OK, USAGE
from automaton.workbench.problem_report import print_problems
from automaton.workbench.progress_line import progress_line
from automaton.workbench.ruletest_report import report

if TYPE_CHECKING:
    from automaton.configuration.load import Configuration

PROGRESS_EVERY = 50


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """`results` are in the order of the files; none where a file has an error."""

    results: list[CaseResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def run_tests(
    paths: Sequence[Path],
    config: Path | None = None,
    wanted: str = "*",
    step: Callable[[int, int], None] = lambda _done, _of: None,
) -> SuiteResult:
    """Runs the tests of these files and folders whose names fit `wanted`.

    Packs are those beside the rules. With an automaton.yml they are its own, and channels and `limits.allow`
    are checked; without paths the rules are its own, too. `step` is called now and then with how many are
    done, and of how many.
    """
    suite, problems = _load(paths, config)
    if suite is None:
        return SuiteResult(problems=problems)
    tests = [test for test in suite.tests if _is_wanted(test, wanted)]
    results = []
    for number, test in enumerate(tests, 1):
        results.append(suite.run(test))
        if number % PROGRESS_EVERY == 0 or number == len(tests):
            step(number, len(tests))
    return SuiteResult(results, problems)


def test(
    paths: Sequence[Path], config: Path | None, *, wanted: str, as_json: bool, junit: Path | None
) -> int:
    """The exit code: 0; 1 where a test failed or `junit` cannot be written; 2 where `wanted` fits none.

    78 for a mistake in a file.
    """
    with progress_line("tests") as step:
        outcome = run_tests(paths, config, wanted, step)
    is_exported = (junit is None and not as_json) or _is_exported(outcome, as_json=as_json, junit=junit)
    if not as_json:
        print_problems(one for one in outcome.problems if one.severity == "error")  # `check` tells the rest
    if has_error(outcome.problems):
        return CONFIGURATION_ERROR
    if not as_json:
        report(outcome.results)
    if not outcome.results and wanted != "*":
        say(f"no test is named `{wanted}`", err=True)
        return USAGE
    return FAILED if not is_exported or any(one.failures for one in outcome.results) else OK


def _is_exported(outcome: SuiteResult, *, as_json: bool, junit: Path | None) -> bool:
    from automaton.workbench.ruletest_export import as_data, as_junit  # XML: people wait for none of it

    if as_json:
        say_json(as_data(outcome.results, outcome.problems))
    return junit is None or _is_written(junit, as_junit(outcome.results, outcome.problems))


def _is_written(file: Path, text: str) -> bool:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        say(f"`{file}` cannot be written: {error.strerror or error}", err=True)
        return False
    return True


def _load(paths: Sequence[Path], config: Path | None) -> tuple[Suite | None, list[Problem]]:
    if config is None:
        return _suite(paths, None)
    # Here, for it brings the settings and the channels: who tests rule files alone waits for none of them.
    from automaton.configuration.load import load_configuration

    found = load_configuration(config, os.environ, in_service=False)
    if found.configuration is None:
        return None, found.problems
    suite, problems = _suite(paths, found.configuration)
    return suite, list(dict.fromkeys([*found.problems, *problems]))


def _suite(paths: Sequence[Path], configuration: Configuration | None) -> tuple[Suite | None, list[Problem]]:
    if configuration is not None:
        return load_suite(paths or [configuration.settings.rules], configuration.packs, configuration.bounds)
    packs, problems = read_packs(pack_files_beside(paths))
    suite, found = load_suite(paths, Packs(packs))
    return (None if has_error(problems) else suite), [*problems, *found]


def _is_wanted(test: Case, wanted: str) -> bool:
    """A word without `*` and `?` may be anywhere in the name."""
    glob = wanted if "*" in wanted or "?" in wanted else f"*{wanted}*"
    return compile_glob(glob).covers(test.name)
