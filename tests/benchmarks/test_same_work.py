"""What is handed in is what the benchmark works on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("same_work.py")
ELSEWHERE = '''"""some.py [--recipes FOLDER]"""
import sys


def main():
    print(sys.argv[1:])
'''
BENCHMARK = """\
import sys

CHATTER = ("its own",)
KEPT = "kept"


def recipes():
    return ["its own"]


def main():
    print([path.name for path in recipes()], CHATTER, KEPT, sys.argv[1:])
"""


def printed(tmp_path: Path, benchmark: str, rules: Path) -> tuple[str, str]:
    """What it says and what it prints, as the benchmark `some` of a tree."""
    folder = tmp_path / "tests" / "benchmarks"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").touch()
    (folder / "some.py").write_text(benchmark)
    constants = '{"CHATTER": ["handed in"], "UNKNOWN": []}'
    done = subprocess.run(
        [sys.executable, "-P", str(SCRIPT), "some", str(rules), constants, "--seconds", "20"],
        env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr, done.stdout


def test_a_tree_gets_recipes_and_lines_that_are_not_its_own(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "b.yml").touch()
    (rules / "a.yml").touch()

    assert printed(tmp_path, BENCHMARK, rules) == (
        "",
        "['a.yml', 'b.yml'] ('handed in',) kept ['--seconds', '20']\n",
    )


def test_a_benchmark_that_asks_for_the_folder_of_recipes_is_given_it(tmp_path: Path) -> None:
    rules = tmp_path / "rules"

    assert printed(tmp_path, ELSEWHERE, rules) == ("", f"['--seconds', '20', '--recipes', '{rules}']\n")
