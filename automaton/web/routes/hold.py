"""`POST /v1/hold`: every action is held; `POST /v1/release`: none is any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec
from msgspec import Meta

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.rule_request import asker_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LONGEST_REASON = 500
"""Characters: it stands in every answer to why something is held."""


class HoldRow(msgspec.Struct, frozen=True, kw_only=True):
    """`since` is wall time in seconds, `age` how long it lasts by now; `by` is who asked for it."""

    since: float
    age: float
    reason: str = ""
    by: str = ""


class HoldWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a hold."""

    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] = ""


class HoldPort(Protocol):
    """What is needed of the daemon. `who` is for the log and for people."""

    def hold(self, wanted: HoldWanted, who: str) -> HoldRow:
        """Holds every action; one that lasts already gets this reason."""

    def release(self, who: str) -> HoldRow | None:
        """Ends the hold, and gives it as it was; None where there is none."""


def routes(port: HoldPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def begin(request: Request) -> Response:
        wanted = await read_body(request, HoldWanted)
        return json_of(port.hold(wanted, asker_of(request)))

    async def end(request: Request) -> Response:
        ended = port.release(asker_of(request))
        if ended is None:
            raise RequestRefused(404, "nothing is on hold")
        return json_of(ended)

    return [route("/v1/hold", begin, methods=["POST"]), route("/v1/release", end, methods=["POST"])]
