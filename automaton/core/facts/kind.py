"""The types of expressions, and what is known of the value of a name before it is read."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    """The type of an expression. ANY is text from a match, read as a number next to a number."""

    TRUTH = "truth"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    SIZE = "size"
    DURATION = "duration"
    LIST = "list"
    ANY = "any"

    @property
    def unit(self) -> str:
        """The unit of its numbers; empty for a bare number or none."""
        return UNITS.get(self, "")


UNITS = {Kind.PERCENT: "percent", Kind.SIZE: "bytes", Kind.DURATION: "seconds"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name that an expression may read, and what `check` knows of its value.

    `values` are all that a text can be, if that is known; `most` is what a number never exceeds. `grows`:
    a time that runs by itself. `is_counter`: it only grows, and starts over with the process.
    """

    name: str
    kind: Kind
    _: KW_ONLY
    values: tuple[str, ...] = ()
    most: float = inf
    grows: bool = False
    is_counter: bool = False
