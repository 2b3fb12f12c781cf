"""A scalar of a file: a text that knows the place of each of its characters.

The model decides what it means, never its look: `on` and `010` are texts here.
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
    """The text, its place, its style, and its source with the quotes.

    `comment` is what stands behind a plain one in its line, as ` # 1`: perhaps it was meant as a part of it.
    """

    __slots__ = ("comment", "place", "source", "style")

    place: FilePlace
    style: Style
    source: str
    comment: str

    def __new__(
        cls, text: str, place: FilePlace, style: Style = Style.PLAIN, source: str = "", comment: str = ""
    ) -> Scalar:
        """`source` is the text as it is written, with quotes; the text itself where it is the same."""
        scalar = super().__new__(cls, text)
        scalar.place = place
        scalar.style = style
        scalar.source = source or text
        scalar.comment = comment
        return scalar

    @property
    def is_null(self) -> bool:
        """True for an empty value, `~` and `null`, where they are not quoted."""
        return self.style is Style.PLAIN and self in _NULLS

    @property
    def ends_with_a_line_break(self) -> bool:
        """True for a block scalar (`|`, `>`) without the `-` that leaves its last line break out."""
        return self.style is Style.BLOCK and self.endswith("\n")

    def at(self, offset: int) -> FilePlace:
        """The place of the character at this offset."""
        index = self._block_index(offset) if self.style is Style.BLOCK else self._index(offset)
        before = self.source[:index]
        if breaks := before.count("\n"):
            return FilePlace(self.place.file, self.place.line + breaks, index - before.rfind("\n"))
        return FilePlace(self.place.file, self.place.line, self.place.column + index)

    def _index(self, offset: int) -> int:
        """The index in the source, where quotes, escapes and folded line breaks take more room."""
        index = 0 if self.style is Style.PLAIN else 1
        while index < len(self.source):
            taken, width = self._step(index)
            if offset < taken:
                break
            offset -= taken
            index += width
        return index

    def _step(self, index: int) -> tuple[int, int]:
        """How many characters of the text the source has at this index, and how wide they are there."""
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
        """Exact in a literal block (`|`); the beginning of the text in a folded one (`>`)."""
        header, _, body = self.source.partition("\n")
        lines = self[:offset].split("\n") if header.startswith("|") else [""]
        rows = body.split("\n")
        indent = next((len(row) - len(row.lstrip(" ")) for row in rows if row.strip()), 0)
        passed = sum(len(row) + 1 for row in rows[: len(lines) - 1])
        return len(header) + 1 + passed + indent + len(lines[-1])


def single_quoted(text: str) -> str:
    """The text as YAML reads it in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def target_of(origin: object) -> FilePlace:
    """Where something is written; the file `-` for what code made."""
    return origin.place if isinstance(origin, Scalar) else FilePlace("-")
