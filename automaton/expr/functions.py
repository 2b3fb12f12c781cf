"""The functions of the language: what each takes and returns, and an example. The one list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from automaton.core.facts.kind import Kind

LONGEST_LOOK = 86_400.0
"""Seconds. Functions over time look back so far at most (rule-language 3)."""


class Takes(StrEnum):
    """What an argument may be; the value is its name in a sentence."""

    TRUTH = "a truth"
    NUMBER = "a number"
    TIME = "a time"
    TEXT = "a text"
    PATTERN = "an RE2 in quotes"
    EVENT = "an event or pattern by name, or an RE2 in quotes"
    WINDOW = "a window in quotes"
    RULE = "a rule in quotes"
    PATH = 'a path in quotes, as "a.b[0]"'
    ANY = "a value"


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments, and an example to show beside a mistake.

    `returns` is None where the kind is that of the first argument. So many of the last may be left out as
    `optional` says.
    """

    takes: tuple[Takes, ...]
    example: str
    returns: Kind | None = None
    optional: int = 0

    def fits(self, arguments: int) -> bool:
        """Whether it takes so many."""
        return len(self.takes) - self.optional <= arguments <= len(self.takes)


FUNCTIONS: Mapping[str, Signature] = {
    "count": Signature((Takes.TRUTH,), "count(not connected)", Kind.NUMBER),
    "share": Signature((Takes.TRUTH,), "share(not connected)", Kind.NUMBER),
    "sum": Signature((Takes.NUMBER,), "sum(memory)"),
    "names": Signature((Takes.TRUTH,), "names(not connected)", Kind.TEXT),
    "avg": Signature((Takes.NUMBER, Takes.TIME), "avg(memory_pct, 5m)"),
    "min": Signature((Takes.NUMBER, Takes.TIME), "min(memory_pct, 5m)"),
    "max": Signature((Takes.NUMBER, Takes.TIME), "max(players, 1h)"),
    "rate": Signature((Takes.NUMBER, Takes.TIME), "rate(rx, 5m)"),
    "eta": Signature((Takes.NUMBER, Takes.NUMBER, Takes.TIME), "eta(disk, disk_limit, 2h)", Kind.DURATION),
    "age": Signature((Takes.EVENT,), "age(ready)", Kind.DURATION),
    "seen": Signature((Takes.EVENT, Takes.TIME), "seen(ready, 10m)", Kind.TRUTH),
    "crashes": Signature((Takes.TIME,), "crashes(1h)", Kind.NUMBER),
    "starts": Signature((Takes.TIME,), "starts(1h)", Kind.NUMBER),
    "window": Signature((Takes.WINDOW,), 'window("quiet")', Kind.TRUTH),
    "firing": Signature((Takes.RULE,), 'firing("node-hot")', Kind.TRUTH),
    "matches": Signature((Takes.TEXT, Takes.PATTERN), "matches(it.player, '^Bot[0-9]+$')", Kind.TRUTH),
    "contains": Signature((Takes.TEXT, Takes.TEXT), 'contains(lower(name), "test")', Kind.TRUTH),
    "lower": Signature((Takes.TEXT,), "lower(it.player)", Kind.TEXT),
    "len": Signature((Takes.TEXT,), "len(it.player)", Kind.NUMBER),
    "json": Signature((Takes.ANY, Takes.PATH), "json(name)", Kind.TEXT, optional=1),
}

EXPRESSIONS = frozenset({Takes.TRUTH, Takes.NUMBER, Takes.TEXT, Takes.ANY})
"""Arguments that are expressions of their own."""
