"""The console lines of a feed's entry: one that is written there, or those of a file beside the rules."""

from __future__ import annotations

from pathlib import Path

from automaton.core.events import Source
from automaton.match.lines import split_event
from automaton.problem import FilePlace, Problem, problem_at
from automaton.ruletest.feed import ConsoleLine
from automaton.ruletest.model import FeedModel
from automaton.safe_files import open_to_read
from automaton.schema.scalar import Scalar

LARGEST = 10_000_000
"""Bytes of a file of lines."""


def lines_of_entry(model: FeedModel, problems: list[Problem]) -> list[tuple[ConsoleLine, ...]]:
    """Each line with what follows its carriage returns. What is wrong is added to the problems."""
    source = Source(model.from_) if model.from_ else Source.GAME
    raw = [model.line] if model.line is not None else []
    if model.lines is not None:
        raw += _read_file(model.lines, problems)
    return [_split(line, source) for line in raw]


def path_beside(name: str) -> Path:
    """The path of a file that stands in a rule file by a name, from where that lies."""
    return Path(place_of(name).file).parent / name


def place_of(name: str) -> FilePlace:
    """Where a name stands."""
    return name.place if isinstance(name, Scalar) else FilePlace("-")


def _split(raw: str, source: Source) -> tuple[ConsoleLine, ...]:
    return tuple(
        (piece.text, Source.CONTINUATION if piece.continuation and source is Source.GAME else source)
        for piece in split_event(raw)
    )


def _read_file(name: str, problems: list[Problem]) -> list[str]:
    place, path = place_of(name), path_beside(name)
    try:
        with open_to_read(path) as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        message = f"`{path}` cannot be read: {error.strerror or error}"
        problems.append(problem_at(place, "unreadable", message))
        return []
    if len(raw) > LARGEST:
        problems.append(problem_at(place, "too-large", f"`{path}` has more than 10 MB"))
        return []
    return raw.decode(errors="replace").splitlines()
