"""`GET /v1/status`: the daemon at a glance, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, route
from automaton.web.routes.breakers import BreakerRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.servers import ServerRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, the latest last. `age` in seconds; `sentence` says what the verdict means."""

    rule: str
    server: str
    name: str
    verdict: str
    sentence: str
    detail: str = ""
    age: float = 0.0


class ParkedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A link that waits for a person."""

    server: str
    name: str
    cause: str
    reason: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The daemon at a glance. `troubles` are sentences, one for each thing that is wrong.

    `hold` is what `automaton hold` holds, null for nothing. `breakers` are those that have tripped.
    """

    summary: str
    version: str
    uptime: float
    arm: str
    rules: int
    links: dict[str, int]
    hold: HoldRow | None = None
    troubles: list[str] = []
    parked: list[ParkedRow] = []
    breakers: list[BreakerRow] = []
    incidents: list[IncidentRow] = []
    decisions: list[DecisionRow] = []


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `status --json` and `servers --json` print: the same, with the half that was asked for.

    `state` is `ok`, `degraded` or `not running`.
    """

    running: bool
    state: str
    status: Status | None = None
    servers: list[ServerRow] | None = None


class StatusPort(Protocol):
    """What is needed of the daemon."""

    async def status(self) -> Status:
        """The state of things now."""


def routes(port: StatusPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def status(_: Request) -> Response:
        return json_of(await port.status())

    return [route("/v1/status", status)]
