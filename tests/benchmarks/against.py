"""Benchmarks of this checkout and of an older commit in turns, and how they stand to each other.

    python -m tests.benchmarks.against COMMIT [replay matching fleet] [--rounds 3] [--least 0.95]

The commit is checked out beside, for as long as it takes, and run by the Python and the packages of this
checkout. Both get the commit's recipes and the lines of this checkout's benchmark, so that both do the same.
1.00 is as fast as then, 2.00 twice as fast. It fails where a median is below --least.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import replay
from tests.docs.pages import ROOT

Figures = Mapping[str, float]
"""What a benchmark printed, by what it is of."""

US_OF_PER_CENT = 10_000  # in a second


@dataclass(frozen=True, slots=True)
class ComparedBenchmark:
    """Where its figures stand in what it prints, how it is run, and whether `less` is better.

    `constants` are those of its module that are work, not program. `without` are recipes of games that no
    server of it plays, whose older form its settings would not allow now. `on_one_core`: it is one process.
    """

    figure: re.Pattern[str]
    arguments: tuple[str, ...] = ()
    constants: Mapping[str, Sequence[str]] | None = None
    without: frozenset[str] = frozenset()
    less: bool = False
    on_one_core: bool = True

    def figures(self, output: str) -> Figures:
        """Its figures by name. Per cent of a core at so many `events` a second are µs of CPU an event."""
        found = {}
        for one in self.figure.finditer(output):
            value, events = (one.groupdict().get(key) for key in ("value", "events"))
            found[one["name"]] = _number(value) * (US_OF_PER_CENT / _number(events) if events else 1.0)
        return found


BENCHMARKS: Mapping[str, ComparedBenchmark] = {
    "replay": ComparedBenchmark(
        re.compile(r"(?m)^(?P<name>[a-z ]+?)(?: \(.*?\))?: .* judged (?P<value>[\d,]+) a second"),
        constants={"CHATTER": replay.CHATTER, "TELLING": replay.TELLING},
    ),
    "matching": ComparedBenchmark(re.compile(r"(?m)^ *(?P<name>[\d,]+ patterns) +(?P<value>[\d,]+) lines/s")),
    "fleet": ComparedBenchmark(
        re.compile(
            # As it is printed now, and as it once was: with the number of all, and at the line's beginning.
            r"(?ms)^ *events judged (?:\d+, )?(?P<events>[\d,]+) a second$.*?"
            r"^ *(?P<name>daemon): (?P<value>\d+) % of a core"
        ),
        arguments=("--seconds", "20", "--lines", "10"),
        without=frozenset({"ark.yml", "factorio.yml", "palworld.yml", "rust.yml", "source.yml"}),
        less=True,
        on_one_core=False,
    ),
}


def _number(text: str | None) -> float:
    return float((text or "").replace(",", ""))


def ratio(now: Sequence[float], then: Sequence[float], *, less: bool) -> float:
    """How many times as good the median is now."""
    one, other = statistics.median(now), statistics.median(then)
    return other / one if less else one / other


def report(name: str, now: Sequence[Figures], then: Sequence[Figures]) -> dict[str, float]:
    """The ratio of each figure that both trees printed in every round."""
    both = [key for key in now[0] if all(key in one for one in (*now, *then))]
    less = BENCHMARKS[name].less
    return {key: ratio([one[key] for one in now], [one[key] for one in then], less=less) for key in both}


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The tree of a commit, in a folder of its own that goes with it."""
    with tempfile.TemporaryDirectory(prefix="automaton-against-") as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str) -> None:
    subprocess.run(("git", *words), cwd=ROOT, check=True)


def command_of(name: str, recipes: Path) -> list[str]:
    """What runs a benchmark of whatever tree PYTHONPATH names."""
    one = BENCHMARKS[name]
    pinned = ["taskset", "--cpu-list", str(max(os.sched_getaffinity(0)))] if one.on_one_core else []
    script = str(Path(__file__).with_name("same_work.py"))
    texts = json.dumps({key: list(value) for key, value in (one.constants or {}).items()})
    return [*pinned, sys.executable, "-P", script, name, str(recipes), texts, *one.arguments]


def measure(name: str, tree: Path, recipes: Path) -> Figures:
    """Runs a benchmark of a tree once. Raises CalledProcessError with what it said on standard error."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        command_of(name, recipes), cwd=tree, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return BENCHMARKS[name].figures(done.stdout)


def recipes_for(name: str, then: Path) -> Path:
    """A folder beside the older tree with those of its recipes that both are to load."""
    folder = then.parent / "recipes" / name
    folder.mkdir(parents=True)
    for file in (then / "rules").glob("*.yml"):
        if file.name not in BENCHMARKS[name].without:
            shutil.copy(file, folder)
    return folder


def compare(name: str, then: Path, rounds: int) -> dict[str, float]:
    """Runs it in both trees in turns, prints and returns the ratios."""
    here: list[Figures] = []
    there: list[Figures] = []
    recipes = recipes_for(name, then)
    for _ in range(rounds):
        there.append(measure(name, then, recipes))
        here.append(measure(name, ROOT, recipes))
    found = report(name, here, there)
    if not found:
        sys.stdout.write(f"{name}: nothing was printed by both that could be compared\n")
    for key, times in found.items():
        then_now = (statistics.median(one[key] for one in side) for side in (there, here))
        sys.stdout.write(
            f"{name}, {key}: {' then, '.join(f'{one:,.0f}' for one in then_now)} now: {times:.2f}\n"
        )
        sys.stdout.flush()
    return found


def main(arguments: list[str] | None = None) -> int:
    """1 where a figure is worse than --least allows, or there was none."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.against")
    options.add_argument("commit")
    options.add_argument("names", nargs="*", metavar="benchmark", help=", ".join(BENCHMARKS))
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--least", type=float, default=0.95)
    asked = options.parse_args(arguments)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        options.error(f"no benchmark `{unknown[0]}` to compare, there are {', '.join(BENCHMARKS)}")
    worst: list[float] = []
    with checked_out(asked.commit) as tree:
        for name in asked.names or BENCHMARKS:
            if (tree / "tests" / "benchmarks" / f"{name}.py").exists():
                worst.append(min(compare(name, tree, asked.rounds).values(), default=0.0))
            else:
                sys.stdout.write(f"{name}: {asked.commit} has no such benchmark\n")
    return 0 if worst and min(worst) >= asked.least else 1


if __name__ == "__main__":
    sys.exit(main())
