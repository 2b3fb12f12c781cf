"""What each member says of itself every second, and at once when what it owns has changed.

A heartbeat is the whole word of its member: whoever missed the last one has all of it in the next.
Keys that a reader does not know are passed over, so that the next release may say more.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

HEARTBEAT_EVERY = 1.0  # seconds; a tenth of the silence that buries
LARGEST_HEARTBEAT = 512 * 1024
"""Bytes: some 10,000 shards at one member, and half of what NATS carries at once."""

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Seconds = Annotated[float, msgspec.Meta(ge=0)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Formats(msgspec.Struct, frozen=True, kw_only=True):
    """Formats of a shard's log: those that a release reads, and the one that it writes now."""

    reads_from: _Count
    reads_to: _Count
    writes: _Count

    def reads(self, written: int) -> bool:
        """Whether a log in this format can be read."""
        return self.reads_from <= written <= self.reads_to


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. Shards are written as their text: a newer member may know kinds that this one does not."""

    member: _Name
    boot: _Name  # chosen at random by each process: another one is another life of the member
    number: _Count  # counts on within a boot, so that late ones are known
    cores: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    formats: Formats
    generation: _Count  # of the configuration by which it judges
    appends_work: bool  # the engine acknowledged something it wrote within the last seconds
    wall: float  # its wall clock, from which its skew is seen
    # By shard its epoch. One that is being handed over stays here until its release is in its log.
    owned: dict[str, int]
    releasing: dict[str, str]  # shard: to whom it was just released
    draining: bool  # it is given nothing more, and gives away what it has
    version: str
    started_ago: _Seconds
    settling: _Count = 0  # shards it owns whose servers it has not all seen again yet
    waits: dict[str, _Seconds] = {}  # node it took over: until it sends power and commands there
    knows_nodes: bool = True  # else it has read no list since it began, and could take none
    lost: tuple[str, ...] = ()  # shards it owns whose log lost its end, and that nobody has adopted


def encode(heartbeat: Heartbeat) -> bytes:
    """As JSON. What only people look at is left out where with it nobody would read the rest."""
    content = msgspec.json.encode(heartbeat)
    if len(content) > LARGEST_HEARTBEAT and (heartbeat.waits or heartbeat.lost):
        return msgspec.json.encode(msgspec.structs.replace(heartbeat, waits={}, lost=()))
    return content


def decode(content: bytes) -> Heartbeat:
    """The heartbeat of these bytes. Raises ValueError with a sentence for what is none."""
    if len(content) > LARGEST_HEARTBEAT:
        raise ValueError(
            f"a heartbeat of {len(content)} bytes; the largest that is read has {LARGEST_HEARTBEAT}"
        )
    try:
        return msgspec.json.decode(content, type=Heartbeat)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(f"no heartbeat: {problem}") from problem
