"""`/v1/silences`: what is silenced (GET), a new silence (POST), and `POST /v1/silences/{id}/end`.

`POST /v1/silences/preview` changes nothing: it says what such a silence would hold now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.routes.incidents import IncidentRow
from automaton.web.rule_request import asker_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

SHORTEST, LONGEST = 1.0, 366 * 86_400.0  # seconds of a silence
MOST_GLOBS = 100
MOST_SHOWN = 50  # names in a preview: beyond that people read the number
LONGEST_NOTE = 500
"""Characters: it stands in every answer to why something is held."""


class SilenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A silence: globs of rules and servers, and how many seconds are left of it."""

    id: str
    rules: list[str]
    servers: list[str]
    left: float
    note: str = ""


class SilenceList(msgspec.Struct, frozen=True):
    """All silences, the one that ends first at the front."""

    silences: list[SilenceRow]


class SilenceWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a new silence. `seconds` from now."""

    rules: list[str]
    servers: list[str]
    seconds: float
    note: str = ""


class HeldRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a silence names: on how many of its servers it would be held, and how far it may go."""

    id: str
    servers: int
    arm: str = ""


class SilencePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a silence would hold now. At most MOST_SHOWN rules, servers and incidents stand here.

    `servers` are names. `pairs` are rules times servers, with the node's and the fleet's own. `incidents`
    are open: what their rules want to do is held, and what is told of them waits.
    """

    rules: list[HeldRule]
    rules_in_all: int
    servers: list[str]
    servers_in_all: int
    pairs: int
    incidents: list[IncidentRow]
    incidents_in_all: int


class SilencesPort(Protocol):
    """What is needed of the daemon. `who` is for the log."""

    def silences(self) -> SilenceList:
        """All that have not ended."""

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        """Begins one; its bounds have been checked."""

    async def preview(self, wanted: SilenceWanted) -> SilencePreview:
        """What such a silence would hold now; begins none."""

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        """Ends one, and gives those that are left; None where there is no such silence."""


def routes(port: SilencesPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(port.silences())

    async def begin(request: Request) -> Response:
        wanted = await read_body(request, SilenceWanted)
        _check(wanted)
        return json_of(port.silence(wanted, asker_of(request)))

    async def previewed(request: Request) -> Response:
        wanted = await read_body(request, SilenceWanted)
        _check(wanted)
        return json_of(await port.preview(wanted))

    async def end(request: Request) -> Response:
        left = port.end_silence(str(request.path_params["id"]), asker_of(request))
        if left is None:
            raise RequestRefused(404, "there is no such silence; `automaton silence list` shows them")
        return json_of(left)

    return [
        route("/v1/silences", listed),
        route("/v1/silences", begin, methods=["POST"]),
        route("/v1/silences/preview", previewed, methods=["POST"]),
        route("/v1/silences/{id}/end", end, methods=["POST"]),
    ]


def _check(wanted: SilenceWanted) -> None:
    if not SHORTEST <= wanted.seconds <= LONGEST:
        raise RequestRefused(400, "a silence lasts from a second to a year")
    if not wanted.rules and not wanted.servers:
        raise RequestRefused(400, "a silence names rules or servers: `*` is all of them")
    if len(wanted.rules) + len(wanted.servers) > MOST_GLOBS:
        raise RequestRefused(400, f"a silence names at most {MOST_GLOBS} rules and servers")
    if len(wanted.note) > LONGEST_NOTE:
        raise RequestRefused(400, f"a note has at most {LONGEST_NOTE} characters")
