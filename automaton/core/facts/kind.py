"""The kinds of values that expressions have, and what a name says of its value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of an expression. ANY is text from a match, read as a number beside a number."""

    TRUTH = "truth"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    SIZE = "size"
    DURATION = "duration"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Fact:
    """`values` are all that a text can be, where that is known. `grows`: a time that runs by itself."""

    kind: Kind
    grows: bool = False
    values: tuple[str, ...] = ()
