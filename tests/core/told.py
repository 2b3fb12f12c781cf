"""A server that is told events at seconds, and asked for its facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from automaton.core import events as ev
from automaton.core.events import Event, Profile, Source, State
from automaton.core.happening import Heard, Seen
from automaton.core.moment import Moment
from automaton.core.targets.server import Server
from automaton.core.truth import Value

UUID = "u1"

PROFILE = Profile(uuid=UUID, id="1", name="lobby", node="eu", egg="Paper", disk_limit=1000)


class Plain:
    """Hears every line as it is."""

    def foresee(self, lines: Sequence[str], pack: str) -> None:
        """Nothing is foreseen."""

    def is_dull(self, text: str, pack: str) -> bool:
        return False

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        return Heard(text, text, source)

    def prepare(self, packs: Iterable[str]) -> None:
        pass

    def including(self, patterns: frozenset[str]) -> Plain:
        return self


class Told:
    """A server that is told events at seconds."""

    def __init__(self) -> None:
        self.server = Server(PROFILE)

    def take(self, mono: float, kind: type[Event], **fields: Any) -> Seen:
        event = kind(server=UUID, at=Moment(mono, mono), **fields)
        return self.server.take(event, Plain(), mono)

    def stats(self, mono: float, **fields: Any) -> Seen:
        quiet = {
            "memory": 50,
            "memory_limit": 100,
            "cpu_pct": 1.0,
            "disk": 100,
            "rx": 0,
            "tx": 0,
            "uptime": mono,
        }
        return self.take(mono, ev.StatsReported, **{**quiet, **fields})

    def read(self, name: str, mono: float) -> Value:
        return self.server.facts.read(name, mono)


def running() -> Told:
    told = Told()
    told.take(0.0, ev.LinkUp)
    told.take(0.0, ev.StateReported, state=State.RUNNING)
    told.stats(1.0)
    return told
