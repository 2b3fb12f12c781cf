"""`POST /v1/servers/{server}/probe`: a person has the game asked whether it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from automaton.web.http_json import json_of, route
from automaton.web.rule_request import asker_of
from automaton.web.server_request import KnowsServers, server_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

Answered = Literal["answered", "silent", "not_asked"]


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether it answered, in `detail` what was asked and said, or why it was not asked.

    `way` is `console` or `query`, `seconds` how long the answer took.
    """

    result: Answered
    detail: str
    way: str = ""
    seconds: float | None = None


class ProbePort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid; `who` is for the log and trail."""

    async def probe(self, server: str, who: str) -> ProbeResult:
        """Asks the game as its pack does, and waits for its answer."""


def routes(port: ProbePort) -> list[Route]:
    """The routes, answered by `port`."""

    async def probe(request: Request) -> Response:
        return json_of(await port.probe(server_of(request, port), asker_of(request)))

    return [route("/v1/servers/{server}/probe", probe, methods=["POST"])]
