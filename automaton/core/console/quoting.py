"""Where a value would stand in JSON or SNBT, and how it stays the content of its string.

The text of a string in SNBT may be JSON itself, as of Minecraft's `CustomName`: then it is read too, and a
value is escaped once for each string that it stands in. One in JSON is only text, whatever it looks like.
"""

from __future__ import annotations

import re

QUOTES = "\"'"
OPENING = "{[" + QUOTES
"""What JSON and SNBT begin with."""

# What lenient readers of JSON pass over before it begins: blanks, comments, a byte order mark.
_PASSED_OVER = " /*\ufeff"
# Up to a letter or digit, which no data begins with; a sign before it stays, as of -5 or .Eve.
_BEFORE_TEXT = re.compile(r"\W*?(?=[.-]?\w|\Z)")


def unopened(value: str) -> str:
    """A value without whatever would make a string that it begins data itself."""
    return value[found.end() :] if (found := _BEFORE_TEXT.match(value)) else value


class DataReader:
    """Reads JSON or SNBT from its beginning, as far as strings go.

    `opens`: the content of a string may be read as data, as in SNBT.
    """

    __slots__ = ("_content", "_depth", "_escaped", "_is_fresh", "_opens", "_quote")

    def __init__(self, opens: bool) -> None:
        self._opens = opens
        self._quote = ""  # that of the string it is in, empty outside
        self._depth = 0  # of brackets
        self._escaped = False
        self._is_fresh = False  # nothing of the string's content has come
        self._content: DataReader | None = None  # of a string whose content is data itself

    @property
    def is_outside(self) -> bool:
        """Whether what comes next is in no string at all."""
        return not self._quote

    @property
    def is_beside(self) -> bool:
        """Whether what comes next is in no bracket either, as the number after `give Eve stone{…}`."""
        return not self._quote and self._depth == 0

    @property
    def is_behind_data(self) -> bool:
        """Whether what comes next is in a string, behind the data it begins with, as in `"[VIP] Eve"`."""
        return (
            not self._escaped and self._content is not None and self._content.is_beside and bool(self._quote)
        )

    @property
    def is_in_string(self) -> bool:
        """Whether what comes next is the content of a string, at every depth, and not behind a backslash."""
        if not self._quote or self._escaped:
            return False
        return self._content is None or self._content.is_in_string

    def read(self, text: str) -> None:
        """Reads on."""
        for char in text:
            if not self._quote:
                if char in QUOTES:
                    self._quote, self._is_fresh, self._content = char, True, None
                elif char in "{[":
                    self._depth += 1
                elif char in "}]":
                    self._depth -= 1
            elif self._escaped:
                self._escaped = False
                self._read_content(char)
            elif char == "\\":
                self._escaped = True
            elif char == self._quote:
                self._quote = ""
            else:
                self._read_content(char)

    def put(self, value: str) -> str:
        """A value as it is written where the reader is, in a string; then that is read.

        A value that begins a string loses what would make its content data, where it would be read so.
        """
        if self._content is not None:
            value = self._content.put(value)
        elif self._is_fresh and self._opens:
            value = unopened(value)
        self._is_fresh = False
        return value.replace("\\", "\\\\").replace(self._quote, "\\" + self._quote)

    def _read_content(self, char: str) -> None:
        if self._is_fresh:
            if char in _PASSED_OVER:
                return
            self._is_fresh = False
            self._content = DataReader(opens=False) if self._opens and char in OPENING else None
        if self._content is not None:
            self._content.read(char)
