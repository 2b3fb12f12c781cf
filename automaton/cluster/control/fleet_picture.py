"""The feeds of several shards as one feed: what a reader is told of each change. Pure, and told the time.

A server belongs to the shard that told of it last, so the old owner's farewell takes nothing away from the
new one's. A shard whose feed is lost keeps its rows, each with its moment, and is named as missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from automaton.cluster.control.merge_lists import oldest_first
from automaton.cluster.shard import FLEET, Shard
from automaton.web.missing import MissingShard
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.changes import FleetChange
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow

INCIDENTS_EVERY = 0.25
"""Seconds between two lists of incidents, as of one shard: a list holds all of them, of all shards."""

EACH_INCIDENT = 0.001  # seconds more for each that stands there, as of one shard

UNHEARD = "it was not heard yet"

NOTHING = FleetChange()


@dataclass(slots=True)
class _Told:
    """What one shard has told. `at` is when it told of incidents and hold, `why` why it is not heard."""

    why: str = UNHEARD
    seen: set[str] = field(default_factory=set)
    incidents: list[IncidentRow] = field(default_factory=list)
    hold: HoldRow | None = None
    at: float | None = None
    armed: list[ArmedRow] | None = None

    def age(self, mono: float) -> float:
        """Seconds since it told of its incidents."""
        return max(0.0, mono - self.at) if self.at is not None else 0.0


class FleetPicture:
    """What the shards tell, put together for one reader. Each method gives what is to be told at once."""

    def __init__(self, shards: Iterable[Shard]) -> None:
        self._told = {shard: _Told() for shard in shards}
        self._tellers: dict[str, Shard] = {}
        self._is_whole = False
        self._has_news = False
        self._incidents_at = 0.0

    def began(self, shard: Shard) -> None:
        """Its feed begins anew, with everything in portions. A shard that is new is one of them from here."""
        self._told.setdefault(shard, _Told()).seen = set()

    def take(self, shard: Shard, change: FleetChange, mono: float) -> FleetChange:
        """One row of its feed."""
        told = self._told.get(shard)
        if told is None:
            return NOTHING
        for row in change.servers:
            told.seen.add(row.uuid)
            self._tellers[row.uuid] = shard
        gone = self._gone(shard, change.gone)
        if change.incidents is not None:
            is_news = not _are_same(told.incidents, change.incidents) or _differ(told.hold, change.hold)
            told.incidents, told.hold, told.at = change.incidents, change.hold, mono
            self._has_news = self._has_news or is_news
        armed = self._armed(shard, change.armed) if change.armed is not None else None
        missing = None
        if change.whole:
            left = [uuid for uuid, teller in self._tellers.items() if teller == shard]
            gone += self._gone(shard, [uuid for uuid in left if uuid not in told.seen])
            was_missing, told.why = bool(told.why), ""
            missing = self._missing() if was_missing and self._is_whole else None
        whole = self._becomes_whole()
        return FleetChange(
            servers=change.servers, figures=change.figures, gone=gone, armed=armed, whole=whole,
            missing=self._missing() if whole else missing,
        )  # fmt: skip

    def lost(self, shard: Shard, why: str) -> FleetChange:
        """Its feed has ended, or could not begin."""
        told = self._told.get(shard)
        if told is None:
            return NOTHING
        is_news, told.why = self._is_whole and told.why != why, why
        whole = self._becomes_whole()
        return FleetChange(whole=whole, missing=self._missing() if is_news or whole else None)

    def dropped(self, shard: Shard) -> FleetChange:
        """The shard is none any more, and what it told of is gone."""
        told = self._told.pop(shard, None)
        if told is None:
            return NOTHING
        gone = self._gone(shard, [uuid for uuid, teller in self._tellers.items() if teller == shard])
        self._has_news = self._has_news or bool(told.incidents)
        whole = self._becomes_whole()
        return FleetChange(gone=gone, whole=whole, missing=self._missing() if self._is_whole else None)

    def due(self, mono: float) -> float | None:
        """In how many seconds `incidents` has something to tell; None while nothing differs."""
        if not (self._has_news and self._is_whole):
            return None
        return max(0.0, self._incidents_at - mono)

    def incidents(self, mono: float) -> FleetChange:
        """All that are open, of all shards, each as old as it is by now; and the hold."""
        self._has_news = False
        rows = oldest_first(
            msgspec.structs.replace(row, open_for=row.open_for + told.age(mono))
            for told in self._told.values()
            for row in told.incidents
        )
        self._incidents_at = mono + INCIDENTS_EVERY + len(rows) * EACH_INCIDENT
        return FleetChange(incidents=rows, hold=self._hold(mono))

    def _hold(self, mono: float) -> HoldRow | None:
        """The fleet's, which is the truth; what it was brought to, where the fleet was never heard."""
        fleet = self._told.get(FLEET)
        is_heard = fleet is not None and fleet.at is not None
        for told in [fleet] if fleet is not None and is_heard else self._told.values():
            if told.hold is not None:
                return msgspec.structs.replace(told.hold, age=told.hold.age + told.age(mono))
        return None

    def _armed(self, shard: Shard, armed: list[ArmedRow]) -> list[ArmedRow] | None:
        """What is to be told of rules set by hand: the fleet's, which is the truth."""
        self._told[shard].armed = armed
        fleet = self._told.get(FLEET)
        if shard == FLEET or fleet is None or fleet.armed is None:
            return armed
        return None

    def _gone(self, shard: Shard, servers: Iterable[str]) -> list[str]:
        mine = [uuid for uuid in servers if self._tellers.get(uuid) == shard]
        for uuid in mine:
            del self._tellers[uuid]
        return mine

    def _becomes_whole(self) -> bool:
        """Whether this is the moment at which every shard has told all it has, or is known not to."""
        if self._is_whole or any(told.why == UNHEARD for told in self._told.values()):
            return False
        self._is_whole = self._has_news = True
        return True

    def _missing(self) -> list[MissingShard]:
        return [MissingShard(shard.text, told.why) for shard, told in self._told.items() if told.why]


def _are_same(before: list[IncidentRow], after: list[IncidentRow]) -> bool:
    """Whether they differ in their age alone, which needs no telling."""
    return len(before) == len(after) and all(
        msgspec.structs.replace(one, open_for=other.open_for) == other
        for one, other in zip(before, after, strict=True)
    )


def _differ(before: HoldRow | None, after: HoldRow | None) -> bool:
    if before is None or after is None:
        return before is not after
    return (before.since, before.reason, before.by) != (after.since, after.reason, after.by)
