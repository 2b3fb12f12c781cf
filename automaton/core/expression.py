"""What the core asks of expressions and templates, and the functions that they apply. Shapes only.

How they are parsed, checked and evaluated is in expr/. Where a name or a function gets its value is the
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
OF_THE_PLACE = frozenset({"window", "firing"})
PURE = frozenset({"json"})


@stable_name("Applied")
@dataclass(frozen=True, slots=True)
class Applied:
    """One application. Equal where function and arguments are: `text` is its one spelling.

    `of` is the expression that it is applied to, `limit` the second one of `eta`. `name` is the event,
    pattern, window or rule that it names; `pattern` is the RE2 that stands in a name's place. `seconds`
    is the time that it looks back, 0 where it does not.
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
        """The facts whose change may change its value though no time passes.

        What is counted over servers, seen, or firing is no fact of one server: its change is told under
        its own `text`.
        """
        if self.function in OVER_SERVERS or self.of is None:
            return frozenset({self.text}) if self.function not in PURE else frozenset()
        return self.of.names | (self.limit.names if self.limit is not None else frozenset())


class NameScope(Protocol):
    """Where names get their values."""

    def read(self, name: str) -> Value: ...

    def apply(self, applied: Applied) -> Value:
        """The value of a function of the language; unknown where this scope has none."""
        ...


class Expression(Protocol):
    """A checked expression. `names` are the facts that it reads, a match's field as `it.player`.

    They hold what its functions are woken by, too. `applied` are those functions, the ones inside of
    others among them.
    """

    @property
    def source(self) -> str: ...

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def applied(self) -> frozenset[Applied]: ...

    @property
    def rising(self) -> Mapping[str, float]:
        """Facts in which its truth can only rise: when they fall, what is false stays false.

        To each the number below which it makes nothing true.
        """
        ...

    def truth(self, scope: NameScope, now: float) -> Truth: ...

    def evaluate(self, scope: NameScope, now: float) -> Value: ...


class Template(Protocol):
    """Text with `${expression}` in it. `pieces` are literal texts and expressions in turn."""

    @property
    def source(self) -> str: ...

    @property
    def pieces(self) -> Sequence[str | Expression]: ...

    @property
    def names(self) -> frozenset[str]: ...

    def fill(self, scope: NameScope, now: float, guard: Callable[[str], str] | None = None) -> str: ...

    def filled(self, scope: NameScope, now: float) -> Sequence[tuple[str | Expression, str]]: ...
