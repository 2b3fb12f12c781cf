"""`POST /v1/servers/{server}/command` and `.../power`: a person acts on a server by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome
from automaton.web.action_result import ActionResult
from automaton.web.http_json import json_of, read_body, route
from automaton.web.rule_request import asker_of
from automaton.web.server_request import KnowsServers, server_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class CommandWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST to `command`."""

    command: str


class PowerWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST to `power`."""

    signal: Signal


class ServerActionsPort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid; `who` is for the log and trail."""

    async def command(self, server: str, text: str, who: str) -> Outcome:
        """Types a console command as it stands, past rules and limits."""

    async def power(self, server: str, signal: Signal, who: str) -> Outcome:
        """Asks for a power action, past rules and limits."""


def routes(port: ServerActionsPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def command(request: Request) -> Response:
        wanted = await read_body(request, CommandWanted)
        server, who = server_of(request, port), asker_of(request)
        return json_of(_result(await port.command(server, wanted.command, who)))

    async def power(request: Request) -> Response:
        wanted = await read_body(request, PowerWanted)
        server, who = server_of(request, port), asker_of(request)
        return json_of(_result(await port.power(server, wanted.signal, who)))

    return [
        route("/v1/servers/{server}/command", command, methods=["POST"]),
        route("/v1/servers/{server}/power", power, methods=["POST"]),
    ]


def _result(outcome: Outcome) -> ActionResult:
    return ActionResult(outcome.result.value, outcome.detail, outcome.way)
