"""The kinds of values that expressions have, and what a name says of its value."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from math import inf


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

    @property
    def unit(self) -> str:
        """What one of its numbers counts, empty where it is a bare number or none."""
        return UNITS.get(self, "")


UNITS = {Kind.PERCENT: "percent", Kind.SIZE: "bytes", Kind.DURATION: "seconds"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name that an expression may read, as far as its type goes.

    `values` are all that a text can be, where that is known; `most` is what a number never exceeds.
    `grows`: a time that runs by itself. `is_counter`: it only grows, and begins anew with the process.
    """

    name: str
    kind: Kind
    _: KW_ONLY
    values: tuple[str, ...] = ()
    most: float = inf
    grows: bool = False
    is_counter: bool = False
