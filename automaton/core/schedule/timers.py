"""The wall times at which a trigger's schedule makes it match."""

from __future__ import annotations

from math import inf

from automaton.core.ports import Trigger

A_DAY = 86_400.0  # seconds: a time that was missed longer ago is not made up
MADE_UP_WITHIN = 300.0  # seconds: so long a time that is made up waits for what is not known yet
PUT_OFF_FOR = 1.0


def next_time(trigger: Trigger, seed: str, wall: float) -> float:
    """The first wall time after `wall` at which the trigger matches; infinite for never."""
    found = trigger.next_time(wall, seed)
    return found if found is not None else inf


def last_between(trigger: Trigger, seed: str, begin: float, end: float) -> float | None:
    """The last wall time after `begin` and up to `end` at which the trigger matches, None if none."""
    last = None
    at = trigger.next_time(begin, seed)
    while at is not None and at <= end:
        last, at = at, trigger.next_time(at, seed)
    return last


class ScheduleTimers:
    """When the wall clock sets a rule off next (`begins_at`), and when it ends its incident (`ends_at`).

    Wall moments, infinite for never. Up to `checked` no time of the schedule was missed. Until `made_up_by` a
    time that was missed may wait, as after a start, when nothing is known of the servers yet.
    """

    __slots__ = ("begins_at", "checked", "ends_at", "made_up_by")

    def __init__(self) -> None:
        self.begins_at = self.checked = self.ends_at = inf
        self.made_up_by = -inf

    def begin(self, trigger: Trigger, seed: str, wall: float, checked: float | None = None) -> None:
        """Finds the next time to set the rule off. Up to `checked` nothing was missed.

        Of the times missed since, within a day, the last is made up if the trigger wants that.
        """
        if checked is not None and trigger.makes_up:
            missed = last_between(trigger, seed, max(checked, wall - A_DAY), wall)
            if missed is not None:  # not checked yet: who ends before it is made up finds it again
                self.checked, self.begins_at, self.made_up_by = checked, missed, wall + MADE_UP_WITHIN
                return
        self.struck(trigger, seed, wall)

    def put_off(self, wall: float) -> None:
        """Lets a time that is made up wait a moment longer."""
        self.begins_at = wall + PUT_OFF_FOR

    def stop(self) -> None:
        """Nothing but its trigger sets the rule off."""
        self.begins_at = inf

    def struck(self, trigger: Trigger, seed: str, wall: float) -> None:
        """Goes on to the next time to set the rule off."""
        self.made_up_by = -inf
        self.checked, self.begins_at = wall, next_time(trigger, seed, wall)

    def end_by(self, trigger: Trigger | None, seed: str, wall: float) -> None:
        """Finds the next time to end the incident; None for an end that is no time of the clock."""
        self.ends_at = inf if trigger is None else next_time(trigger, seed, wall)

    def dump(self) -> float | None:
        """Up to when nothing was missed; None where no time is kept, as after a reload to such a rule."""
        return self.checked if self.checked < inf else None

    def load(self, checked: float | None) -> None:
        """Takes up where an earlier engine left; None where it kept no time."""
        self.checked = inf if checked is None else checked
