"""A scalar of a file: a text that knows where each of its characters stands.

What it means is decided by its place in the model, never by its look: `on` and `010` are texts here.
"""

from __future__ import annotations

import re
from enum import StrEnum

from automaton.problem import FilePlace

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""YAML 1.2, core schema."""

_FOLD = re.compile(r"[ \t]*+(?:\r?\n[ \t]*+)++")
_ESCAPED_BREAK = re.compile(r"\\\r?\n[ \t]*+")
_ESCAPE_WIDTHS = {"x": 4, "u": 6, "U": 10}


class Style(StrEnum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "single"
    DOUBLE = "double"
    BLOCK = "block"


class Scalar(str):
    """The text, its place, its style, and its source with the quotes."""

    __slots__ = ("place", "source", "style")

    place: FilePlace
    style: Style
    source: str

    def __new__(cls, text: str, place: FilePlace, style: Style = Style.PLAIN, source: str = "") -> Scalar:
        scalar = super().__new__(cls, text)
        scalar.place = place
        scalar.style = style
        scalar.source = source or text
        return scalar

    @property
    def is_null(self) -> bool:
        """True for what is written as nothing: an empty value, `~` or `null`."""
        return self.style is Style.PLAIN and self in _NULLS

    def at(self, offset: int) -> FilePlace:
        """Where the character of this offset stands in the file."""
        index = self._block_index(offset) if self.style is Style.BLOCK else self._index(offset)
        before = self.source[:index]
        if breaks := before.count("\n"):
            return FilePlace(self.place.file, self.place.line + breaks, index - before.rfind("\n"))
        return FilePlace(self.place.file, self.place.line, self.place.column + index)

    def _index(self, offset: int) -> int:
        """The index in the source: quotes, escapes and folded line breaks take more room there."""
        index = 0 if self.style is Style.PLAIN else 1
        while index < len(self.source):
            taken, width = self._step(index)
            if offset < taken:
                break
            offset -= taken
            index += width
        return index

    def _step(self, index: int) -> tuple[int, int]:
        """How many characters of the text begin here, and how wide they are in the source."""
        source = self.source
        if fold := _FOLD.match(source, index):
            return max(1, fold[0].count("\n") - 1), len(fold[0])
        if self.style is Style.SINGLE and source.startswith("''", index):
            return 1, 2
        if self.style is Style.DOUBLE and source[index] == "\\":
            if escaped := _ESCAPED_BREAK.match(source, index):
                return 0, len(escaped[0])
            return 1, _ESCAPE_WIDTHS.get(source[index + 1 : index + 2], 2)
        return 1, 1

    def _block_index(self, offset: int) -> int:
        """In a literal block the line counts; in a folded one its beginning has to do."""
        header, _, body = self.source.partition("\n")
        lines = self[:offset].split("\n") if header.startswith("|") else [""]
        rows = body.split("\n")
        indent = next((len(row) - len(row.lstrip(" ")) for row in rows if row.strip()), 0)
        passed = sum(len(row) + 1 for row in rows[: len(lines) - 1])
        return len(header) + 1 + passed + indent + len(lines[-1])
