"""What is known while one file is validated. It travels as pydantic's context."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationInfo

from automaton.problem import Problem
from automaton.schema.definitions import Definitions


@dataclass(slots=True)
class ValidationContext:
    """`problems` are those found so far.

    The rest is for types that know what it is: `kinds` for those that hold triggers and actions
    (kinds.py), `around` for those that look beyond the file (settings/secrets.py), `names` for those in
    which constants and macros may be named, None where a file has none. With `partial` the problems are
    known already, and what is right of a list of steps is wanted without the rest.
    """

    problems: list[Problem] = field(default_factory=list)
    kinds: object = None
    around: object = None
    names: Definitions | None = None
    partial: bool = False


def names_of(info: ValidationInfo | None) -> Definitions | None:
    """The constants and macros that may be named in the file being read."""
    return info.context.names if info is not None and isinstance(info.context, ValidationContext) else None
