"""What is remembered of one rule for one key: its clocks, its window, its incident, and what waits.

Law: it is changed only by its own methods and those of the opinion on top of it (rule_state.py). What changed
of what `dump` says is noted (`mark_changed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.rules.breaker import RunHistory
from automaton.core.rules.incident import Incident, kept_of
from automaton.core.rules.judged_by import judged_by, judging_fingerprint
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import seed_of
from automaton.core.schedule.for_timer import ForTimer
from automaton.core.schedule.timers import ScheduleTimers
from automaton.core.schedule.wall_time import WallTime
from automaton.core.schedule.window import Window
from automaton.core.targets.server import Server
from automaton.core.targets.target import Target

Fields = Mapping[str, FieldValue]
MOST_QUEUED = 100  # rule-language 3, `overlap`
MOST_LISTS = 100  # of texts in turn; a rule has one or two, and each reload may bring others
NOTHING_REPORTED: Mapping[Verdict, float] = {}  # of nearly all; replaced and never changed
NOTHING_SAID: Mapping[str, int] = {}  # likewise
NEVER = -inf  # one float for all states

# A server has a state for each rule that ever looked at it, and nearly all of them stay as they were made.
# So they have these in common, until something is written that a fresh one would not say.
STILL = ForTimer()
UNMATCHED = Window(1, None)
NEVER_RUN = RunHistory()
UNTIMED = ScheduleTimers()
DULL = frozenset({Verdict.NOT_TRUE, Verdict.UNKNOWN})
"""A lost link turns every `while` of a server unknown and back, which is no news of any rule."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A match that fires at `due` unless `unless` comes first. `server` is the target where it happened."""

    due: float
    fields: Fields
    server: str


