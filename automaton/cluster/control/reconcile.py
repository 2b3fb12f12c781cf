"""What a shard's engine is to be told so that it holds what the fleet's shard holds. Pure.

An engine acts on events alone, here as by hand: the ids are the fleet's, and what is the same already is not
told again. A silence that ended at the fleet's ends here; one that only ran out needs no word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automaton.core.arm import Arm
from automaton.core.events import Event, HoldBegan, HoldEnded, RuleArmed, SilenceBegan, SilenceEnded
from automaton.core.moment import Moment
from automaton.web.routes.standing_orders import HoldOrder, SilenceOrder, StandingOrders

SAME_WITHIN = 2.0
"""Seconds by which two machines may put the end of one silence apart: their clocks are not one."""

OUT_OF_ORDER_WITHIN = 60.0
"""Seconds by which orders may be older than the last and count as overtaken on their way. Were they older,
the clock of the fleet's owner was set back, and its next word holds."""


@dataclass(frozen=True, slots=True)
class Last:
    """Of the orders that a shard took last: the epoch of the fleet's claim, and when they were told."""

    epoch: int
    told_at: float


def is_overtaken(orders: StandingOrders, last: Last | None) -> bool:
    """Whether they left before the last ones that were taken.

    The next owner of the fleet is believed by its claim: its clock may be behind. A lower epoch proves
    nothing, for a log that was lost counts anew and an older automaton tells none: the clock decides.
    """
    if last is None or orders.epoch > last.epoch:
        return False
    return 0.0 < last.told_at - orders.told_at < OUT_OF_ORDER_WITHIN


def differences(has: StandingOrders, wanted: StandingOrders, now: Moment) -> list[Event]:
    """What makes an engine that has the one hold the other."""
    return [
        *_silences(has, wanted, now),
        *_hold(has.hold, wanted.hold, now),
        *_armed(has, wanted, now),
    ]


def _silences(has: StandingOrders, wanted: StandingOrders, now: Moment) -> Iterator[Event]:
    mine = {one.id: one for one in has.silences}
    theirs = {one.id: one for one in wanted.silences if one.until > now.wall}
    for id_ in sorted(mine.keys() - theirs.keys()):
        yield SilenceEnded(server="", at=now, id=id_)
    for id_, one in theirs.items():
        before = mine.get(id_)
        if before is None or not _is_same(before, one):
            yield SilenceBegan(
                server="", at=now, id=id_, rules=tuple(one.rules), servers=tuple(one.servers),
                until=one.until, note=one.note,
            )  # fmt: skip


def _is_same(one: SilenceOrder, other: SilenceOrder) -> bool:
    named = (one.rules, one.servers, one.note) == (other.rules, other.servers, other.note)
    return named and abs(one.until - other.until) <= SAME_WITHIN


def _hold(has: HoldOrder | None, wanted: HoldOrder | None, now: Moment) -> Iterator[Event]:
    """Since when does not count: an engine that is told late held everything later."""
    if wanted is None:
        if has is not None:
            yield HoldEnded(server="", at=now, is_brought=True)
    elif has is None or (has.reason, has.by) != (wanted.reason, wanted.by):
        yield HoldBegan(server="", at=now, reason=wanted.reason, by=wanted.by, is_brought=True)


def _armed(has: StandingOrders, wanted: StandingOrders, now: Moment) -> Iterator[Event]:
    mine = {one.rule: one for one in has.armed}
    theirs = {one.rule: one for one in wanted.armed}
    for rule in sorted(mine.keys() - theirs.keys()):
        yield RuleArmed(server="", at=now, rule=rule, is_brought=True)
    for rule, one in theirs.items():
        if mine.get(rule) != one:
            yield RuleArmed(
                server="", at=now, rule=rule, arm=Arm(one.arm), by=one.by, note=one.note, is_brought=True
            )
