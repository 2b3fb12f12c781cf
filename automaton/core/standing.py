"""How one rule stands towards one key: its clocks, its window, its incident, and what it thinks.

Answers with a verdict; opens and clears nothing itself. All waiting is told as the moment to look again.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING

from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.hold import Hold
from automaton.core.incident import Incident
from automaton.core.moment import Moment
from automaton.core.rule import Rule
from automaton.core.scene import Scene
from automaton.core.server import Server
from automaton.core.truth import Truth
from automaton.core.window import Window

if TYPE_CHECKING:
    from automaton.core.run import Run


class Standing:
    """State of (rule, key). `look_again` is the `mono` at which its mind may change by itself."""

    __slots__ = (
        "cooling_until", "hold", "incident", "key", "last_verdict", "look_again", "quiet", "reported_at",
        "rule", "run", "server", "turn", "window", "withdrawn",
    )  # fmt: skip

    def __init__(self, rule: Rule, turn: int, server: Server) -> None:
        self.rule = rule
        self.turn = turn
        self.server = server
        self.key = server.facts.profile.uuid
        self.hold = Hold()
        self.quiet = Hold()
        self.window = Window(rule.count, rule.within)
        self.incident: Incident | None = None
        self.run: Run | None = None
        self.cooling_until = -inf
        self.reported_at = -inf
        self.last_verdict: Verdict | None = None
        self.look_again = inf
        self.withdrawn = False

    @property
    def phase(self) -> str:
        """`idle`, `pending` or `open`."""
        if self.incident is not None:
            return "open"
        return "pending" if self.hold.begun else "idle"

    def scene(self, now: Moment, fields: Mapping[str, FieldValue] | None = None) -> Scene:
        incident = self.incident
        if fields is None:
            fields = incident.fields if incident is not None else {}
        return Scene(now=now, facts=self.server.facts, rule=self.rule, incident=incident, fields=fields)

    def look(self, now: Moment) -> Verdict:
        """Reads the rule's expressions anew. FIRED: it would open now. CLEARED: it would clear now."""
        self.look_again = inf
        if self.rule.holds is not None:
            return self._look_while(self.rule.holds.truth(self.scene(now), now.mono), now)
        if self.incident is None:
            return self.last_verdict or Verdict.WAITING
        return self._look_until(now, quiet=self.server.facts.connected or None)

    def matched(self, now: Moment, fields: Mapping[str, FieldValue]) -> Verdict:
        """`when` came true. FIRED: it opens now."""
        if self.incident is not None:
            self.incident.matches += 1
            self.quiet.reset()
            self.look_again = inf
            return self._look_until(now, quiet=self.server.facts.connected or None)
        if not self.window.add(now.mono):
            return Verdict.WAITING
        return self._may_open(now, fields)

    def open(self, number: int, now: Moment, fields: Mapping[str, FieldValue]) -> Incident:
        """A fire empties the window and begins an incident."""
        matches = self.window.matches(now.mono) if self.rule.when is not None else 1
        self.incident = Incident(number, now, matches, fields)
        self.window.clear()
        self.quiet.reset()
        return self.incident

    def clear(self, now: Moment) -> Incident | None:
        """The incident ends; a `for` begins anew."""
        incident, self.incident = self.incident, None
        if incident is not None:
            incident.cleared = now
        self.hold.reset()
        self.quiet.reset()
        return incident

    def begin_anew(self, rule: Rule) -> None:
        """The rule's `when` or `while` was changed: its window and `for` start over."""
        self.hold.reset()
        self.window = Window(rule.count, rule.within)

    def _look_while(self, truth: Truth, now: Moment) -> Verdict:
        self.look_again = truth.until
        if self.incident is not None:
            if truth.value is True:
                self.quiet.reset()
                return Verdict.ALREADY_OPEN
            return self._look_until(now, quiet=True if truth.value is False else None)
        self.hold.feed(truth.value, now.mono)
        if truth.value is not True:
            return Verdict.UNKNOWN if truth.value is None else Verdict.NOT_TRUE
        due = self.hold.due(self.rule.hold_for)
        if now.mono < due:
            self.look_again = min(self.look_again, due)
            return Verdict.WAITING
        return self._may_open(now, {})

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

    def _may_open(self, now: Moment, fields: Mapping[str, FieldValue]) -> Verdict:
        if self.rule.guard is not None:
            guard = self.rule.guard.truth(self.scene(now, fields), now.mono)
            if guard.value is not True:
                self.look_again = min(self.look_again, guard.until)
                return Verdict.GUARD_FALSE if guard.value is False else Verdict.GUARD_UNKNOWN
        if now.mono < self.cooling_until:
            self.look_again = min(self.look_again, self.cooling_until)
            return Verdict.COOLING
        if self.run is not None:
            return Verdict.OWN_RUN_GOING
        return Verdict.FIRED
