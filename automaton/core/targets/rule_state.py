"""How one rule stands towards one key: its clocks, its window, its incident, and what it thinks.

Answers with a verdict; opens and clears nothing itself. All waiting is told as the moment to look again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.fingerprint import fingerprint_of_parts
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Overlap, Rule
from automaton.core.rules.run_history import RunHistory
from automaton.core.rules.scene import Scene
from automaton.core.schedule.hold import HoldTimer
from automaton.core.schedule.wall_time import WallTime
from automaton.core.schedule.window import Window
from automaton.core.targets.server import Server
from automaton.core.targets.target import Target
from automaton.core.truth import Truth

if TYPE_CHECKING:
    from automaton.core.runs.run import Run

Fields = Mapping[str, FieldValue]
MOST_QUEUED = 100


@dataclass(slots=True)
class Awaited:
    """A match that fires at `due` unless `unless` comes. `server` is where it happened."""

    due: float
    fields: Fields
    server: str


class RuleState:
    """State of (rule, key). `look_again` is the `mono` at which its mind may change by itself.

    `run` is the one of `do` or `on_clear`, `sides` those of `escalate` and of a breaker's `then`.
    `hushed_until` is the `mono` until which the rule muted itself. `clocked` is the wall moment of the next
    time that the clock sets it off, `ends_at` of the next one that ends its incident. `is_false`: `while` was
    false when it was read last, and no incident is open.
    """

    __slots__ = (
        "awaited", "clock_checked", "clocked", "cooling_until", "ends_at", "hold", "hushed_until",
        "incident", "is_false", "key", "key_of", "last_verdict", "look_again", "queued", "quiet",
        "reported_at", "rule", "run", "runs", "sides", "target", "turn", "window", "withdrawn",
    )  # fmt: skip

    def __init__(self, rule: Rule, turn: int, target: Target, more: tuple[str, ...] = ()) -> None:
        self.rule = rule
        self.turn = turn
        self.target = target
        self.key_of = Key(target.key.by, target.key.of, more)
        self.key = self.key_of.text
        self.hold = HoldTimer()
        self.quiet = HoldTimer()
        self.window = Window(rule.count, rule.within if rule.unless is None else None)
        self.runs = RunHistory()
        self.incident: Incident | None = None
        self.run: Run | None = None
        self.sides: list[Run] = []
        self.awaited: Awaited | None = None
        self.queued: deque[Fields] = deque(maxlen=MOST_QUEUED)
        self.cooling_until = -inf
        self.hushed_until = -inf
        self.reported_at: dict[Verdict, float] = {}
        self.clocked = inf
        self.clock_checked = inf
        self.ends_at = inf
        self.last_verdict: Verdict | None = None
        self.look_again = inf
        self.is_false = False
        self.withdrawn = False

    @property
    def server(self) -> Server:
        """The server, or what stands in its place for a node or the fleet."""
        return self.target.server

    @property
    def phase(self) -> str:
        """`idle`, `pending`, `open` or `tripped`."""
        if self.incident is not None:
            return "open"
        if self.runs.has_tripped:
            return "tripped"
        return "pending" if self.hold.begun or self.awaited is not None else "idle"

    @property
    def is_idle(self) -> bool:
        """Nothing is going on: it may be forgotten where there are too many."""
        return self.incident is None and self.run is None and not self.sides and self.awaited is None

    @property
    def seed(self) -> str:
        """What spreads this rule's moments over its keys, the same each time."""
        return f"{self.rule.id}/{self.key}"

    def scene(self, now: Moment, fields: Fields | None = None) -> Scene:
        incident = self.incident
        if fields is None:
            fields = incident.fields if incident is not None else {}
        return Scene(
            now=now, facts=self.server.facts, rule=self.rule, incident=incident, fields=fields,
            around=self.target.aggregates.get(self.rule.id, self.target),
            runs=self.runs,
        )  # fmt: skip

    @property
    def _is_seen(self) -> bool:
        """Whether a match could be heard now: a quiet time of which nobody would know is none."""
        if self.key_of.by is By.SERVER:
            return self.server.facts.connected is True
        aggregate = self.target.aggregates.get(self.rule.id)
        return aggregate is None or not aggregate.is_blind

    def look(self, now: Moment) -> Verdict:
        """Reads the rule's expressions anew. FIRED: it would open now. CLEARED: it would clear now."""
        self.look_again = inf
        aggregate = self.target.aggregates.get(self.rule.id)
        if aggregate is not None and aggregate.is_partial(now.mono):
            self.look_again = aggregate.expected_until
            return Verdict.ALREADY_OPEN if self.incident is not None else Verdict.WAITING
        if self.rule.holds is not None:
            return self._look_while(self.rule.holds.truth(self.scene(now), now.mono), now)
        if self.incident is not None:
            return self._look_until(now, quiet=self._is_seen or None)
        if self.awaited is not None:
            return self._look_awaited(self.awaited, now)
        self._wake_for_reset(now.mono)
        return self.last_verdict or Verdict.WAITING

    def matched(self, now: Moment, fields: Fields, server: str) -> Verdict:
        """`when` came true. FIRED: it opens now."""
        self.look_again = inf
        if self.incident is not None:
            self.incident.matches += 1
            self.quiet.reset()
            verdict = self._look_until(now, quiet=self._is_seen or None)
            return self._overlapping(now, fields) if verdict is Verdict.ALREADY_OPEN else verdict
        if self.rule.unless is not None:
            return self._await(now, fields, server)
        if not self._counted(now, fields):
            return Verdict.WAITING
        return self.may_open(now, fields)

    def abandon(self) -> bool:
        """`unless` came, or nobody can see whether it comes. True if a match waited for it."""
        was, self.awaited = self.awaited, None
        return was is not None

    def open(self, number: int, now: Moment, fields: Fields) -> Incident:
        """A fire empties the window and begins an incident."""
        matches = self.window.matches(now.mono) if self.rule.when is not None else 1
        attempt = self.runs.lately(self.rule, now.mono) + 1
        self.incident = Incident(number, now, max(matches, 1), fields, attempt)
        self.target.open[self.rule.id] += 1
        self.window.clear()
        self.quiet.reset()
        return self.incident

    def clear(self, now: Moment) -> Incident | None:
        """The incident ends; a `for` begins anew."""
        incident, self.incident = self.incident, None
        if incident is not None:
            incident.cleared = now
            self.target.open[self.rule.id] -= 1
        self.hold.reset()
        self.quiet.reset()
        return incident

    def begin_anew(self) -> None:
        """The rule's `when` or `while` was changed: its window and `for` start over."""
        self.hold.reset()
        self.awaited = None
        self.queued.clear()
        self.window.clear()

    def judge_by(self, rule: Rule) -> None:
        """The same rule with other numbers, guards or texts."""
        self.cooling_until += rule.cooldown - self.rule.cooldown
        self.rule = rule
        self.runs.judge_by(rule)
        self.window.change(rule.count, rule.within if rule.unless is None else None)

    def may_open(self, now: Moment, fields: Fields) -> Verdict:
        """The gates before an opening, in the order of the verdicts."""
        rule, mono = self.rule, now.mono
        if rule.guard is not None:
            guard = rule.guard.truth(self.scene(now, fields), mono)
            if guard.value is not True:
                self.look_again = min(self.look_again, guard.until)
                return Verdict.GUARD_FALSE if guard.value is False else Verdict.GUARD_UNKNOWN
        if mono < self.cooling_until:
            self.look_again = min(self.look_again, self.cooling_until)
            return Verdict.COOLING
        if self.runs.is_tripped(mono):
            self.look_again = min(self.look_again, self.runs.tripped_until)
            return Verdict.BREAKER_OPEN
        if self.run is not None and rule.overlap is not Overlap.RESTART:
            queues = rule.overlap is Overlap.QUEUE and rule.when is not None  # a `while` stays pending
            return self._queue(fields) if queues else Verdict.OWN_RUN_GOING
        if self.runs.has_tripped:
            self.runs.reset()  # its time is over
        return Verdict.TRIPPED if self.runs.would_trip(rule, mono) else Verdict.FIRED

    def _overlapping(self, now: Moment, fields: Fields) -> Verdict:
        """A match while the incident is open: only one that ends with its run can overlap with itself."""
        rule = self.rule
        if rule.overlap is Overlap.SKIP or not rule.clears_with_its_run or rule.unless is not None:
            return Verdict.ALREADY_OPEN
        if not self._counted(now, fields):
            return Verdict.ALREADY_OPEN
        if rule.overlap is Overlap.QUEUE:
            return self._queue(fields)
        return self.may_open(now, fields)

    def _queue(self, fields: Fields) -> Verdict:
        if len(self.queued) == MOST_QUEUED:
            return Verdict.OWN_RUN_GOING
        self.queued.append(fields)
        return Verdict.QUEUED

    def _counted(self, now: Moment, fields: Fields) -> bool:
        """True if the window is full with this match. One whose value is unknown counts for nothing."""
        if self.rule.distinct is None:
            return self.window.add(now.mono)
        value = self.rule.distinct.evaluate(self.scene(now, fields), now.mono).plain
        return value is not None and self.window.add(now.mono, str(value))

    def _await(self, now: Moment, fields: Fields, server: str) -> Verdict:
        """The first match starts the clock, further ones change nothing."""
        if self.awaited is None:
            self.awaited = Awaited(now.mono + (self.rule.within or 0.0), fields, server)
        self.look_again = self.awaited.due
        return Verdict.WAITING

    def _look_awaited(self, awaited: Awaited, now: Moment) -> Verdict:
        if now.mono < awaited.due:
            self.look_again = awaited.due
            return Verdict.WAITING
        return self.may_open(now, awaited.fields)

    def _look_while(self, truth: Truth, now: Moment) -> Verdict:
        self.look_again = truth.until
        self.is_false = truth.value is False and self.incident is None
        if self.incident is not None:
            if truth.value is True:
                self.quiet.reset()
                return Verdict.ALREADY_OPEN
            return self._look_until(now, quiet=True if truth.value is False else None)
        self.hold.feed(truth.value, now.mono)
        self._wake_for_reset(now.mono)
        if truth.value is not True:
            return Verdict.UNKNOWN if truth.value is None else Verdict.NOT_TRUE
        due = self.hold.due(self.rule.hold_for)
        if now.mono < due:
            self.look_again = min(self.look_again, due)
            return Verdict.WAITING
        return self.may_open(now, {})

    def _look_until(self, now: Moment, *, quiet: bool | None) -> Verdict:
        """`quiet` is what the quiet time is fed: true, or unknown. For `while` true means: it is false."""
        rule = self.rule
        if rule.until is not None:
            truth = rule.until.truth(self.scene(now), now.mono)
            self.look_again = min(self.look_again, truth.until)
            return Verdict.CLEARED if truth.value is True else Verdict.ALREADY_OPEN
        if rule.quiet is not None:
            self.quiet.feed(quiet, now.mono)
            due = self.quiet.due(rule.quiet)
            if now.mono >= due:
                return Verdict.CLEARED
            self.look_again = min(self.look_again, due)
            return Verdict.ALREADY_OPEN
        if rule.holds is not None and rule.until_trigger is None and quiet is True:
            return Verdict.CLEARED
        return Verdict.ALREADY_OPEN

    def _wake_for_reset(self, mono: float) -> None:
        """A breaker whose time is over is no longer shown as tripped."""
        if self.runs.has_tripped:
            if mono >= self.runs.tripped_until:
                self.runs.reset()
            else:
                self.look_again = min(self.look_again, self.runs.tripped_until)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, without its runs. What stands still while nobody watches is kept as seconds.

        A match that waits for `unless` is let go: nobody will have seen whether it came.
        """
        return {
            "rule": self.rule.id,
            "more": list(self.key_of.more),
            "judged_by": fingerprint_of_parts(*judged_by(self.rule)),
            "hold": self.hold.dump(wall_time.now.mono),
            "quiet": self.quiet.dump(wall_time.now.mono),
            "window": self.window.dump(wall_time),
            "runs": self.runs.dump(wall_time),
            "incident": self.incident.dump(wall_time) if self.incident is not None else None,
            "queued": [dict(fields) for fields in self.queued],
            "cooling_until": wall_time.wall(self.cooling_until),
            "cooldown": self.rule.cooldown,
            "hushed_until": wall_time.wall(self.hushed_until),
            "reported_at": {verdict.value: wall_time.wall(at) for verdict, at in self.reported_at.items()},
            "clock_checked": self.clock_checked if self.rule.is_clocked else None,
            "last_verdict": self.last_verdict.value if self.last_verdict is not None else None,
        }

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """What `dump` gave. Where the rule's `when` or `while` is another one, its clocks begin anew."""
        if data["judged_by"] == fingerprint_of_parts(*judged_by(self.rule)):
            self.hold.load(data["hold"])
            self.window.load(data["window"], wall_time)
            self.queued.extend(data["queued"])
        self.quiet.load(data["quiet"])
        self.runs.load(data["runs"], wall_time)
        if data["incident"] is not None:
            self.incident = Incident.load(data["incident"], wall_time)
            self.target.open[self.rule.id] += 1
        self.runs.judge_by(self.rule)
        self.cooling_until = (
            wall_time.mono(data["cooling_until"], -inf) + self.rule.cooldown - data["cooldown"]
        )
        self.hushed_until = wall_time.mono(data["hushed_until"], -inf)
        self.reported_at = {Verdict(one): wall_time.mono(at) for one, at in data["reported_at"].items()}
        if data["last_verdict"] is not None:
            self.last_verdict = Verdict(data["last_verdict"])


def judged_by(rule: Rule) -> tuple[object, ...]:
    """What a window, a hold and a wait belong to: with another one they begin anew."""
    return (rule.when, rule.holds, rule.distinct, rule.unless)
