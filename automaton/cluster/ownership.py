"""How each shard stands, by what the living say: who owns it, or for how long nobody has.

The log of a shard is right where this is not. What is seen here only decides whether it is worth asking it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from automaton.cluster.members import LivingMember
from automaton.cluster.shard import Shard

CLAIM_SEEN_WITHIN = 4.0  # seconds for the first heartbeat of whoever was first; four of them


@dataclass(frozen=True, slots=True)
class ShardStanding:
    """One shard."""

    owner: str | None  # lives, and the engine takes what it writes
    epoch: int  # the highest that was heard of; 0 for one that never was owned
    written: int | None  # the format of its log, by its last owner's word
    unowned_for: float  # seconds
    released_to: str | None = None  # its last owner gave it to this member, who is to claim it at once
    claimed_by: str | None = None  # its log says so, and that member's next heartbeat may


@dataclass(slots=True)
class _Known:
    unowned_since: float | None
    owner: str | None = None
    epoch: int = 0
    written: int | None = None
    claimed: tuple[str, float] | None = None


class Ownership:
    """Remembers of each shard what its last owner said, and since when it has none."""

    def __init__(self) -> None:
        self._known: dict[Shard, _Known] = {}

    def look(
        self, shards: Iterable[Shard], living: list[LivingMember], working: float
    ) -> dict[Shard, ShardStanding]:
        """How these stand now; those that are left out are forgotten. `working` is the clock of `Members`."""
        by_text = {shard.text: shard for shard in shards}
        self._known = {shard: self._known.get(shard) or _Known(working) for shard in by_text.values()}
        owners = self._owners(by_text, living)
        released = self._released(by_text, living)
        for shard, known in self._known.items():
            known.owner = owners.get(shard)
            if known.owner is not None:
                known.unowned_since = known.claimed = None
            elif known.unowned_since is None:
                known.unowned_since = working
        return {
            shard: ShardStanding(
                owner=known.owner,
                epoch=known.epoch,
                written=known.written,
                unowned_for=0.0 if known.unowned_since is None else working - known.unowned_since,
                released_to=released.get(shard) if known.owner is None else None,
                claimed_by=known.claimed[0] if known.claimed and working < known.claimed[1] else None,
            )
            for shard, known in self._known.items()
        }

    def read_claim(self, shard: Shard, member: str, epoch: int, working: float) -> bool:
        """What the log says last, when it is looked at to be claimed: whether that is to be left to somebody.

        So it is where it is of an epoch of which no heartbeat told yet: that member was first, by a second.
        From any thread.
        """
        known = self._known.get(shard)
        if known is None or epoch <= known.epoch:
            return False
        known.epoch, known.claimed = epoch, (member, working + CLAIM_SEEN_WITHIN)
        return True

    def _owners(self, by_text: dict[str, Shard], living: list[LivingMember]) -> dict[Shard, str]:
        """Of two that say so the later epoch is right: the other has not read yet that it is fenced."""
        owners: dict[Shard, str] = {}
        epochs: dict[Shard, int] = {}
        for member in living:
            for text, epoch in member.heartbeat.owned.items():
                shard = by_text.get(text)
                if shard is None:  # of rules or of a release that we do not have
                    continue
                known = self._known[shard]
                if epoch >= known.epoch:
                    known.epoch, known.written = epoch, member.heartbeat.formats.writes
                if member.is_able and epoch > epochs.get(shard, -1):
                    owners[shard], epochs[shard] = member.name, epoch
        return owners

    @staticmethod
    def _released(by_text: dict[str, Shard], living: list[LivingMember]) -> dict[Shard, str]:
        names = {member.name for member in living}
        return {
            by_text[text]: to
            for member in living
            for text, to in member.heartbeat.releasing.items()
            if text in by_text and to in names
        }
