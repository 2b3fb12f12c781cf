"""What lies in a folder of rules and is not read: told, for who put it there takes it for rules in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.load import is_rule_file

_OF_EDITORS = "rules.schema.json"  # `init` writes it beside the rules
NAMED = 5  # files that the note names; the others are counted


def unread_files(folder: Path) -> list[Problem]:
    """One note for all of them; [] where `folder` is a file, cannot be listed, or has nothing else in it."""
    try:
        unread = sorted(_unread(folder)) if folder.is_dir() else []
    except OSError:  # that it cannot be listed is told by who reads it
        return []
    if not unread:
        return []
    names = [f"`{name}`" for name in unread[:NAMED]]
    if more := len(unread) - len(names):
        names.append(f"{more} more")
    are = "is" if len(unread) == 1 else "are"
    message = (
        f"{_joined(names)} {are} not read: rules stand in files `*.yml` or `*.yaml`, in small letters, that"
        " lie in this folder itself"
    )
    return [problem_at(FilePlace(str(folder)), "not-read", message, severity="note")]


def _unread(folder: Path) -> Iterator[str]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue  # an editor's lock, or `..data` of a mounted ConfigMap: nobody takes these for rules
        if path.is_dir():
            # The first stands for all: a whole repository may lie in there.
            first = min(
                (f"{path.name}/{file.name}" for file in path.iterdir() if is_rule_file(file)), default=""
            )
            if first:
                yield first
        elif not is_rule_file(path) and not _is_for_people(path) and path.name != _OF_EDITORS:
            yield path.name


def _is_for_people(path: Path) -> bool:
    return path.stem.upper() == "README" or path.suffix.lower() == ".md"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
