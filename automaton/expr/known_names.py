"""What the functions of an expression may name: events, patterns, windows, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automaton.core.facts.kind import Fact
from automaton.core.facts.table import SERVER_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """What is None is not known, and not checked.

    `events` are the names that `age` and `seen` take, the packs' patterns among them; `pattern` says what
    is wrong with an RE2, or returns an empty text.

    `each` are the facts that `count`, `share`, `sum` and `names` may read of each server, in a rule wider
    than one server. It is None in a rule of one server, which has no such functions.

    `truths` are the fields of the match that are true or false; all others are texts.
    """

    events: frozenset[str] | None = None
    windows: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    pattern: Callable[[str], str] | None = None
    each: Mapping[str, Fact] | None = None
    truths: frozenset[str] = frozenset()


NOT_JUDGED = KnownNames()
OVER_EACH_SERVER = KnownNames(each=SERVER_FACTS)
