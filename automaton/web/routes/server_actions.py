"""`POST /v1/servers/{server}/command` and `.../power`: a person acts on a server by hand."""

from __future__ import annotations

from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome
from automaton.web.http_json import json_of, read_body
from automaton.web.server_request import KnowsServers, server_of


class CommandWanted(msgspec.Struct, frozen=True):
    """The body of a POST to `command`."""

    command: str


class PowerWanted(msgspec.Struct, frozen=True):
    """The body of a POST to `power`."""

    signal: Signal


class ActionResult(msgspec.Struct, frozen=True):
    """What became of a command or a power action; `result` is one of Result's words."""

    result: str
    detail: str = ""
    way: str = ""


class ServerActionsPort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid."""

    async def command(self, server: str, text: str) -> Outcome:
        """Types a console command as it stands, past rules and limits."""

    async def power(self, server: str, signal: Signal) -> Outcome:
        """Asks for a power action, past rules and limits."""


def routes(port: ServerActionsPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def command(request: Request) -> Response:
        wanted = await read_body(request, CommandWanted)
        return json_of(_result(await port.command(server_of(request, port), wanted.command)))

    async def power(request: Request) -> Response:
        wanted = await read_body(request, PowerWanted)
        return json_of(_result(await port.power(server_of(request, port), wanted.signal)))

    return [
        Route("/v1/servers/{server}/command", command, methods=["POST"]),
        Route("/v1/servers/{server}/power", power, methods=["POST"]),
    ]


def _result(outcome: Outcome) -> ActionResult:
    return ActionResult(outcome.result.value, outcome.detail, outcome.way)
