"""What an expression may name beside facts and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automaton.core.facts.kind import Fact
from automaton.core.facts.table import SERVER_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """None where something is not known: then it is not judged.

    `events` are those that `age` and `seen` may name, the packs' patterns among them. `windows` and
    `rules` are names and ids. `pattern` says what is wrong with an RE2, or nothing.

    `each` are the facts of each server that a rule wider than one server may ask in `count`, `share`,
    `sum` and `names`; None in a rule of one server, which has no such functions.
    """

    events: frozenset[str] | None = None
    windows: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    pattern: Callable[[str], str] | None = None
    each: Mapping[str, Fact] | None = None


NOT_JUDGED = KnownNames()
OVER_EACH_SERVER = KnownNames(each=SERVER_FACTS)
