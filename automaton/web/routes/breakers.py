"""`GET /v1/breakers`, `POST /v1/rules/{rule}/reset`: breakers that tripped, and a person who resets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, read_body, route
from automaton.web.rule_request import KeyWanted, asker_of, json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class BreakerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A breaker that tripped `age` seconds ago; `left` until it resets itself, None for a person only."""

    rule: str
    key: str
    name: str
    age: float | None = None
    left: float | None = None


class BreakerList(msgspec.Struct, frozen=True):
    """Breakers that have tripped."""

    breakers: list[BreakerRow]


class BreakersPort(Protocol):
    """What is needed of the daemon."""

    async def breakers(self) -> BreakerList:
        """All that have tripped."""

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        """Those that are now reset; None for an unknown rule. `who` is for the log."""


def routes(port: BreakersPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(await port.breakers())

    async def reset(request: Request) -> Response:
        wanted = await read_body(request, KeyWanted)
        return json_of_rule(port.reset_breaker(rule_of(request), wanted.key, asker_of(request)))

    return [
        route("/v1/breakers", listed),
        route("/v1/rules/{rule}/reset", reset, methods=["POST"]),
    ]
