"""What mutmut found, held against survivors.yml: each mutant that lives has a reason, and none that is dead.

    python -m tests.mutation.report

Numbers of mutants change with each edit, so a survivor is known by its function and the lines that differ.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
MUTANTS = ROOT / "mutants"
SURVIVORS_FILE = Path(__file__).with_name("survivors.yml")
GOAL = 0.95

# Exit codes of mutmut 3.8: a timeout and a crash are seen by the suite as well as a failure.
LIVES = frozenset({0, 5, 33})  # survived; the last two: no test ran through it
NOT_TRIED = frozenset({None, 2, 34})
_NAME = re.compile(r"(?:x_|xǁ(?P<cls>\w+?)ǁ)(?P<function>\w+)__mutmut_\d+")


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """A change: the lines of a function before and after, each without its indentation and line ends."""

    file: str
    function: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.file} {self.function}\n  - {self.was}\n  + {self.now}"


@dataclass(frozen=True, slots=True)
class Tried:
    """One file with its mutants: how many there are, how many were tried, and those that live."""

    file: str
    made: int
    tried: int
    alive: tuple[Mutant, ...]


def function_of(name: str) -> str:
    """`Class.method` or `function`, from the name that mutmut gives a mutant."""
    found = _NAME.fullmatch(name.rpartition(".")[2])
    if found is None:
        raise ValueError(f"{name} is no name of a mutant")
    return f"{found['cls']}.{found['function']}" if found["cls"] else found["function"]


def mutant_of(file: str, name: str, diff: str) -> Mutant:
    """A mutant from mutmut's diff of its function."""
    lines = diff.splitlines()[2:]  # without the names of the files
    sides = {sign: _flat(line[1:] for line in lines if line.startswith(sign)) for sign in "-+"}
    return Mutant(file, function_of(name), sides["-"], sides["+"])


def _flat(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def explained(content: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[Mutant]:
    """The mutants of survivors.yml: `in`, `why`, and `lives`, a list of pairs [was, now]."""
    for file, entries in content.items():
        for entry in entries:
            for was, now in entry["lives"]:
                yield Mutant(file, entry["in"], _flat([was]), _flat([now]))


def findings(tried: Iterable[Tried], known: Iterable[Mutant]) -> list[str]:
    """What to look at: survivors without a reason, reasons without a survivor, files not tried."""
    tried, known = list(tried), set(known)
    alive = {one for file in tried for one in file.alive}
    whole = {file.file for file in tried if file.tried == file.made}
    found = [
        f"{file.file}: {file.made - file.tried} of {file.made} not tried"
        for file in tried
        if file.file not in whole
    ]
    found += [f"no test notices: {one}" for one in sorted(alive - known)]
    found += [f"explained, but dead: {one}" for one in sorted(known - alive) if one.file in whole]
    return found


def read_results() -> Iterator[Tried]:
    """What mutmut left in mutants/."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # only `make mutants` installs it

    for meta in sorted((MUTANTS / "automaton").rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        path = meta.relative_to(MUTANTS).with_suffix("")
        file = path.relative_to("automaton").as_posix()
        alive = tuple(
            mutant_of(file, name, get_diff_for_mutant(name, path=path))
            for name, code in codes.items()
            if code in LIVES
        )
        if codes:
            yield Tried(file, len(codes), sum(code not in NOT_TRIED for code in codes.values()), alive)


def main() -> int:
    """Prints the figures of each file and what is to be looked at; 1 where there is something."""
    results = list(read_results())
    content = yaml.safe_load(SURVIVORS_FILE.read_text(encoding="utf-8")) or {}
    for one in results:
        _say(f"{one.tried - len(one.alive):5} of {one.tried:5} killed   {one.file}")
    tried, alive = sum(one.tried for one in results), sum(len(one.alive) for one in results)
    share = (tried - alive) / tried if tried else 0.0
    _say(f"{tried - alive:5} of {tried:5} killed, {100 * share:.1f} %")
    found = findings(results, explained(content))
    if share < GOAL:
        found.append(f"{100 * GOAL:.0f} % are wanted")
    _say("\n".join(found) or "each survivor has its reason in tests/mutation/survivors.yml")
    return 1 if found else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
