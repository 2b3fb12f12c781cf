"""What is known of one server, by name; unknown is a value.

The names are those of table.py; what each is read from is in observed.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from automaton.core.events import Profile
from automaton.core.expression import Applied
from automaton.core.facts.changes import Changes
from automaton.core.facts.history import History
from automaton.core.facts.observed import Observed
from automaton.core.facts.own_values import OwnValues
from automaton.core.facts.table import READERS, READINGS
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import UNKNOWN, Value


class Facts(Observed):
    """Each fact at a moment, and what rules look back on."""

    __slots__ = ("changes", "history", "own")

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.history = History(READINGS)
        self.own = OwnValues()
        self.changes = Changes()

    def read(self, name: str, mono: float) -> Value:
        """The value of a fact at `mono`."""
        reader = READERS.get(name)
        if reader is not None:
            return reader(self, mono)
        return self.own.read(name, mono, is_connected=self.connected is True)

    def at(self, mono: float) -> FactsNow:
        """The facts at one moment, as an expression reads them."""
        return FactsNow(self, mono)

    def remember(self, applied: Iterable[Applied], mono: float) -> None:
        """Sets what rules look back on. What is remembered of it already is kept."""
        self.history.keep(applied, self.at(mono), self.seen.read(mono), mono)

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function over time; unknown for one that `remember` was not given."""
        seen = self.seen.read(now.mono) if self.connected else None
        return self.history.apply(applied, self.at(now.mono), seen, now.mono)

    def polled(self, mono: float) -> frozenset[str]:
        """Notes that the game was asked for its players. Returns the facts that became unknown by it."""
        before = self.players.count
        self.players.asked()
        return self.follow(frozenset({"players"}), mono) if self.players.count != before else frozenset()

    def follow(self, changed: frozenset[str], mono: float) -> frozenset[str]:
        """Records changed facts for functions over time, and returns them."""
        if not self.history.is_empty:
            self.history.follows(changed, self.at(mono), mono)
        return changed

    def dump(self, now: Moment, *, whole: bool = True) -> dict[str, Any]:
        """What must outlive this process, as plain data; else without what its history wrote apart.

        Nobody watches from now on.
        """
        dumped = {**super().dump(now), "hindsight": self.history.dump(WallTime(now), whole=whole)}
        if self.own.local:
            dumped["own"] = self.own.dump(self.process_since(), self.boot, WallTime(now))
        if answered := self.queried.dump(self.process_since(), WallTime(now)):
            dumped["queried"] = answered
        return dumped

    def dump_ages(self, now: Moment) -> list[Any]:
        """What lines change, as in `dump`, but no text: the moment, `console_since`, names, patterns."""
        since, is_bound = self.console_since, self.console_since_is_bound
        return [now.wall, since, is_bound, *self.history.dump_ages()]

    def load(self, data: dict[str, Any], now: Moment) -> None:
        """Restores what `dump` returned. The link is not tried yet, and ages stood still."""
        super().load(data, now)
        self.history.load(data["hindsight"], WallTime(now))
        if "own" in data:  # none where there are no facts of one's own
            self.own.load(data["own"], WallTime(now))
        self.queried.load(data.get("queried", {}), WallTime(now))  # none where it did not answer


class FactsNow:
    """The facts of a server at one moment, as an expression reads them."""

    __slots__ = ("_facts", "_mono")

    def __init__(self, facts: Facts, mono: float) -> None:
        self._facts = facts
        self._mono = mono

    def read(self, name: str) -> Value:
        """The value of a fact; unknown for a name that is not a fact of a server."""
        return self._facts.read(name, self._mono)

    def apply(self, applied: Applied) -> Value:
        """Unknown: a function over time may not contain another function (expr/check_functions.py)."""
        return UNKNOWN
