"""How many tests of rule files run in a second: copies of the language's examples, and the recipes.

Run as `python -m tests.benchmarks.rule_tests [COPIES]`. Files are loaded once, as by `automaton test`;
what is measured is processor time, so that neighbours do not count.
"""

from __future__ import annotations

import platform
import sys
import time
from pathlib import Path

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.suite import Suite, load_suite

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "ruletest" / "language.yml"
RECIPES = ROOT / "rules"


def loaded(path: Path) -> Suite:
    began = time.process_time()
    suite, problems = load_suite([path], Packs(read_packs(())[0]))
    assert suite is not None, problems
    print_line(f"{path.name:20} {len(suite.tests):4} tests loaded in {time.process_time() - began:.2f} s")
    return suite


def measured(suite: Suite, copies: int) -> None:
    """Each test alone, then all of them."""
    for test in suite.tests:
        suite.run(test)  # the first one makes the book
    total = 0.0
    for test in suite.tests:
        began = time.process_time()
        for _ in range(copies):
            assert not suite.run(test).failures, test.name
        seconds = time.process_time() - began
        total += seconds
        print_line(f"{copies / seconds:8.0f}/s  {test.name}")
    print_line(f"{copies * len(suite.tests) / total:8.0f}/s  all {len(suite.tests)}")


def print_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    print_line(f"Python {platform.python_version()}, {platform.machine()}")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    measured(loaded(EXAMPLES), number)
    measured(loaded(RECIPES), max(1, number // 50))
