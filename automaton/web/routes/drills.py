"""`POST /v1/rules/{rule}/drill`: its `do` is played; `GET` of the same: what came of the latest drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.routes.explain import CallRow
from automaton.web.rule_request import asker_of, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class DrillRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step, or what became of it. `age` is how many seconds after the beginning it was told."""

    age: float
    verdict: str
    sentence: str
    detail: str = ""
    calls: list[CallRow] = []


class DrillReport(msgspec.Struct, frozen=True, kw_only=True):
    """A drill so far. `is_over`: nothing more will come. `left_out` counts rows that had no room."""

    rule: str
    key: str
    name: str
    for_real: bool
    rows: list[DrillRow] = []
    is_over: bool = False
    left_out: int = 0


class DrillWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a drill: a key's text, and whether all of it shall be done."""

    key: str
    for_real: bool = False


class DrillsPort(Protocol):
    """What is needed of the daemon. `who` is for the log."""

    def knows(self, rule: str, key: str) -> bool:
        """Whether there is such a server, node or fleet for the rule."""

    def drill(self, rule: str, wanted: DrillWanted, who: str) -> DrillReport | None:
        """Begins a drill; None where one of this rule and key goes on already."""

    def drilled(self, rule: str, key: str) -> DrillReport | None:
        """What came of the latest one of this rule and key; None for none."""


def routes(port: DrillsPort) -> list[Route]:
    """The routes, answered by `port`; the key of a GET stands in the query, for it may hold slashes."""

    async def begin(request: Request) -> Response:
        rule, wanted = rule_of(request), await read_body(request, DrillWanted)
        if not port.knows(rule, wanted.key):
            raise RequestRefused(404, "there is no such rule, or nothing of that key for it to look at")
        begun = port.drill(rule, wanted, asker_of(request))
        if begun is None:
            raise RequestRefused(409, "a drill of this rule is going on there: wait until it is over")
        return json_of(begun)

    async def told(request: Request) -> Response:
        report = port.drilled(rule_of(request), request.query_params.get("key", ""))
        if report is None:
            raise RequestRefused(404, "no drill of this rule is remembered")
        return json_of(report)

    return [
        route("/v1/rules/{rule}/drill", begin, methods=["POST"]),
        route("/v1/rules/{rule}/drill", told),
    ]
