"""A rule file with its tokens told apart, line by line: classes for the style sheet, and text.

The lexer is Pygments', which comes with rich. What it is given was written by operators, and is bounded all
the same: a longer file is shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

LONGEST_LEXED = 200_000  # characters; a tenth of a second
KINDS = (
    ("Comment", "comment"),
    ("Name.Tag", "key"),
    ("Literal.String", "text"),
    ("Literal.Scalar", "text"),
    ("Literal.Number", "number"),
    ("Keyword", "word"),
    ("Punctuation", "mark"),
    ("Name", "name"),
)
"""Pygments' kinds of tokens, and our class for each: the first that fits."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line by its number: texts with their classes. `is_rule`: it belongs to the rule in question."""

    number: int
    pieces: tuple[tuple[str, str], ...]
    is_rule: bool = False


def source_lines(text: str, begins: int) -> list[SourceLine]:
    """All lines of a file, those of the rule that begins in line `begins` marked."""
    lines = _lexed(text)
    first, last = rule_range(text, begins)
    return [SourceLine(number, pieces, first <= number <= last) for number, pieces in enumerate(lines, 1)]


def rule_range(text: str, begins: int) -> tuple[int, int]:
    """The first and the last line of the rule that begins in a line: up to the next, or a lesser indent."""
    lines = text.split("\n")
    if not 1 <= begins <= len(lines):
        return 0, -1
    indent = _indent(lines[begins - 1].replace("-", " ", 1))
    last = begins
    for number, line in enumerate(lines[begins:], begins + 1):
        if not line.strip():
            continue
        if _indent(line) < indent:
            break
        last = number
    return begins, last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@lru_cache(maxsize=32)
def _lexed(text: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    if len(text) > LONGEST_LEXED:
        return tuple((("", line),) for line in text.split("\n"))
    from pygments.lexers.data import YamlLexer

    lines: list[list[tuple[str, str]]] = [[]]
    for token, value in YamlLexer(stripnl=False, ensurenl=False).get_tokens(text):
        kind = _class_of(str(token).removeprefix("Token."))
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((kind, piece))
    return tuple(tuple(line) for line in lines)


def _class_of(token: str) -> str:
    return next((ours for theirs, ours in KINDS if token.startswith(theirs)), "")
