"""The columns of the table of facts: what must be declared of a fact so that everything else follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from automaton.core.events import Profile
from automaton.core.facts.kind import Fact
from automaton.core.facts.observed import Observed
from automaton.core.pack import Pack
from automaton.core.truth import Value

Reader = Callable[[Observed, float], Value]
"""The value of a fact at a moment (`mono`)."""


class Teller(StrEnum):
    """Where a fact comes from, and so when it becomes unknown by itself.

    STATS: a reading of Wings; unknown without a link and once readings are overdue. LINK: heard over the
    link, or inferred from that; unknown without a link. CONNECTION: whether there is a link. PANEL: the
    Panel or the node's file, and automaton.yml; it holds until it is reported again.
    """

    STATS = "stats"
    LINK = "link"
    CONNECTION = "connection"
    PANEL = "Panel"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a fact has no value though its teller was heard, as a sentence for people.

    `exactly` says it of one server; `sentence` is what the page for operators has.
    """

    sentence: str
    applies: Callable[[Observed], bool] = lambda _: True
    exactly: Callable[[Observed], str] | None = None

    def of(self, observed: Observed) -> str:
        """The sentence for one server."""
        return self.sentence if self.exactly is None else self.exactly(observed)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Servers on which a fact will never be known, and what the operator can do about it."""

    on: Callable[[Profile, Pack], bool]
    advice: str


@dataclass(frozen=True, slots=True)
class ServerFact(Fact):
    """A fact of one server.

    `needs` are the facts that it is computed from: it changes with them. The first of `missing` that
    applies is the reason when it has no value. `meaning` is its description on the page for operators.
    """

    teller: Teller
    read: Reader
    meaning: str
    _: KW_ONLY
    needs: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    unavailable: Unavailable | None = None


class Where(StrEnum):
    """The parts of a rule that may read a fact of the rule itself."""

    RULE = "anywhere"
    INCIDENT = "while its incident is open"
    TRIP = "in `then` of its breaker"
    CONSOLE = "with its incident or the `then` of its breaker, in a rule of one server"
    COUNTDOWN = "in a `countdown`"
    TEXT = "in texts, by itself as a whole `${…}`"
    GROUP = "in a rule of a node or the fleet"
    FAILED = "in the `else` of a step that failed"
    ANSWERED = "after an `http` or an `exec`"


@dataclass(frozen=True, slots=True)
class RuleFact(Fact):
    """A fact of a rule, its incident or its step. `core/rules/scene.py` reads it."""

    where: tuple[Where, ...]
    meaning: str
