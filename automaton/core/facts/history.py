"""What is remembered of one server because its rules look back: every function over time reads from here.

A server whose rules do not look back remembers starts and crashes only, and spends nothing on what comes
every second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from automaton.core.events import Source, State
from automaton.core.expression import OVER_TIME, Applied, Expression, NameScope
from automaton.core.facts.occurrences import Ages, Counts, Watched
from automaton.core.facts.series import Series, reaches
from automaton.core.facts.table import COUNTERS
from automaton.core.happening import LINE, NOTHING, STATE, Happening
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import NEVER, UNKNOWN, Value

OF_NUMBERS = frozenset({"avg", "min", "max", "rate", "eta"})
OF_EVENTS = frozenset({"age", "seen"})
OF_COUNTS = frozenset({"crashes", "starts"})
LONGEST = 100 * 366 * 86_400.0
"""Seconds: what `eta` would reach later than in a hundred years is never reached."""

OF_A_LINE = frozenset({"console_age", "lines"})
"""The facts that any line changes."""


@dataclass(slots=True)
class Recorded:
    """A number that is remembered; `is_read` if it is made of readings, and grows overdue with them."""

    of: Expression
    series: Series
    is_read: bool


class History:
    """The same number over the same time is kept once, for all functions of it.

    `is_empty`: no rule looks back, though `watched` may still want a reading. `hears_lines`: a line that is
    no event may matter.
    """

    def __init__(self, readings: Iterable[str]) -> None:
        self.is_empty = True
        self._readings = frozenset(readings)
        self._kept: frozenset[Applied] = frozenset()
        self._recorded: dict[str, Recorded] = {}
        self._read: tuple[Recorded, ...] = ()
        self._loaded: dict[str, Series] = {}
        self._names = Ages()
        self._patterns = Ages()
        self._counts = {"crashes": Counts(), "starts": Counts()}
        self.watched = Watched()
        self._texts: dict[str, list[str]] = defaultdict(list)  # by event, pattern or function
        self._all_texts = NOTHING
        self.hears_lines = False

    def keep(self, applied: Iterable[Applied], scope: NameScope, seen: float, mono: float) -> None:
        """Sets what rules look back on. What is kept already continues; what nobody asks for is forgotten."""
        kept = frozenset(one for one in applied if one.function in OVER_TIME)
        if kept == self._kept and not self._loaded:
            return
        self._kept, self.is_empty = kept, not kept
        self._names.keep(frozenset(one.name for one in kept if one.name), seen)
        self._patterns.keep(frozenset(one.pattern for one in kept if one.pattern), seen)
        self._record([one for one in kept if one.function in OF_NUMBERS], scope, mono)
        self._texts = defaultdict(list)
        for one in kept:
            if one.function not in OF_NUMBERS:
                self._texts[one.name or one.pattern or one.function].append(one.text)
        self._all_texts = frozenset(text for texts in self._texts.values() for text in texts)
        self._read = tuple(one for one in self._recorded.values() if one.is_read)
        read = NOTHING.union(*(one.of.names for one in self._recorded.values()))
        self.hears_lines = any(one.pattern for one in kept) or not read.isdisjoint(OF_A_LINE)

    def links(self, is_up: bool, mono: float) -> frozenset[str]:
        """Takes note of the link. Returns the functions whose value may have changed."""
        if is_up:
            self.watched.begin(mono)
        else:
            self.watched.end(mono)
        return self._all_texts

    def misses(self, seen: float, mono: float) -> frozenset[str]:
        """Takes note of lost lines or events. Returns the functions whose value may have changed."""
        self._names.miss(seen)
        self._patterns.miss(seen)
        self.watched.miss(mono)
        return self._all_texts

    def runs(self, uptime: float, mono: float) -> frozenset[str]:
        """Takes the uptime of a running process. Returns the functions whose value may have changed."""
        if not self.watched.ran(mono, uptime):
            return NOTHING
        return frozenset(text for name in OF_COUNTS for text in self._texts.get(name, ()))

    def hears(self, happened: Sequence[Happening], seen: float, mono: float) -> frozenset[str]:
        """Takes what happened. Returns the functions whose value may have changed."""
        woken: list[str] = []
        for one in happened:
            if one.name == LINE:
                woken += self._hears_line(one, seen)
            elif one.name == STATE:
                if one.now is State.STARTING:
                    self._counts["starts"].note(mono)
                    woken += self._texts.get("starts", ())
            else:
                if one.name == "crash":
                    self._counts["crashes"].note(mono)
                    woken += self._texts.get("crashes", ())
                if one.name in self._names:
                    self._names.note(one.name, seen)
                    woken += self._texts.get(one.name, ())
        return frozenset(woken) if woken else NOTHING

    def follows(self, changed: frozenset[str], scope: NameScope, mono: float) -> None:
        """Records the numbers that are made of changed facts."""
        for one in self._recorded.values():
            if not changed.isdisjoint(one.of.names):
                one.series.put(mono, one.of.evaluate(scope, mono))

    def reads(
        self, changed: frozenset[str], until: float, at: Callable[[float], NameScope], mono: float
    ) -> None:
        """Records the numbers made of a reading that is good until `until`. `at` returns the facts.

        A number that the reading did not change is only extended: that is cheaper, and comes each second.
        """
        for one in self._read:
            if not changed.isdisjoint(one.of.names) or not one.series.goes_on(mono, until):
                one.series.put(mono, one.of.evaluate(at(mono), mono))

    def apply(self, applied: Applied, scope: NameScope, seen: float | None, mono: float) -> Value:
        """The value of a function over time. `seen` is the watched time, None while the link is down."""
        if applied.function in OF_NUMBERS:
            return self._number(applied, scope, mono)
        if applied.function in OF_COUNTS:
            return self._counts[applied.function].within(applied.seconds, self.watched, mono)
        if applied.function not in OF_EVENTS or seen is None:
            return UNKNOWN
        ages, name = (self._names, applied.name) if applied.name else (self._patterns, applied.pattern)
        if applied.function == "age":
            return ages.age(name, seen)
        return ages.within(name, applied.seconds, seen, mono)

    def dump(self, wall_time: WallTime, *, whole: bool = True) -> dict[str, Any]:
        """Plain data, moments as wall and ages as watched seconds; else without what `take_past` said."""
        return {
            "series": {key: one.series.dump(wall_time, whole=whole) for key, one in self._recorded.items()},
            "names": self._names.dump(),
            "patterns": self._patterns.dump(),
            "counts": {name: counts.dump(wall_time) for name, counts in self._counts.items()},
            "watched": self.watched.dump(wall_time),
        }

    def take_past(self, mono: float) -> dict[str, list[list[float]]] | None:
        """The steps that ended, by series, for a part of their own; None while these are few.

        They never change again: to write them with each reading would be nearly all that is written.
        """
        if not any(one.series.has_ended(mono) for one in self._recorded.values()):
            return None
        return {key: one.series.take_ended() for key, one in self._recorded.items()}

    def take_back_past(self) -> None:
        """What `take_past` said is not kept any more."""
        for one in self._recorded.values():
            one.series.take_back()

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned. The next `keep` decides what of it is still wanted."""
        self._loaded = {key: Series.load(one, wall_time) for key, one in data["series"].items()}
        self._names.load(data["names"])
        self._patterns.load(data["patterns"])
        for name, counts in self._counts.items():
            counts.load(data["counts"][name], wall_time)
        self.watched.load(data["watched"], wall_time)

    @property
    def has_ages(self) -> bool:
        """Whether any rule asks how long ago something was said."""
        return bool(self._names or self._patterns)

    def dump_ages(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What lines change, as in `dump`: `names` and `patterns`."""
        return self._names.dump(), self._patterns.dump()

    def _hears_line(self, line: Happening, seen: float) -> list[str]:
        """Notes the patterns of a line. Only those of the game itself: a player may type any words."""
        heard = line.heard
        if not self._patterns or heard is None or heard.source is not Source.GAME:
            return []
        woken = []
        for pattern in heard.patterns:
            if pattern in self._patterns:
                self._patterns.note(pattern, seen)
                woken += self._texts[pattern]
        return woken

    def _record(self, numbers: list[Applied], scope: NameScope, mono: float) -> None:
        recorded: dict[str, Recorded] = {}
        for one in numbers:
            key = _key(one)
            if one.of is None or key in recorded:
                continue
            if key in self._recorded:
                recorded[key] = self._recorded[key]
                continue
            is_counter = not COUNTERS.isdisjoint(one.of.names)
            series = self._loaded.get(key) or Series(one.seconds, mono)
            # Only one that readings make grows overdue by itself; any other holds until it changes.
            is_read = not self._readings.isdisjoint(one.of.names)
            recorded[key] = Recorded(one.of, series.counts(is_counter=is_counter), is_read)
            series.put(mono, one.of.evaluate(scope, mono))
        self._recorded, self._loaded = recorded, {}

    def _number(self, applied: Applied, scope: NameScope, mono: float) -> Value:
        recorded = self._recorded.get(_key(applied))
        if recorded is None:
            return UNKNOWN
        if applied.function != "eta" or applied.limit is None:
            return recorded.series.value(applied.function, mono)
        number, limit = recorded.of.evaluate(scope, mono), applied.limit.evaluate(scope, mono)
        return reaches(number, limit, recorded.series.value("slope", mono), LONGEST, NEVER)


def _key(applied: Applied) -> str:
    """The arguments of a function: what is remembered is shared by functions of equal arguments."""
    return applied.text.removeprefix(applied.function)
