"""What is handed in is what the benchmark works on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("same_work.py")
BENCHMARK = """\
import sys

CHATTER = ("its own",)
KEPT = "kept"


def recipes():
    return ["its own"]


def main():
    print([path.name for path in recipes()], CHATTER, KEPT, sys.argv[1:])
"""


def test_a_tree_gets_recipes_and_lines_that_are_not_its_own(tmp_path: Path) -> None:
    folder, rules = tmp_path / "tests" / "benchmarks", tmp_path / "rules"
    folder.mkdir(parents=True)
    rules.mkdir()
    for package in (folder.parent, folder):
        (package / "__init__.py").touch()
    (folder / "some.py").write_text(BENCHMARK)
    (rules / "b.yml").touch()
    (rules / "a.yml").touch()
    constants = '{"CHATTER": ["handed in"], "UNKNOWN": []}'
    done = subprocess.run(
        [sys.executable, "-P", str(SCRIPT), "some", str(rules), constants, "--seconds", "20"],
        env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.stderr, done.stdout) == (
        "",
        "['a.yml', 'b.yml'] ('handed in',) kept ['--seconds', '20']\n",
    )
