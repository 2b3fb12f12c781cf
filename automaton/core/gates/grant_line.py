"""One action of a node that needs the fleet's budgets: what became of it so far, and who wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from automaton.core.gates.held import Held
from automaton.core.grant_events import GrantLine


class Asker(Protocol):
    """Who wants an action: a run, or a poll's turn."""

    @property
    def home(self) -> str:
        """The server that it acts on."""

    @property
    def has_slot(self) -> bool:
        """Whether a power action of its own is going."""

    @property
    def is_held(self) -> bool:
        """Whether its call still waits to go out."""


@dataclass(slots=True, eq=False)
class Line:
    """One action. `asker` is None for one that an earlier engine left, and nobody has taken up yet.

    `told_in` is the turn in which it was told as it is now, 0 for not yet.
    """

    number: int
    budgets: tuple[str, ...]
    home: str
    asker: Asker | None
    is_given: bool = False
    is_sent: bool = False
    is_in_vain: bool = False
    is_over: bool = False
    told_in: int = 0
    delay: Held | None = None

    def told(self) -> GrantLine:
        """As the fleet's engine reads it."""
        return GrantLine(
            number=self.number, budgets=self.budgets, sent=self.is_sent, in_vain=self.is_in_vain,
            over=self.is_over,
        )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether it is about to change: it waits, was not heard to be over, or belongs to nobody yet."""
        return not self.is_sent or self.is_over or self.asker is None

    @property
    def has_place(self) -> bool:
        """Whether it goes on after it was sent, as a power action does."""
        return any(name.startswith("power.") for name in self.budgets)

    def dump(self) -> list[Any]:
        """Plain data."""
        return [
            self.number, list(self.budgets), self.home, self.is_given, self.is_sent, self.is_in_vain,
            self.is_over,
        ]  # fmt: skip
