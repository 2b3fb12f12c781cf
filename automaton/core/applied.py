"""A function of the language with its arguments, as an expression asks for it: plain and comparable.

Where its value comes from is the scope's business: the facts of one server remember over time, the
servers under a key are counted, a window is read off the wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automaton.core.stable_names import stable_name

if TYPE_CHECKING:
    from automaton.core.ports import Expression

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
