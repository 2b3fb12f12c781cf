"""What the core asks of what is plugged into it. Shapes only.

A kind of trigger or action, an expression, the index and the ledger are written elsewhere and
meet the engine here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from automaton.core.applied import Applied
from automaton.core.events import FieldValue, Profile, Source
from automaton.core.happening import Happening, Heard
from automaton.core.truth import Truth, Value

if TYPE_CHECKING:
    from automaton.core.decision import Decision
    from automaton.core.rules.progress import Memo, Progress
    from automaton.core.rules.scene import StepScene


@dataclass(frozen=True, slots=True)
class Listens:
    """What may wake somebody: RE2 patterns, names of events (or LINE, STATE), and facts."""

    patterns: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def __or__(self, other: Listens) -> Listens:
        return Listens(self.patterns | other.patterns, self.events | other.events, self.facts | other.facts)


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


class Selector(Protocol):
    """Which servers."""

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool: ...


class Trigger(Protocol):
    """Something that happens. `match` gives what becomes `it.*`, or None."""

    @property
    def where(self) -> Expression | None: ...

    def listens(self) -> Listens: ...

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None: ...

    @property
    def makes_up(self) -> bool:
        """Whether a time of the clock that nobody was there for is made up (`missed: run`)."""
        ...

    def next_time(self, after: float, seed: str) -> float | None:
        """The next moment (wall), later than `after`, at which the clock makes it match; None for never.

        `seed` is the rule's id and key: it spreads what is jittered, the same each time. At that moment
        `match` is asked of a happening named TIME.
        """
        ...


class Action(Protocol):
    """A step of a run.

    `step` is called with `memo` None when the step begins, and again with the memo that it returned,
    whenever a call of it ended, its time came, or something that it listens to changed.
    """

    @property
    def verb(self) -> str: ...

    @property
    def needs_hand(self) -> bool: ...

    def listens(self) -> Listens: ...

    def blocks(self) -> Sequence[Sequence[Action]]: ...

    def step(self, scene: StepScene, memo: Memo | None) -> Progress: ...

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """The incident cleared while this step was going: `Into` what undoes it, None for nothing."""
        ...


class Words(Protocol):
    """Some words, as a glob names them."""

    def covers(self, text: str) -> bool: ...


class Calendar(Protocol):
    """Stretches of the wall clock, such as each night from two to seven."""

    def holds(self, wall: float) -> tuple[bool, float]:
        """Whether this moment lies within, and the wall moment until which that stands."""
        ...


class Index(Protocol):
    """Reads a line as the server's pack does, and finds the patterns that it matches."""

    def hear(self, text: str, source: Source, pack: str) -> Heard: ...

    def including(self, patterns: frozenset[str]) -> Index:
        """The same, and these patterns too: what a run waits for, though its rule is no more."""
        ...


class Ledger(Protocol):
    """Where decisions are written before anything is sent."""

    def write(self, decision: Decision) -> None: ...
