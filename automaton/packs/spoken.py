"""How words of people look in a pack: a pattern of the line, groups of its prefix, or both at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import ValidationInfo

from automaton.core.events import Source
from automaton.did_you_mean import did_you_mean, listed, nearest
from automaton.match.glob import Glob
from automaton.match.line_reader import Form
from automaton.match.pattern import Pattern
from automaton.problem import Problem, problem_at
from automaton.schema import nodes
from automaton.schema.annotations import ReadBy
from automaton.schema.invalid import invalid
from automaton.schema.readers import glob, pattern, shape
from automaton.schema.scalar import Scalar, target_of

MATCH = "match"
"""The key of the line's pattern, beside those that are groups of the prefix."""

_MEANS_MATCH = frozenset({"console", "line", "pattern", "regex", "re", "text"})


@dataclass(frozen=True, slots=True)
class PrefixWords:
    """Globs of named groups of the prefix; with a `pattern`, the line behind it has to match as well."""

    groups: tuple[tuple[Scalar, Glob], ...]
    pattern: Pattern | None = None

    @property
    def source(self) -> str:
        """As it is written in a file, on one line."""
        shown = [f"{name}: {one.source}" for name, one in self.groups]
        return ", ".join([*shown, f"{MATCH}: {self.pattern.source}"] if self.pattern is not None else shown)


def _read(value: object, info: ValidationInfo) -> object:
    if isinstance(value, PrefixWords | Pattern):
        return value
    if isinstance(value, nodes.Mapping):
        if not value:
            expected = '`{thread: "Chat*"}`'
            raise invalid("no-value", "a group of the prefix is expected here", expected=expected)
        words = value.find(MATCH)
        found = pattern(words, info) if words is not None else None
        groups = tuple((key, glob(one)) for key, one in value.items() if key != MATCH)
        return PrefixWords(groups, found) if groups else found
    if isinstance(value, nodes.Sequence):
        expected = "a pattern in single quotes, or globs of groups of the prefix"
        raise invalid(
            "wrong-shape", "words of people are told by a pattern", found=shape(value), expected=expected
        )
    return pattern(value, info)


Words = Annotated[
    Pattern | PrefixWords,
    ReadBy(
        _read,
        {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
    ),
]
"""An RE2 pattern, or a mapping of groups of the prefix to globs, with `match` for a pattern besides."""


def form_of(source: Source, words: Pattern | PrefixWords) -> tuple[Source, Pattern | None, Form]:
    """What a line reader needs, with the pattern itself, if there is one."""
    if isinstance(words, Pattern):
        return source, words, Form(source, words.source)
    of_the_line = words.pattern.source if words.pattern is not None else ""
    return source, words.pattern, Form(source, of_the_line, words.groups)


def words_of_no_prefix(words: Iterable[Pattern | PrefixWords], prefix: Pattern | None) -> Iterator[Problem]:
    """Words of people told by groups that this prefix has not: nobody would ever be heard so."""
    groups = prefix.groups if prefix is not None else frozenset[str]()
    for one in words:
        for name, _ in one.groups if isinstance(one, PrefixWords) else ():
            if name in groups:
                continue
            near = MATCH if name in _MEANS_MATCH else nearest(name, [*sorted(groups), MATCH])
            message = f"the prefix has no group `{name}`{did_you_mean(near)}"
            expected = "" if near else _instead(name, prefix)
            yield problem_at(target_of(name), "in-vain", message, expected=expected, suggestion=near or "")


def _instead(name: str, prefix: Pattern | None) -> str:
    """What the file has to have, where none of the groups is near."""
    if prefix is not None and prefix.groups:
        return f"{listed(prefix.groups)}, or `{MATCH}: '^…'` for a pattern of the line"
    return f"a `prefix` with it, as `'^\\[(?P<{name}>[^\\]]+)\\] '`, or a pattern of the line alone"
