r"""A text that a pattern finds, made from the pattern: so that what it looks for can be shown to a pack.

The shortest of each part, and of alternatives the first: `^\[(?:Server|Rcon): ` gives `[Server: `. It is then
tried on the pattern, and nothing is given that the pattern does not find.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from automaton.match.pattern import Pattern

_CLASSES = {
    "d": "1",
    "D": "a",
    "w": "a",
    "W": " ",
    "s": " ",
    "S": "a",
    "t": "\t",
    "pL": "a",
    "PL": "-",
    **dict.fromkeys(("n", "r", "b", "B", "A", "z"), ""),
}
_ANY = "x"
_LETTERS = "abxyzABXYZ019_-. :/'\"[]()<>"
"""Tried one after the other for a class that excludes what is written in it."""
DEEPEST = 50  # groups inside of each other; what is deeper has no sample
ENOUGH = 4096  # characters, for repeats inside of repeats multiply; no line is longer
_POSIX = {"alpha": "a", "alnum": "a", "digit": "1", "upper": "A", "lower": "a", "space": " ", "word": "a"}


def sample_of(pattern: Pattern) -> str:
    """A text that the pattern finds; empty where none could be made, or where the empty text is one."""
    made = _Sampler(pattern.source).alternatives()
    return made if made and pattern.find(made) is not None else ""


@dataclass(slots=True)
class _Sampler:
    """Reads a pattern from left to right, once."""

    source: str
    at: int = 0
    depth: int = 0

    def alternatives(self) -> str:
        """The text of the first alternative, to the end of the group or of the pattern."""
        first = self._sequence()
        while self._takes("|"):
            self._sequence()
        return first

    def _sequence(self) -> str:
        pieces: list[str] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            pieces.append(self._repeated(self._piece()))
        return "".join(pieces)

    def _piece(self) -> str:
        char = self.source[self.at]
        self.at += 1
        special: dict[str, Callable[[], str]] = {
            "(": self._group, "[": self._class, "\\": self._escape, ".": lambda: _ANY,
            "^": str, "$": str,
        }  # fmt: skip
        return special[char]() if char in special else char

    def _repeated(self, piece: str) -> str:
        """The piece as often as it must be there at least."""
        times = 1
        while self.at < len(self.source) and self.source[self.at] in "*+?{":
            char = self.source[self.at]
            if char == "{":
                bounds, closed, _ = self.source[self.at + 1 :].partition("}")
                least = bounds.partition(",")[0]
                if not closed or not least.isdigit():  # a bracket that stands for itself
                    break
                self.at += len(bounds) + 1
                times = min(int(least), 100)
            elif char != "+":
                times = 0
            self.at += 1
            if self._takes("?"):  # as few as possible: the same text will do
                break
        return (piece * times)[:ENOUGH]

    def _group(self) -> str:
        if self._takes("?"):
            while self.at < len(self.source) and self.source[self.at] not in ":>)":
                self.at += 1
            if self._takes(")"):  # flags for what follows
                return ""
            self.at += 1
        if self.depth == DEEPEST:
            self.at = len(self.source)
            return ""
        self.depth += 1
        inner = self.alternatives()
        self.depth -= 1
        self._takes(")")
        return inner

    def _escape(self) -> str:
        if self.at >= len(self.source):
            return ""
        name = self.source[self.at]
        self.at += 1
        if name == "Q":
            text, _, rest = self.source[self.at :].partition("\\E")
            self.at = len(self.source) - len(rest)
            return text
        if name == "x":
            return self._code()
        if name in "pP":
            return _CLASSES[name + "L"] if self._property() else ""
        return _CLASSES.get(name, name)

    def _code(self) -> str:
        """The character of a code, as `\\x27` and `\\x{2019}`."""
        found = re.compile(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})").match(self.source, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return chr(int(found[1] or found[2], 16))

    def _property(self) -> str:
        begin = self.at
        self.at = self.source.find("}", begin) + 1 if self.source[begin : begin + 1] == "{" else begin + 1
        return self.source[begin : self.at]

    def _class(self) -> str:
        """One character of a class; of one that excludes, the first that it does not."""
        excludes = self._takes("^")
        chars: list[str] = []
        begin = self.at
        while self.at < len(self.source) and (self.source[self.at] != "]" or self.at == begin):
            if self.source.startswith("[:", self.at):
                name, _, _ = self.source[self.at + 2 :].partition(":]")
                self.at += len(name) + 4
                chars.append(_POSIX.get(name, ""))
            elif self._takes("\\"):
                chars.append(self._escape())
            else:
                chars.append(self.source[self.at])
                self.at += 1
        self._takes("]")
        if excludes:
            return next((char for char in _LETTERS if char not in chars), "")
        return next((char for char in chars if char), "")

    def _takes(self, char: str) -> bool:
        found = self.source.startswith(char, self.at)
        self.at += len(char) if found else 0
        return found
