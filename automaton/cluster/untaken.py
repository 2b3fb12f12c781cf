"""Members that did not take what was handed to them: they are given nothing of that kind for a while.

Whoever is handed a shard is to claim it at once. One that cannot, for it does not reach the Panel and knows
of no such node, would be handed it again each time another had taken it back: its servers were hardly seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automaton.cluster.ownership import ShardStanding
from automaton.cluster.shard import Shard, ShardKind

FIRST = 30.0  # seconds of the `working` clock; doubled each time
LONGEST = 600.0


@dataclass(frozen=True, slots=True)
class _Untaken:
    times: int
    until: float
    owned: frozenset[Shard]  # of that kind, when it did not take another one


class Untaken:
    """By member and kind of shard. `patience`: seconds after a release in which it is to be claimed."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._known: dict[tuple[str, ShardKind], _Untaken] = {}

    def look(self, standings: Mapping[Shard, ShardStanding], working: float) -> None:
        """Takes in how all shards stand now. One that took something after all is given to again."""
        if self._known:
            self._forget(standings, working)
        for shard, how in standings.items():
            if how.owner is None and how.released_to is not None and how.unowned_for >= self._patience:
                self._note((how.released_to, shard.kind), standings, working)

    def spared(self, working: float) -> frozenset[tuple[str, ShardKind]]:
        """Members that are given nothing of a kind now."""
        return frozenset(key for key, known in self._known.items() if working < known.until)

    def left(self, member: str, kind: ShardKind, working: float) -> float:
        """Seconds until it is given something again; 0 where it may be now."""
        known = self._known.get((member, kind))
        return max(0.0, known.until - working) if known is not None else 0.0

    def _note(
        self, key: tuple[str, ShardKind], standings: Mapping[Shard, ShardStanding], working: float
    ) -> None:
        known = self._known.get(key)
        if known is not None and working < known.until:
            return  # it is the same one, or was on its way before that was seen
        times = known.times + 1 if known is not None else 1
        wait = min(LONGEST, FIRST * 2.0 ** min(times - 1, 10))
        self._known[key] = _Untaken(times, working + wait, _owned(key, standings))

    def _forget(self, standings: Mapping[Shard, ShardStanding], working: float) -> None:
        """Who took something, and what is long ago: names of members come and go, as those of containers."""
        self._known = {
            key: known
            for key, known in self._known.items()
            if working < known.until + LONGEST and _owned(key, standings) <= known.owned
        }


def _owned(key: tuple[str, ShardKind], standings: Mapping[Shard, ShardStanding]) -> frozenset[Shard]:
    member, kind = key
    return frozenset(shard for shard, how in standings.items() if how.owner == member and shard.kind is kind)
