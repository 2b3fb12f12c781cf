"""What can be asked of rules over the control API, and said: why, why not, acknowledged, silenced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.web.requests import NotTakenError, json_of, read_body
from automaton.web.rule_shapes import (
    Breakers,
    Explanations,
    Incidents,
    KeyWanted,
    Rules,
    SilenceRow,
    Silences,
    SilenceWanted,
)

SHORTEST, LONGEST = 1.0, 366 * 86_400.0  # seconds of a silence
MOST_GLOBS = 100

Shape = TypeVar("Shape", bound=msgspec.Struct)


class Desk(Protocol):
    """What can be asked of a daemon's rules. `key` is a key's text; `who` is who asks, for the log.

    None is the answer where there is no such rule, silence or key.
    """

    async def rules(self) -> Rules: ...

    def incidents(self) -> Incidents: ...

    def explain(self, rule: str, key: str) -> Explanations | None: ...

    def acknowledge(self, rule: str, key: str, who: str) -> Incidents | None: ...

    def silences(self) -> Silences: ...

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow: ...

    def end_silence(self, id_: str, who: str) -> Silences | None: ...

    def breakers(self) -> Breakers: ...

    def reset_breaker(self, rule: str, key: str, who: str) -> Breakers | None: ...


class RulesApi:
    """One method a route."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.routes = (
            Route("/v1/rules", self.rules),
            Route("/v1/rules/{rule}/explain", self.explain),
            Route("/v1/rules/{rule}/ack", self.acknowledge, methods=["POST"]),
            Route("/v1/rules/{rule}/reset", self.reset, methods=["POST"]),
            Route("/v1/incidents", self.incidents),
            Route("/v1/breakers", self.breakers),
            Route("/v1/silences", self.silences),
            Route("/v1/silences", self.silence, methods=["POST"]),
            Route("/v1/silences/{id}/end", self.end_silence, methods=["POST"]),
        )

    async def rules(self, _: Request) -> Response:
        return json_of(await self._desk.rules())

    async def incidents(self, _: Request) -> Response:
        return json_of(self._desk.incidents())

    async def explain(self, request: Request) -> Response:
        return _of_a_rule(self._desk.explain(_rule(request), request.query_params.get("key", "")))

    async def acknowledge(self, request: Request) -> Response:
        return await self._say(request, self._desk.acknowledge)

    async def reset(self, request: Request) -> Response:
        return await self._say(request, self._desk.reset_breaker)

    async def silences(self, _: Request) -> Response:
        return json_of(self._desk.silences())

    async def silence(self, request: Request) -> Response:
        wanted = await read_body(request, SilenceWanted)
        if not SHORTEST <= wanted.seconds <= LONGEST:
            raise NotTakenError(400, "a silence lasts from a second to a year")
        if not wanted.rules and not wanted.servers:
            raise NotTakenError(400, "a silence names rules or servers: `*` is all of them")
        if len(wanted.rules) + len(wanted.servers) > MOST_GLOBS:
            raise NotTakenError(400, f"a silence names at most {MOST_GLOBS} rules and servers")
        return json_of(self._desk.silence(wanted, _who(request)))

    async def end_silence(self, request: Request) -> Response:
        left = self._desk.end_silence(str(request.path_params["id"]), _who(request))
        if left is None:
            raise NotTakenError(404, "there is no such silence; `automaton silence list` shows them")
        return json_of(left)

    async def breakers(self, _: Request) -> Response:
        return json_of(self._desk.breakers())

    async def _say(self, request: Request, say: Callable[[str, str, str], Shape | None]) -> Response:
        wanted = await read_body(request, KeyWanted)
        return _of_a_rule(say(_rule(request), wanted.key, _who(request)))


def _rule(request: Request) -> str:
    return str(request.path_params["rule"])


def _who(request: Request) -> str:
    """The user behind the socket, as the listener found out; nobody where it could not."""
    return request.client.host if request.client is not None else ""


def _of_a_rule(answer: msgspec.Struct | None) -> Response:
    if answer is None:
        raise NotTakenError(404, "there is no such rule; `automaton rules` lists them")
    return json_of(answer)
