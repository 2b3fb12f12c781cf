"""`automaton pack test`: holds the lines under `tests` of packs to what they must be."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from automaton.match.line_reader import LineReader
from automaton.packs.examples import Example, failures
from automaton.packs.load import read_packs
from automaton.packs.model import PackFile
from automaton.printable import say, say_json
from automaton.problem import FilePlace, Problem, has_error, problem_at
from automaton.rulebook.load import rule_files
from automaton.settings.usual_paths import USUAL_FILE
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, OK
from automaton.workbench.problem_report import print_problems, problem_data
from automaton.workbench.terminal import folded, has_colours, painted, plain, width_of


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line of a pack's tests; `why` says what it is instead, "" where it is as it must be."""

    pack: str
    example: Example
    why: str


def pack_test(paths: Sequence[Path], config: Path | None, *, shipped: bool, as_json: bool) -> int:
    """0; 1 where a line is otherwise than its test says, 78 where a file is wrong."""
    packs, problems = _packs(paths, config, shipped=shipped)
    wrong = has_error(problems)
    results = [] if wrong else [one for pack in packs for one in line_results(pack)]
    if as_json:
        say_json(_data(results, problems))
    else:
        print_problems(one for one in problems if one.severity == "error")  # `check` tells the rest
    if wrong:
        return CONFIGURATION_ERROR
    if not as_json:
        for line in report(packs, results, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
            say(line)
    return FAILED if any(one.why for one in results) else OK


def line_results(pack: PackFile) -> Iterator[LineResult]:
    """Every line under its `tests`, read as a server with this pack is."""
    name = str(pack.pack)
    reader = LineReader([], {name: pack.console_format()})
    for example in pack.tests:
        found = next(failures((example,), reader, name), None)
        yield LineResult(name, example, found.message if found is not None else "")


def report(
    packs: Sequence[PackFile], results: Sequence[LineResult], *, colours: bool, width: int | None
) -> Iterator[str]:
    """A line for each pack, then what failed, then how many."""
    for pack in packs:
        of_pack = [one for one in results if one.pack == pack.pack]
        yield f"{pack.pack}: {_counted(of_pack, colours=colours)}"
    failed = [one for one in results if one.why]
    for one in failed:
        place = one.example.line.place
        yield ""
        yield from folded(
            [f"{place.file}:{place.line}: {painted(one.pack, typer.colors.RED, colours=colours)}: {one.why}"],
            width,
        )
        yield from folded([f"  {plain(str(one.example.line))}"], width)
    if failed:
        yield ""
        yield painted(f"{len(failed)} of {_number(len(results))} failed", typer.colors.RED, colours=colours)
    else:
        yield f"{_number(len(results))} passed" if results else "no tests"


def _packs(
    paths: Sequence[Path], config: Path | None, *, shipped: bool
) -> tuple[list[PackFile], list[Problem]]:
    """Those of the files; without files those of packs.d, if there is a configuration; those that ship."""
    every, problems = dict[str, PackFile](), list[Problem]()
    theirs = read_packs((), tests=True)[0]
    if paths:
        every, problems = read_packs((file for path in paths for file in rule_files(path)), tests=True)
    elif config is not None or USUAL_FILE.exists():
        from automaton.configuration.load import load_packs  # it brings the settings

        found, problems = load_packs(config or USUAL_FILE, os.environ)
        every = dict(found.by_name)
    elif not shipped:
        message = "there is no such file: name packs, or test those that ship by `--shipped`"
        problems = [problem_at(FilePlace(str(USUAL_FILE)), "no-file", message)]
    own = [pack for name, pack in every.items() if pack is not theirs.get(name)]
    return [*own, *_others(theirs, own)] if shipped else own, problems


def _others(packs: dict[str, PackFile], own: Iterable[PackFile]) -> list[PackFile]:
    taken = {str(pack.pack) for pack in own}
    return [pack for name, pack in packs.items() if name not in taken]


def _counted(results: Sequence[LineResult], *, colours: bool) -> str:
    failed = sum(bool(one.why) for one in results)
    if not results:
        return "no tests"
    if failed:
        return painted(f"{failed} of {len(results)} failed", typer.colors.RED, colours=colours)
    return f"{len(results)} passed"


def _data(results: Sequence[LineResult], problems: Sequence[Problem]) -> dict[str, object]:
    failed = sum(bool(one.why) for one in results)
    tests = [
        {
            "pack": one.pack,
            "file": one.example.line.place.file,
            "line": one.example.line.place.line,
            "text": str(one.example.line),
            "is": [str(name) for name in one.example.is_],
            "why": one.why,
        }
        for one in results
    ]
    return {
        "tests": tests,
        "passed": len(results) - failed,
        "failed": failed,
        "problems": [problem_data(one) for one in problems],
    }


def _number(count: int) -> str:
    return f"{count:,} line" if count == 1 else f"{count:,} lines"
