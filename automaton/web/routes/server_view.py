"""`GET /v1/servers/{server}`: all that is known of one server, and how each rule that concerns it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, route
from automaton.web.routes.explain import ClockRow, ReasonRow, StepRow
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.servers import ServerRow
from automaton.web.server_request import KnowsServers, server_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class ThresholdRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A number with which a rule compares a fact, in base units: `memory_pct > 90`.

    `word` is where it stands, `while` or `until`; `function` what is made of the fact first, as `avg`.
    """

    word: str
    fact: str
    how: str
    limit: float
    function: str = ""


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run that goes for a key, at the step that it has reached."""

    key: str
    step: StepRow


class ServerRuleRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a rule stands towards a server, or towards its node or the fleet, as `key` says.

    Of a rule with several keys here it is the one that went furthest: `open`, `tripped`, `pending`, `idle`;
    `keys` is how many there are. `reasons` are why nothing fires or is done, empty where it would.
    `hold_for` is its `for` in seconds.
    """

    id: str
    by: str
    arm: str
    severity: str
    phase: str
    key: str
    keys: int = 1
    note: str = ""
    hold_for: float = 0.0
    reasons: list[ReasonRow] = []
    clocks: list[ClockRow] = []
    runs: list[RunRow] = []
    thresholds: list[ThresholdRow] = []


class ServerView(msgspec.Struct, frozen=True, kw_only=True):
    """One server. `players` are names of those on it whose joins were seen: strangers' text.

    `incidents` are those that are open, the oldest first, and at most some: `open` is how many there are.
    """

    server: ServerRow
    players: list[str]
    incidents: list[IncidentRow]
    open: int
    rules: list[ServerRuleRow]


class ServerViewPort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid."""

    async def view(self, server: str) -> ServerView | None:
        """All that is known; None for one that is not known yet. It may yield to the engine."""


def routes(port: ServerViewPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def viewed(request: Request) -> Response:
        view = await port.view(server_of(request, port))
        if view is None:
            raise RequestRefused(404, "nothing is known of this server yet")
        return json_of(view)

    return [route("/v1/servers/{server}", viewed)]
