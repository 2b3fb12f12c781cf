"""Where a message would go now: to which group of a target, with how many others, and when."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.delivery.group import Group, GroupKey, key_of
from automaton.delivery.outbox import Outbox
from automaton.delivery.record import Record
from automaton.delivery.surroundings import ServerLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`wait` in seconds. `others` are what the group holds already."""

    group: GroupKey
    is_digest: bool
    others: int
    wait: float


def preview(outbox: Outbox, message: SendMessage, label: ServerLabel, now: Moment) -> Preview:
    """What `put` would come to."""
    channel = outbox.channel
    record = Record.of(outbox.records.number + 1, message, label, now)
    record.hear(message, now)
    key = key_of(record, channel)
    found = outbox.group(key) or Group(key)
    if found.is_digest and channel.digest is not None:
        at = now.mono + channel.digest.due(now.wall, now.wall)[1] - now.wall
    else:
        records = {**found.records, record.number: record}
        at = found.with_records(records).next_turn(channel) or now.mono
    others, wait = len(found.records), max(0.0, at - now.mono)
    return Preview(group=key, is_digest=found.is_digest, others=others, wait=wait)