class RuleMemory:
    """What is remembered of (rule, key).

    `look_again` is the `mono` at which its opinion may change by itself. `seed` jitters its schedule by key,
    the same in a replay. `hold` counts the time of `for`, `quiet` the time without a match. `queued` are
    matches that wait for the end of the rule's own run. `muted_until` is the `mono` until which the rule
    muted itself. `clock` has the next times of its schedules. `turns` says how often a text of each list was
    said. `is_false`: `while` was false when it was last read, and no incident is open. `withdrawn`: its rule
    or its server is gone, and it is kept for its runs only.
    """

    __slots__ = (
        "_changed", "_reported_at", "awaited", "clock", "cooling_until", "history", "hold",
        "incident", "is_false", "key", "key_of", "last_verdict", "look_again", "muted_until", "queued",
        "quiet", "rule", "target", "turns", "window", "withdrawn",
    )  # fmt: skip

    def __init__(
        self, rule: Rule, target: Target, more: tuple[str, ...] = (),
        changed: dict[RuleMemory, None] | None = None,
    ) -> None:  # fmt: skip
        """`changed` is where it enters itself when something changed of what `dump` says."""
        self._changed = {} if changed is None else changed
        self.rule = rule
        self.target = target
        self.key_of = Key(target.key.by, target.key.of, more) if more else target.key
        self.key = self.key_of.text
        self.hold = STILL
        self.quiet = STILL
        self.window = UNMATCHED
        self.history = NEVER_RUN
        self.incident: Incident | None = None
        self.awaited: Awaited | None = None
        # MOST_QUEUED at most; nearly all stay empty, which costs nothing.
        self.queued: tuple[Fields, ...] = ()
        self.cooling_until = NEVER
        self.muted_until = NEVER
        self._reported_at: Mapping[Verdict, float] = NOTHING_REPORTED
        self.clock = UNTIMED
        self.turns: Mapping[str, int] = NOTHING_SAID
        self.last_verdict: Verdict | None = None
        self.look_again = inf
        self.is_false = False
        self.withdrawn = False

    def mark_changed(self) -> None:
        """Notes that something changed of what is remembered: its own, or that of its incident or a run."""
        self._changed[self] = None

    @property
    def seed(self) -> str:
        """What chance of its own is drawn by."""
        return seed_of(self.rule.id, self.key)

    @property
    def server(self) -> Server:
        """The target's server; for a node or the fleet, one with a name and the fleet's own facts."""
        return self.target.server

    @property
    def phase(self) -> str:
        """`idle`, `pending`, `open` or `tripped`."""
        if self.incident is not None:
            return "open"
        if self.history.has_tripped:
            return "tripped"
        return "pending" if self.hold.begun or self.awaited is not None else "idle"

    def forget_look(self) -> None:
        """Waits for nothing but its trigger."""
        self.look_again = inf

    def take_queued(self) -> Fields:
        """Takes the match that has waited longest."""
        self.mark_changed()
        first, *rest = self.queued
        self.queued = tuple(rest)
        return first

    def wake_by(self, mono: float) -> None:
        """Is looked at again by this `mono`, or earlier."""
        if mono < self.look_again:
            self.look_again = mono

    def thinks(self, verdict: Verdict) -> bool:
        """Sets its opinion. True if that is news; from false to unknown or back is none."""
        last, self.last_verdict = self.last_verdict, verdict
        if verdict is last or (verdict in DULL and (last is None or last in DULL)):
            return False
        self._changed[self] = None
        return True

    def thinks_anew(self) -> None:
        """Makes its next opinion news, whatever it is."""
        self.mark_changed()
        self.last_verdict = None

    def queue(self, fields: Fields) -> None:
        """Keeps a match until the end of the rule's own run."""
        self.mark_changed()
        self.queued = (*self.queued, kept_of(fields))[-MOST_QUEUED:]

    @property
    def has_queue_room(self) -> bool:
        """Whether one more match may wait."""
        return len(self.queued) < MOST_QUEUED

    def is_next_match_enough(self, mono: float) -> bool:
        """Whether one match more fills the window; of `distinct`, one with a value that did not come yet."""
        return self.window.matches(mono) + 1 >= self.rule.count

    def abandon(self) -> bool:
        """Drops the match that waits for `unless`. True if there was one."""
        was, self.awaited = self.awaited, None
        return was is not None

    def open(self, number: int, now: Moment, fields: Fields) -> Incident:
        """Opens an incident, and empties the window: only a fire does (rule-language 4.2)."""
        self._changed[self] = None
        matches = self.window.matches(now.mono) if self.rule.when is not None else 1
        if self.history is NEVER_RUN:  # as in `_own_history`, for this is on the way of each fire
            self.history = RunHistory(self.rule.breaker)
        attempt = self.history.begin(now.mono)
        kept = kept_of(fields) if fields else fields  # a rule without a trigger has none
        self.incident = Incident(number, now, max(matches, 1), kept, attempt)
        self.target.opened(self.rule.id, number, self.key_of.more)
        if self.rule.when is not None:
            self.window.clear()
        if self.rule.until_trigger is not None:
            self.begin_end_clock(now)
        return self.incident

    def clear(self, now: Moment) -> Incident | None:
        """Ends the incident and returns it, None if none was open. A `for` starts over."""
        self.mark_changed()
        incident, self.incident = self.incident, None
        if incident is not None:
            incident.clear(now)
            self.target.cleared(self.rule.id, incident.number)
        self.hold = self.quiet = STILL
        return incident

    def trip(self, now: Moment) -> int:
        """Switches the rule off for this key. Returns which run this one would have been, from 1."""
        self.mark_changed()
        attempt = self.history.lately(now.mono) + 1
        self._own_history().trip(now.mono)
        return attempt

    def reset_breaker(self) -> None:
        """Forgets its runs up to now, and that too many of them tripped the breaker."""
        self.mark_changed()
        self.history.reset()

    def uncount(self, began_at: float) -> None:
        """Takes back a run that ended by a clear before its first power action (rule-language 4.7)."""
        self.mark_changed()
        self.history.uncount(began_at)

    def cool(self, until: float) -> None:
        """Keeps it from opening before this `mono`."""
        self._changed[self] = None
        self.cooling_until = until

    def mute(self, until: float) -> None:
        """Holds all actions of this rule and key until a `mono`."""
        self.mark_changed()
        self.muted_until = until

    def take_turn(self, texts: str) -> None:
        """Notes that a text of this list was said. Of many lists, those said last are remembered."""
        self.mark_changed()
        turns = dict(self.turns)
        turns[texts] = turns.pop(texts, 0) + 1
        if len(turns) > MOST_LISTS:
            del turns[next(iter(turns))]
        self.turns = turns

    def end_mute(self, mono: float) -> bool:
        """Ends its own mute if its time is over. True if that ended it, so only once."""
        if not -inf < self.muted_until <= mono:
            return False
        self.mark_changed()
        self.muted_until = -inf
        return True

    def may_report(self, verdict: Verdict, mono: float, every: float) -> bool:
        """Whether to report this verdict now: the same one once in `every` seconds."""
        if mono - self._reported_at.get(verdict, -inf) < every:
            return False
        self.mark_changed()
        self._reported_at = {**self._reported_at, verdict: mono}
        return True

    def withdraw(self, now: Moment) -> Incident | None:
        """Ends all that is open, for its rule or server is gone. Returns the incident that was open."""
        self.withdrawn, self.awaited = True, None
        self.queued = ()
        return self.clear(now)

    def adopt(self, rule: Rule, now: Moment) -> None:
        """Takes the rule as it is after a reload: with another `when` or `while` its clocks start over."""
        self.mark_changed()
        before = self.rule
        self.withdrawn = False
        if rule is before:
            return
        if judged_by(rule) != judged_by(before):
            self.hold = STILL
            self.awaited = None
            self.queued = ()
            self.window = UNMATCHED
        self.cooling_until += rule.cooldown - before.cooldown  # a changed number counts at once (4.9)
        self.rule = rule
        if self.history is not NEVER_RUN:
            self.history.judge_by(rule.breaker)
        if self.window is not UNMATCHED:
            self.window.change(*_window_of(rule))
        if rule.when != before.when:  # also where the clock no longer sets it off
            self.begin_clock(now)
        elif rule.until_trigger != before.until_trigger:
            self.begin_end_clock(now)

    def begin_clock(self, now: Moment, checked: float | None = None) -> None:
        """Finds the next times of the rule's schedules. Up to `checked` (wall) nothing was missed."""
        self.clock.stop()
        self.begin_end_clock(now)
        if self.rule.when is not None and self.rule.is_clocked:
            self.mark_changed()
            self._own_clock().begin(self.rule.when, self.seed, now.wall, checked)

    def struck(self, now: Moment) -> None:
        """Goes on to the next time of its schedule, for one has come."""
        assert self.rule.when is not None
        self.mark_changed()
        self._own_clock().struck(self.rule.when, self.seed, now.wall)

    def begin_end_clock(self, now: Moment) -> None:
        """Finds the next time of a schedule in `until`, while an incident is open."""
        until = self.rule.until_trigger if self.incident is not None else None
        if until is not None or self.clock is not UNTIMED:
            self._own_clock().end_by(until, self.seed, now.wall)

    def stop_clock(self) -> None:
        """No time of a schedule sets it off from here on."""
        self.clock.stop()

    def _own_window(self) -> Window:
        if self.window is UNMATCHED:
            self.window = Window(*_window_of(self.rule))
        return self.window

    def _own_history(self) -> RunHistory:
        if self.history is NEVER_RUN:
            self.history = RunHistory(self.rule.breaker)
        return self.history

    def _own_clock(self) -> ScheduleTimers:
        if self.clock is UNTIMED:
            self.clock = ScheduleTimers()
        return self.clock

    @property
    def needs_memory(self) -> bool:
        """Whether a state made anew would be another; one of many under its server's key always is.

        Whatever a `while` thinks that is false or unknown is no news to a fresh one (`thinks`).
        """
        is_dull = self.last_verdict is None or (self.rule.holds is not None and self.last_verdict in DULL)
        kept = (
            self.key_of.more, self.incident, self.queued, self.turns, self._reported_at,
            self.cooling_until > NEVER, self.muted_until > NEVER,
            self.hold.has_counted, self.quiet.has_counted, self.window is not UNMATCHED,
            self.history is not NEVER_RUN, self.clock is not UNTIMED,
        )  # fmt: skip
        return not is_dull or any(kept)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, without its runs. Clocks that stop while nobody watches are kept as seconds.

        A match that waits for `unless` is dropped: nobody will have seen whether it came.
        """
        return {
            "rule": self.rule.id,
            "more": list(self.key_of.more),
            "judged_by": judging_fingerprint(self.rule),
            "hold": self.hold.dump(wall_time.now.mono),
            "quiet": self.quiet.dump(wall_time.now.mono),
            "running": [self.hold.is_running, self.quiet.is_running],
            "window": self.window.dump(wall_time),
            "runs": self.history.dump(wall_time),
            "incident": self.incident.dump(wall_time) if self.incident is not None else None,
            "queued": [dict(fields) for fields in self.queued],
            "cooling_until": wall_time.wall(self.cooling_until),
            "cooldown": self.rule.cooldown,
            "hushed_until": wall_time.wall(self.muted_until),
            "reported_at": {
                verdict.value: wall_time.wall(at) for verdict, at in self._reported_at.items()
            },
            "clock_checked": self.clock.dump() if self.rule.is_clocked else None,
            "last_verdict": self.last_verdict.value if self.last_verdict is not None else None,
            "turns": dict(self.turns),
        }  # fmt: skip

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned. With another `when` or `while` its clocks start over."""
        self.mark_changed()
        if data["judged_by"] == judging_fingerprint(self.rule):
            self.hold = _timer(data["hold"])
            if data["window"]:
                self._own_window().load(data["window"], wall_time)
            self.queued = (*self.queued, *data["queued"])[-MOST_QUEUED:]
        self.quiet = _timer(data["quiet"])
        if data["runs"]["starts"] or data["runs"]["tripped_at"] is not None:
            history = self._own_history()
            history.load(data["runs"], wall_time)
            history.judge_by(self.rule.breaker)
        if data["incident"] is not None:
            self.incident = Incident.load(data["incident"], wall_time)
            self.target.opened(self.rule.id, self.incident.number, self.key_of.more)
        cooling_until = wall_time.mono(data["cooling_until"], -inf)
        self.cooling_until = cooling_until + self.rule.cooldown - data["cooldown"]
        self.muted_until = wall_time.mono(data["hushed_until"], -inf)
        self._reported_at = {Verdict(one): wall_time.mono(at) for one, at in data["reported_at"].items()}
        if data["last_verdict"] is not None:
            self.last_verdict = Verdict(data["last_verdict"])
        if data["clock_checked"] is not None or self.clock is not UNTIMED:
            self._own_clock().load(data["clock_checked"])
        self.turns = dict(data.get("turns", {})) or NOTHING_SAID


def _window_of(rule: Rule) -> tuple[int, float | None]:
    return rule.count, rule.within if rule.unless is None else None


def _timer(data: list[Any]) -> ForTimer:
    """One that an earlier engine dumped."""
    timer = ForTimer()
    timer.load(data)
    return timer if timer.has_counted else STILL
