"""`GET /v1/rules`: all rules in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, route
from automaton.web.routes.arming import ArmedRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in numbers. `arm` is what holds in the end, `servers` are those that it names.

    `counted` are its evaluations by verdict, since the daemon began, of which `held` were held back.
    `own` is the arm that its file says, `limit` that of `limits`, and `by_hand` what a person says instead.
    `file` and `line` are where it is written; `games` are the packs of its servers; `last_fired` is seconds
    since 1970, None for not since the daemon began.
    """

    id: str
    arm: str
    by: str
    severity: str
    servers: int
    open: int
    fired: int
    counted: dict[str, int] = {}
    note: str = ""
    own: str = ""
    limit: str = ""
    by_hand: ArmedRow | None = None
    file: str = ""
    line: int = 0
    held: int = 0
    games: list[str] = []
    last_fired: float | None = None


class RuleList(msgspec.Struct, frozen=True):
    """All rules, in the order in which they are judged."""

    rules: list[RuleRow]


class RulesPort(Protocol):
    """What is needed of the daemon."""

    async def rules(self) -> RuleList:
        """All rules. It may yield to the engine: each is held against every server."""


def routes(port: RulesPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(await port.rules())

    return [route("/v1/rules", listed)]
