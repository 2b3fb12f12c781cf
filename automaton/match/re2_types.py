"""The part of google-re2's interface that is used here: the library ships no types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Re2Match(Protocol):
    """A match in a text. Its positions count characters."""

    def end(self) -> int:
        """The end of the whole match."""

    def groupdict(self) -> Mapping[str, str | None]:
        """The named groups, None where one took no part."""


class Re2Pattern(Protocol):
    """A compiled pattern. Each method raises UnicodeEncodeError for a text with half a surrogate pair."""

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of the named groups."""

    @property
    def programsize(self) -> int:
        """How many instructions it has."""

    def search(self, text: str | bytes, /) -> Re2Match | None:
        """The first match anywhere in the text."""

    def match(self, text: str | bytes, /) -> Re2Match | None:
        """A match at the beginning of the text."""

    def fullmatch(self, text: str | bytes, /) -> Re2Match | None:
        """A match of the whole text."""


class Re2Core(Protocol):
    """A pattern over bytes as the library's extension has it, below the wrapper in Python."""

    def ok(self) -> bool:
        """Whether it is a pattern at all; nothing is raised where not."""

    def Match(self, anchor: object, text: bytes, begin: int, end: int, /) -> list[tuple[int, int]]:  # noqa: N802 - its name there
        """The spans of the whole match and of each group, (-1, -1) for what took no part."""
