"""What people asked of the cluster: members that are drained, shards that stay where they were put.

Kept in the bucket as one value, changed by compare-and-set, and seen by every member.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from automaton.cluster.shard import Shard

GONE_AFTER = 300.0
"""Seconds of a member's silence after which what was pinned to it is free: more than a reboot."""


class Wishes(msgspec.Struct, frozen=True):
    """All of them. A new one is made of the last: each change is one compare-and-set."""

    draining: frozenset[str] = frozenset()
    pinned: dict[str, str] = {}  # shard: member

    def drain(self, member: str) -> Wishes:
        """This member gives away what it owns, and is given nothing."""
        return Wishes(self.draining | {member}, self.pinned)

    def undrain(self, member: str) -> Wishes:
        """It takes part again."""
        return Wishes(self.draining - {member}, self.pinned)

    def move(self, shard: Shard, member: str) -> Wishes:
        """The shard goes to this member and stays there."""
        return Wishes(self.draining, {**self.pinned, shard.text: member})

    def unpin(self, shard: Shard) -> Wishes:
        """The shard goes wherever it should by itself."""
        return Wishes(
            self.draining, {text: member for text, member in self.pinned.items() if text != shard.text}
        )

    def without_gone(self, silences: Mapping[str, float]) -> Wishes:
        """Without what was pinned to members that are silent for long; the same object where nothing goes.

        Of those that were never heard nothing is known, and their pins stay.
        """
        gone = {member for member, silence in silences.items() if silence > GONE_AFTER}
        if not gone.intersection(self.pinned.values()):
            return self
        return Wishes(
            self.draining, {text: member for text, member in self.pinned.items() if member not in gone}
        )


def encode(wishes: Wishes) -> bytes:
    """As JSON; the same wishes give the same bytes."""
    return msgspec.json.encode(wishes, order="deterministic")


def decode(content: bytes | None) -> Wishes:
    """The wishes of these bytes; none of None. Raises ValueError with a sentence for anything else."""
    if content is None:
        return Wishes()
    try:
        return msgspec.json.decode(content, type=Wishes)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(f"what was asked of the cluster cannot be read: {problem}") from problem
