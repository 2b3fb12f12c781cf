"""`automaton check`: judges files as the daemon would; for people on stderr, for programs as JSON."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automaton.core.rules.rule import Rule
from automaton.packs.load import Packs, read_packs
from automaton.printable import say, say_json
from automaton.problem import NOT_ASKED, FilePlace, Problem, has_error, in_order, problem_at
from automaton.rulebook.load import LoadedRules, load_rules, rule_files
from automaton.rulebook.pack_files import pack_files_beside
from automaton.ruletest.suite import load_suite
from automaton.workbench.exit_code import CONFIGURATION_ERROR, OK, TRY_AGAIN
from automaton.workbench.problem_report import print_problems, problem_data
from automaton.workbench.unread_files import unread_files

if TYPE_CHECKING:
    from automaton.configuration.load import Configuration

Online = Callable[["Configuration"], list[Problem]]
"""Asks Panels and nodes, and says what the configuration lacks on their servers."""


@dataclass(frozen=True, slots=True)
class _Judged:
    problems: list[Problem]
    rules: LoadedRules
    files: int


def check(
    paths: Sequence[Path],
    config: Path | None,
    *,
    strict: bool,
    as_json: bool,
    alone: bool = False,
    online: Online | None = None,
    logs: Sequence[Path] = (),
) -> int:
    """The exit code: 0; 78 where there is an error (with `strict`, a warning too).

    `paths` are judged as if they lay in the folder of rules; `alone`, or without a `config`, by themselves,
    with the packs beside them.
    With `online` also 75: nothing is wrong, but somebody could not be asked. `logs` are consoles, in which
    people may speak in forms that no pack knows.
    """
    alone = bool(paths) and (alone or config is None)
    judged = _alone(paths, logs) if alone else _configured(paths, config, online, logs)
    problems = in_order(judged.problems)
    if as_json:
        shown = [problem_data(one) for one in problems]
        say_json({"problems": shown})
    else:
        _tell(problems, judged, alone=alone)
    worst = ("error", "warning") if strict else ("error",)
    if any(one.severity in worst and one.code != NOT_ASKED for one in problems):
        return CONFIGURATION_ERROR
    return TRY_AGAIN if any(one.code == NOT_ASKED for one in problems) else OK


def _alone(paths: Sequence[Path], logs: Sequence[Path]) -> _Judged:
    by_name, problems = read_packs(pack_files_beside(paths))
    packs = Packs(by_name)
    files = list(dict.fromkeys(file for path in paths for file in rule_files(path)))
    rules = load_rules(files, packs.known_events)
    problems += load_suite(files, packs, loaded=rules)[1]
    problems += _heard(logs, packs, rules.rules)
    problems += _beside(paths, rules)
    return _Judged(problems, rules, len(files))


def _beside(paths: Sequence[Path], rules: LoadedRules) -> list[Problem]:
    """What is not read in folders of rules; and that there is no rule, where folders are all there is."""
    problems = [one for path in paths for one in unread_files(path)]
    # Where a file could not be read, nobody knows whether it has one.
    is_read = not has_error(rules.problems)
    if is_read and not any(rules.written.values()) and all(path.is_dir() for path in paths):
        message = "there is no rule in this folder: nothing will be done"
        problems += (problem_at(FilePlace(str(path)), "no-rules", message, severity="note") for path in paths)
    return problems


def _heard(logs: Sequence[Path], packs: Packs, rules: Sequence[Rule]) -> list[Problem]:
    """What consoles show; a log that cannot be read is told as a file of rules would be."""
    if not logs:
        return []
    from automaton.workbench.chat_check import unknown_chat  # here, for it brings the clock with it

    try:
        return unknown_chat(logs, packs, rules)
    except OSError as error:
        return [problem_at(FilePlace(str(error.filename)), "unreadable", f"cannot read it: {error.strerror}")]


def _configured(
    paths: Sequence[Path], config: Path | None, online: Online | None, logs: Sequence[Path]
) -> _Judged:
    # Here, for they bring the settings and the channels: who judges rule files alone waits for none of them.
    from automaton.configuration.load import load_configuration
    from automaton.settings.credential_sources import sources_of
    from automaton.settings.secrets import is_missing
    from automaton.settings.usual_paths import USUAL_FILE

    file = config or USUAL_FILE
    sources = sources_of(file)
    if online is None:
        # Judging files is no reason to read secrets, but without one of them the service does not start.
        sources = {name: path for name, path in sources.items() if is_missing(path)}
    found = load_configuration(file, os.environ, in_service=False, sources=sources, also=paths)
    problems = [*found.problems, *load_suite(found.files, found.packs, found.bounds, found.rules)[1]]
    problems += _heard(logs, found.packs, found.rules.judged)
    if online is not None and found.configuration is not None:
        problems += online(found.configuration)
    if found.configuration is not None:
        folders = [found.configuration.settings.rules, *paths]
        problems += _beside([folder for folder in folders if folder.is_dir()], found.rules)
    return _Judged(problems, found.rules, len(found.files))


def _tell(problems: Sequence[Problem], judged: _Judged, *, alone: bool) -> None:
    print_problems(problems)
    if alone:
        say("note: without an automaton.yml, channels, servers and limits were not judged", err=True)
    counts = Counter(problem.severity for problem in problems)
    if not counts["error"] and not counts["warning"]:
        say(f"all good: {_number(len(judged.rules.rules), 'rule')} in {_number(judged.files, 'file')}")
    else:
        say(f"{_number(counts['error'], 'error')}, {_number(counts['warning'], 'warning')}", err=True)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
