"""Expressions and templates, as far as the core uses them, and the functions that they apply.

Law: shapes only. Parsing, checking and evaluating is in expr/. Where a name or function gets its value is the
scope's business: the facts of one server, what is remembered over time, the servers that are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from automaton.core.stable_names import stable_name
from automaton.core.truth import Truth, Value

OVER_SERVERS = frozenset({"count", "share", "sum", "names"})
OVER_TIME = frozenset({"avg", "min", "max", "rate", "eta", "age", "seen", "crashes", "starts"})
OF_TEXTS = frozenset({"matches", "contains", "lower", "len"})
PURE = frozenset({"json"}) | OF_TEXTS
"""Functions of their arguments alone: no scope is asked for their value."""


@stable_name("Applied")
@dataclass(frozen=True, slots=True)
class Applied:
    """One application of a function. Equal if function and arguments are: `text` is its only spelling.

    `of` is the expression that it is applied to, `limit` the second one, as of `eta`. `name` is the event,
    pattern, window or rule that it names, or the path of `json`; `pattern` is an RE2 given instead of a name.
    `seconds` is the time that it looks back, 0 if it does not.
    """

    function: str
    text: str
    of: Expression | None = field(default=None, compare=False)
    limit: Expression | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)
    pattern: str = field(default="", compare=False)
    seconds: float = field(default=0.0, compare=False)

    @property
    def wakes(self) -> frozenset[str]:
        """The facts whose change may change its value, apart from time.

        What is counted over servers, seen, or firing is not a fact of one server: its own `text` is the name
        under which such a change is announced.
        """
        if self.function in OVER_SERVERS or self.of is None:
            return frozenset({self.text}) if self.function not in PURE else frozenset()
        return self.of.names | (self.limit.names if self.limit is not None else frozenset())


class NameScope(Protocol):
    """Where names get their values."""

    def read(self, name: str) -> Value:
        """The value of a name now; unknown for one that has none here."""

    def apply(self, applied: Applied) -> Value:
        """The value of a function; unknown for one that has none here."""


class Expression(Protocol):
    """A checked expression."""

    @property
    def source(self) -> str:
        """As it is written."""

    @property
    def names(self) -> frozenset[str]:
        """The facts that it reads, a match's field as `it.player`, and what wakes its functions."""

    @property
    def applied(self) -> frozenset[Applied]:
        """The functions in it, including those inside others."""

    @property
    def whole(self) -> Applied | None:
        """The function that it is an application of, as a whole; None for anything else."""

    @property
    def rising(self) -> Mapping[str, float]:
        """The facts whose fall leaves a false expression false.

        Each with the number below which it makes nothing true.
        """

    @property
    def deciding(self) -> Mapping[str, float]:
        """The facts any of which makes it false, each by being a number below this one."""

    def truth(self, scope: NameScope, now: float) -> Truth:
        """Its value as a truth, and the `mono` until which that holds though nothing happens."""

    def evaluate(self, scope: NameScope, now: float) -> Value:
        """Its value at a `mono`, of whatever type."""


class Template(Protocol):
    """Text with `${expression}` in it."""

    @property
    def source(self) -> str:
        """As it is written."""

    @property
    def pieces(self) -> Sequence[str | Expression]:
        """Its literal texts and expressions, in order."""

    @property
    def names(self) -> frozenset[str]:
        """The facts that its expressions read."""

    def fill(self, scope: NameScope, now: float, guard: Callable[[str], str] | None = None) -> str:
        """The text with all values printed, each of them passed through `guard`."""

    def filled(self, scope: NameScope, now: float) -> Sequence[tuple[str | Expression, str]]:
        """Each piece with its text."""
