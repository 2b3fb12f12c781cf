"""How incidents stand, as a channel was told by the shards that have them: the Incidents port of delivery.

Pure. What a shard said last holds until it says otherwise, also while nobody owns that shard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automaton.cluster.messages.handed import IncidentStanding, Item, Said, Untold
from automaton.cluster.messages.raised_incidents import name_of
from automaton.delivery.notification import is_incident
from automaton.delivery.records import MOST_KEPT
from automaton.delivery.surroundings import IncidentStatus

MOST_TOLD = MOST_KEPT
"""Incidents that a channel knows as open, as many as an outbox has records. Of one beyond, the oldest is
forgotten, and nobody is reminded of it any more."""


@dataclass(frozen=True, slots=True)
class _Told:
    source: str
    is_acked: bool


class ToldIncidents:
    """By `SendMessage.ref`. `forgotten` counts those that had no room."""

    def __init__(self) -> None:
        self.forgotten = 0
        self._open: dict[str, _Told] = {}
        self._changes: dict[str, object | None] = {}

    def hear(self, source: str, item: Item) -> None:
        """Takes in what a shard hands over."""
        match item:
            case Said(resolves=False, ref=ref) | Untold(ref=ref) if is_incident(ref):
                if ref not in self._open:
                    self._keep(ref, _Told(source, is_acked=False))
            case IncidentStanding(is_open=True, ref=ref):
                self._keep(ref, _Told(source, item.is_acked))
            case _:
                self._end(item.ref)

    def status(self, ref: str) -> IncidentStatus:
        """How an incident stands."""
        told = self._open.get(ref)
        return IncidentStatus(is_open=told is not None, is_acked=told is not None and told.is_acked)

    def source_of(self, ref: str) -> str:
        """The shard that has an incident, "" where none is known."""
        told = self._open.get(ref)
        return told.source if told is not None else ""

    def sources(self) -> set[str]:
        """The shards that have any."""
        return {told.source for told in self._open.values()}

    def leave(self, source: str) -> None:
        """A shard is no more: what it had is over."""
        for ref in [ref for ref, told in self._open.items() if told.source == source]:
            self._end(ref)

    def load(self, data: Mapping[str, Any]) -> None:
        """Restores one from its part. Raises KeyError or TypeError for what is none."""
        self._open[str(data["ref"])] = _Told(str(data["source"]), bool(data["acked"]))

    def dump(self) -> dict[str, object | None]:
        """All parts, by name."""
        return {name_of(ref): _part(ref, told) for ref, told in self._open.items()}

    def take_changes(self) -> dict[str, object | None]:
        """The parts that have changed since it was last asked, by name; None for one that is gone."""
        changes, self._changes = self._changes, {}
        return changes

    def _keep(self, ref: str, told: _Told) -> None:
        if self._open.get(ref) == told:
            return
        self._open[ref] = told
        self._changes[name_of(ref)] = _part(ref, told)
        while len(self._open) > MOST_TOLD:
            self.forgotten += 1
            self._end(next(iter(self._open)))

    def _end(self, ref: str) -> None:
        if self._open.pop(ref, None) is not None:
            self._changes[name_of(ref)] = None


def _part(ref: str, told: _Told) -> dict[str, object]:
    return {"ref": ref, "source": told.source, "acked": told.is_acked}
