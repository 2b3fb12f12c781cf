"""What delivery asks about servers and incidents: ports, fulfilled by the daemon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServerLabel:
    """What a message calls a server. `url` is its page in the Panel; each is "" where it is not known."""

    name: str
    node: str = ""
    url: str = ""


class ServerLabels(Protocol):
    """Names of servers."""

    def find(self, server: str, /) -> ServerLabel:
        """That of the server with this uuid; its name is the uuid where nobody knows it."""


@dataclass(frozen=True, slots=True)
class IncidentStatus:
    """How an incident stands now. What the engine does not know is not open.

    `is_awaited`: after a start its server is not listed yet, so it counts as open, and nobody is reminded.
    """

    is_open: bool
    is_acked: bool = False
    is_awaited: bool = False


class Incidents(Protocol):
    """The engine's incidents."""

    def status(self, ref: str, /) -> IncidentStatus:
        """Of the incident with this `SendMessage.ref`."""


class AckLinks(Protocol):
    """Links by which a reader of a message acknowledges."""

    def link(self, channel: str, refs: Sequence[str], /) -> str | None:
        """One for these incidents, as a message to this channel carries it; None where there are none."""


class NoLabels:
    """Knows no server."""

    def find(self, server: str, /) -> ServerLabel:
        """Its uuid."""
        return ServerLabel(server)


class NoIncidents:
    """Knows no incident."""

    def status(self, ref: str, /) -> IncidentStatus:
        """Not open."""
        return IncidentStatus(is_open=False)


class NoLinks:
    """Makes no link, as where nothing is reached from outside."""

    def link(self, channel: str, refs: Sequence[str], /) -> str | None:
        """None."""
        return None
