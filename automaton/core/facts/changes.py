"""Which facts of Wings, the Panel and the game changed from one known value to another.

Snapshots do not fire (rule-language 4.4): what was unknown in between changed unseen. Facts of an operator's
own remember for themselves what they were (`own_values.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.facts.own_values import field_of
from automaton.core.happening import Happening, of_change
from automaton.core.truth import Plain, Value

Read = Callable[[str, float], Value]


class Changes:
    """Looks at the facts in `watched`: those of which a rule wants to hear."""

    __slots__ = ("_last", "watched")

    def __init__(self) -> None:
        self.watched: frozenset[str] = frozenset()
        self._last: dict[str, Plain] = {}

    def watch(self, names: frozenset[str], read: Read, mono: float) -> None:
        """Sets what is watched; what was watched before goes on."""
        if names != self.watched:
            self.watched = names
            self._last = {name: self._last.get(name, read(name, mono).plain) for name in sorted(names)}

    def look(
        self, changed: frozenset[str], read: Read, mono: float, *, is_report: bool
    ) -> tuple[Happening, ...]:
        """What changed for rules to hear. A report is taken, and is no change."""
        happened: list[Happening] = []
        for name in sorted(self.watched & changed):
            was, plain = self._last[name], read(name, mono).plain
            self._last[name] = plain
            if not is_report and was is not None and plain is not None and was != plain:
                happened.append(Happening(of_change(name), {"old": field_of(was), "new": field_of(plain)}))
        return tuple(happened)
