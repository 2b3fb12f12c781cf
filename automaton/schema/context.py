"""What is known while one file is validated. It travels as pydantic's context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationInfo

from automaton.core.facts.kind import Fact
from automaton.problem import FilePlace, Problem
from automaton.schema.definitions import Definitions


@dataclass(slots=True)
class ValidationContext:
    """The problems found so far, and what some types need to read a value.

    `kinds` is a Catalogue for the types of kind_fields.py, `around` the SettingsEnvironment for those of
    settings/, and `definitions` are the constants and macros that may be named, None in files that have
    none. `facts` are those of one's own, which a test may feed. With `partial` the file is read a second
    time, for what is right of it: its problems are known already, and a wrong step is left out of its list.
    `guessed` are values below a misspelt key, read as that of the nearest: that they do not fit there is no
    second mistake. What `ships` with automaton was tested when it was built.
    """

    problems: list[Problem] = field(default_factory=list)
    kinds: object = None
    around: object = None
    definitions: Definitions | None = None
    partial: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)
    guessed: set[FilePlace] = field(default_factory=set)
    ships: bool = False


def context_of(info: ValidationInfo) -> ValidationContext | None:
    """The context of the file being read; None for what code makes."""
    return info.context if isinstance(info.context, ValidationContext) else None


def is_shipped(info: ValidationInfo | None) -> bool:
    """Whether the file being read came with automaton."""
    return info is not None and isinstance(info.context, ValidationContext) and info.context.ships


def definitions_of(info: ValidationInfo | None) -> Definitions | None:
    """The constants and macros that may be named in the file being read."""
    return (
        info.context.definitions if info is not None and isinstance(info.context, ValidationContext) else None
    )
