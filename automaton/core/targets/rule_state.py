"""The opinion of one rule for one key, by what is remembered of it and what happens.

It says when it is ready to open or to clear, and does neither: the gates decide whether it may. All that it
waits for comes down to one moment, `look_again`.
"""

from __future__ import annotations

from math import inf
from typing import ClassVar

from automaton.core.decision import Verdict
from automaton.core.events import NO_FIELDS
from automaton.core.facts.table import READERS
from automaton.core.key import By, key_value
from automaton.core.moment import Moment
from automaton.core.rules.action import walk
from automaton.core.rules.incident import kept_of
from automaton.core.rules.rule import Overlap
from automaton.core.rules.scene import Scene
from automaton.core.schedule.for_timer import ForTimer
from automaton.core.targets.rule_index import EXACT, counts_servers
from automaton.core.targets.rule_memory import NEVER, STILL, Awaited, Fields, RuleMemory
from automaton.core.truth import Truth


class RuleState(RuleMemory):
    """State of (rule, key): what is remembered, and what it thinks of it now."""

    __slots__ = ()

    mark: ClassVar[str] = ""
    """Before the rule's id in what is told of its runs; not empty for a drill alone. An attribute, for a
    property would be a call more on the way of every fire."""

    @property
    def told_as(self) -> str:
        """The name under which it is told what its runs do: the rule's id, or that of a drill."""
        return self.mark + self.rule.id

    def scene(self, now: Moment, fields: Fields | None = None) -> Scene:
        """What its expressions may read now. `it` is `fields`, or else those of its incident."""
        incident = self.incident
        if fields is None:
            fields = incident.fields if incident is not None else {}
        return Scene(
            now=now, facts=self.target.server.facts, rule=self.rule, incident=incident, fields=fields,
            around=self.target.aggregates.get(self.rule.id, self.target), runs=self.history,
        )  # fmt: skip

    def look(self, now: Moment) -> Verdict:
        """Evaluates the rule again. FIRED: it is ready to open. CLEARED: it is ready to clear."""
        is_due = now.mono >= self.look_again
        self.look_again = inf
        if self.rule.id in self.target.aggregates and self._waits_for_servers(now):
            return Verdict.ALREADY_OPEN if self.incident is not None else Verdict.WAITING
        if self.rule.holds is not None:
            if is_due and self.is_false and (until := self._stays_false_until(now.mono)) > now.mono:
                self.look_again = until
                return Verdict.NOT_TRUE
            return self._look_while(self.rule.holds.truth(self.scene(now), now.mono), now)
        if self.incident is not None:
            return self._look_until(now, quiet=self._is_seen or None)
        if self.awaited is not None:
            if now.mono >= self.awaited.due:
                return Verdict.FIRED
            self.look_again = self.awaited.due
            return Verdict.WAITING
        self._wake_for_reset(now.mono)
        return self.last_verdict or Verdict.WAITING  # a `when` rule between matches has no new opinion

    def matched(self, now: Moment, fields: Fields, server: str) -> Verdict:
        """Takes a match of `when`. FIRED: it is ready to open, or with `overlap: restart` to open anew."""
        self.look_again = inf
        self.mark_changed()
        self._wake_for_reset(now.mono)
        if self.incident is not None:
            self.incident.count_match()
            self.quiet.reset()  # a match pushes the quiet time of `until` back (rule-language 4.2)
            if self.rule.id in self.target.aggregates and self._waits_for_servers(now):
                return self._overlapping(now, fields)
            verdict = self._look_until(now, quiet=self._is_seen or None)
            return self._overlapping(now, fields) if verdict is Verdict.ALREADY_OPEN else verdict
        if self.rule.unless is not None:
            return self._await(now, fields, server)
        return Verdict.FIRED if self._counted(now, fields) else Verdict.WAITING

    def guard(self, now: Moment, fields: Fields) -> Truth:
        """What its `if` comes to for a match; it has one. Counts over a part of the servers are unknown."""
        guard, aggregate = self.rule.guard, self.target.aggregates.get(self.rule.id)
        assert guard is not None
        is_partial = aggregate is not None and aggregate.is_partial(now.mono)
        if aggregate is not None and is_partial and counts_servers(guard.applied, guard.names):
            return Truth(None, aggregate.expected_until)
        return guard.truth(self.scene(now, fields), now.mono)

    def knows_enough(self, now: Moment) -> bool:
        """Whether what `if` reads is known, and the state of a server on which a step acts."""
        is_unseen = self.key_of.by is By.SERVER and self.server.facts.state is None
        if is_unseen and any(step.needs_lock for step in walk((self.rule.do,))):
            return False
        return self.rule.guard is None or self.guard(now, NO_FIELDS).value is not None

    def due(self, now: Moment) -> float:
        """The `mono` at which it must be looked at though nothing happens, infinite for never."""
        due, incident = self.look_again, self.incident
        if self.clock.begins_at < inf:
            due = min(due, now.mono + (self.clock.begins_at - now.wall))
        if now.mono < self.muted_until:
            due = min(due, self.muted_until)
        if incident is None:
            return due
        if self.clock.ends_at < inf:
            due = min(due, now.mono + (self.clock.ends_at - now.wall))
        for number, step in enumerate(self.rule.escalate):
            due = min(due, incident.opened.mono + incident.next_turn(number, step))
        return due

    @property
    def _is_seen(self) -> bool:
        """Whether a match could be heard now: while blind, quiet time stands still (rule-language 4.1)."""
        if self.key_of.by is By.SERVER:
            return self.server.facts.connected is True
        aggregate = self.target.aggregates.get(self.rule.id)
        return aggregate is None or not aggregate.is_blind

    def _waits_for_servers(self, now: Moment) -> bool:
        """Whether it counts over a part of the servers; it is looked at again once it does not.

        That neither opens nor clears anything: after a start the others are yet to come.
        """
        aggregate = self.target.aggregates[self.rule.id]
        if not aggregate.is_partial(now.mono):
            return False
        self.wake_by(aggregate.expected_until)
        return True

    def _overlapping(self, now: Moment, fields: Fields) -> Verdict:
        """The verdict on a match while the incident is open.

        Only an incident that ends with its run can overlap with itself: all others have a way to clear.
        """
        rule = self.rule
        if rule.overlap is Overlap.SKIP or not rule.clears_with_its_run or rule.unless is not None:
            return Verdict.ALREADY_OPEN
        if not self._counted(now, fields):
            return Verdict.ALREADY_OPEN
        if rule.overlap is Overlap.RESTART:
            return Verdict.FIRED
        return Verdict.QUEUED if self.has_queue_room else Verdict.OWN_RUN_GOING

    def _counted(self, now: Moment, fields: Fields) -> bool:
        """True if this match fills the window. One whose `distinct` is unknown counts for nothing."""
        if self.rule.distinct is None:
            return self._own_window().add(now.mono)
        value = self.rule.distinct.evaluate(self.scene(now, fields), now.mono).plain
        return value is not None and self._own_window().add(now.mono, key_value(value))

    def _await(self, now: Moment, fields: Fields, server: str) -> Verdict:
        """Begins the wait for `unless`; further matches change nothing."""
        if self.awaited is None:
            self.awaited = Awaited(now.mono + (self.rule.within or 0.0), kept_of(fields), server)
        self.look_again = self.awaited.due
        return Verdict.WAITING

    def _stays_false_until(self, mono: float) -> float:
        """Until when one number alone keeps a `while` false that was false before; `NEVER` where none does.

        A reading is good for some seconds, and each of a fleet's false `while` comes due as often.
        """
        assert self.rule.holds is not None
        if self.incident is None and not self.history.has_tripped:
            for fact, limit in self.rule.holds.deciding.items():
                if fact in EXACT:
                    value = READERS[fact](self.target.server.facts, mono)
                    if isinstance(value.plain, int | float) and value.plain < limit:
                        return value.until
        return NEVER

    def _look_while(self, truth: Truth, now: Moment) -> Verdict:
        mono, value = now.mono, truth.value
        self.look_again = truth.until
        self.is_false = value is False and self.incident is None
        if self.incident is not None:
            if value is True:  # while `while` is true nothing clears (rule-language 3, `until`)
                if self.quiet.reset():
                    self.mark_changed()
                return Verdict.ALREADY_OPEN
            return self._look_until(now, quiet=True if value is False else None)
        if value and self.hold is STILL:
            self.hold = ForTimer()
        if self.hold.feed(value, mono):
            self._changed[self] = None
        if self.history.tripped_at > -inf:
            self._wake_for_reset(mono)
        if value is not True:
            return Verdict.UNKNOWN if value is None else Verdict.NOT_TRUE
        if self.rule.hold_for:
            due = self.hold.due(self.rule.hold_for)
            if mono < due:
                self.look_again = min(self.look_again, due)
                return Verdict.WAITING
        return Verdict.FIRED

    def _look_until(self, now: Moment, *, quiet: bool | None) -> Verdict:
        """Whether `until` is met. `quiet` feeds the quiet time: true for no match, or for a false `while`."""
        rule = self.rule
        if rule.until is not None:
            truth = rule.until.truth(self.scene(now), now.mono)
            self.look_again = min(self.look_again, truth.until)
            return Verdict.CLEARED if truth.value is True else Verdict.ALREADY_OPEN
        if rule.quiet is not None:
            if quiet and self.quiet is STILL:
                self.quiet = ForTimer()
            if self.quiet.feed(quiet, now.mono):
                self.mark_changed()
            due = self.quiet.due(rule.quiet)
            if now.mono >= due:
                return Verdict.CLEARED
            self.look_again = min(self.look_again, due)
            return Verdict.ALREADY_OPEN
        if rule.holds is not None and rule.until_trigger is None and quiet is True:
            return Verdict.CLEARED
        return Verdict.ALREADY_OPEN

    def _wake_for_reset(self, mono: float) -> None:
        """Resets a breaker whose time is over, so that it no longer shows as tripped, or looks again then."""
        if self.history.has_tripped:
            if mono >= self.history.tripped_until:
                self.reset_breaker()
            else:
                self.look_again = min(self.look_again, self.history.tripped_until)
