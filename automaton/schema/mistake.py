"""How a field's type tells pydantic what is wrong, with all that a Problem needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.scalar import Scalar

if TYPE_CHECKING:
    from automaton.schema.names import Names

TOLD = "told"
"""The type of an error whose problem stands in the Reading already."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a Problem says, but for the file; `place` is None where the value's own place will do."""

    code: str
    message: str
    found: str = ""
    expected: str = ""
    suggestion: str = ""
    place: Place | None = None

    def at(self, place: Place) -> Problem:
        """The problem, at a place."""
        return problem_at(
            place,
            self.code,
            self.message,
            found=self.found,
            expected=self.expected,
            suggestion=self.suggestion,
        )


@dataclass(slots=True)
class Reading:
    """What is known while one file is fitted; it travels as pydantic's context.

    Carried unread: `kinds` to the types that hold triggers and actions (kinds.py), `around` to those
    that look beyond the file (settings/secrets.py), `names` to those that stand for others (names.py),
    None where a file gives no names. `partial`: the mistakes are known already, and what
    is right of a list of steps is wanted without the rest.
    """

    problems: list[Problem] = field(default_factory=list)
    kinds: object = None
    around: object = None
    names: Names | None = None
    partial: bool = False


def mistake(
    code: str,
    message: str,
    value: object = None,
    *,
    offset: int | None = None,
    found: str = "",
    expected: str = "",
    suggestion: str = "",
) -> PydanticCustomError:
    """The error to raise in a validator. With an `offset`, its place is that character of the value."""
    place = value.at(offset) if isinstance(value, Scalar) and offset is not None else None
    if not found and isinstance(value, Scalar):
        found = f"`{value[:60]}`"
    return PydanticCustomError(
        "mistake",
        "{message}",
        {"message": message, "mistake": Mistake(code, message, found, expected, suggestion, place)},
    )


def told() -> PydanticCustomError:
    """The error to raise where the problems of a value stand in the Reading already."""
    return PydanticCustomError(TOLD, "told already")
