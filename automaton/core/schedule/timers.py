"""When the clock sets a rule off next, when it ends an incident, and what was missed meanwhile.

A moment that nobody was there for is made up within a day, where the trigger wants that, and once.
"""

from __future__ import annotations

from math import inf

from automaton.core.moment import Moment
from automaton.core.ports import Trigger
from automaton.core.targets.rule_state import RuleState

A_DAY = 86_400.0


def begin_clock(rule_state: RuleState, now: Moment, checked: float | None = None) -> None:
    """Finds the next time of the clock. `checked`: the wall moment up to which nothing was missed."""
    trigger = rule_state.rule.when
    rule_state.clocked = inf
    begin_end_clock(rule_state, now)
    if trigger is None or not rule_state.rule.is_clocked:
        return
    begin = now.wall
    if checked is not None and trigger.makes_up:
        missed = _last_between(trigger, rule_state.seed, max(checked, now.wall - A_DAY), now.wall)
        begin = missed if missed is not None else begin
    rule_state.clock_checked = begin
    rule_state.clocked = begin
    if begin == now.wall:
        rule_state.clocked = next_time(trigger, rule_state.seed, now.wall)


def begin_end_clock(rule_state: RuleState, now: Moment) -> None:
    """Finds the next time of the clock at which an open incident ends."""
    until = rule_state.rule.until_trigger
    is_open = until is not None and rule_state.incident is not None
    rule_state.ends_at = next_time(until, rule_state.seed, now.wall) if is_open and until is not None else inf


def next_time(trigger: Trigger, seed: str, wall: float) -> float:
    """The first `wall` after this one at which the clock makes it match; infinite for never."""
    found = trigger.next_time(wall, seed)
    return found if found is not None else inf


def _last_between(trigger: Trigger, seed: str, begin: float, end: float) -> float | None:
    """The last time of the clock after `begin` and up to `end`."""
    last = None
    at = trigger.next_time(begin, seed)
    while at is not None and at <= end:
        last, at = at, trigger.next_time(at, seed)
    return last
