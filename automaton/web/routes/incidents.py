"""`GET /v1/incidents`, `POST /v1/rules/{rule}/ack`: what is open, and a person who takes note of it.

`POST /v1/incidents/note` writes a sentence of a person into the audit trail, and changes nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec
from msgspec import Meta

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.rule_request import KeyWanted, asker_of, json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


LONGEST_NOTE = 2_000  # characters: what a person writes at three in the morning, and some lines of a log


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that is open. `open_for` in seconds; `server` is its key's text.

    `acked`: a person has taken note. `step` is where its run stands, "" where none goes. `held` are why
    its actions do not go ahead, as sentences.
    """

    rule: str
    server: str
    name: str
    severity: str
    open_for: float
    acked: bool = False
    matches: int = 1
    step: str = ""
    held: list[str] = []


class IncidentList(msgspec.Struct, frozen=True):
    """Incidents, the oldest first."""

    incidents: list[IncidentRow]


class NoteWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a note: about a rule and the text of a key, which may be over by now."""

    rule: str
    key: str
    text: Annotated[str, Meta(max_length=LONGEST_NOTE)]


class Noted(msgspec.Struct, frozen=True):
    """When it was written down, as wall time."""

    at: float


class IncidentsPort(Protocol):
    """What is needed of the daemon."""

    async def incidents(self) -> IncidentList:
        """All that are open. It may yield to the engine."""

    async def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        """Those that are now acknowledged; None for an unknown rule. `who` is for the log."""

    def note(self, wanted: NoteWanted, who: str) -> Noted | None:
        """Writes it down; None where nothing can be written down now."""


def routes(port: IncidentsPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(await port.incidents())

    async def acknowledge(request: Request) -> Response:
        wanted = await read_body(request, KeyWanted)
        return json_of_rule(await port.acknowledge(rule_of(request), wanted.key, asker_of(request)))

    async def note(request: Request) -> Response:
        wanted = await read_body(request, NoteWanted)
        if not wanted.text.strip() or not wanted.rule:
            raise RequestRefused(400, "a note says something, about a rule")
        noted = port.note(wanted, asker_of(request))
        if noted is None:
            raise RequestRefused(503, "the note is lost: nothing can be written down now", 5.0)
        return json_of(noted)

    return [
        route("/v1/incidents", listed),
        route("/v1/incidents/note", note, methods=["POST"]),
        route("/v1/rules/{rule}/ack", acknowledge, methods=["POST"]),
    ]
