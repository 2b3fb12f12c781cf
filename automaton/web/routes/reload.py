"""`POST /v1/reload`: the files are read anew, and taken as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, route
from automaton.web.rule_request import asker_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class Reloaded(msgspec.Struct, frozen=True):
    """Whether the files were taken; where not, `reason` says why and `problems` where."""

    taken: bool
    reason: str = ""
    problems: list[str] = []


class ReloadPort(Protocol):
    """What is needed of the daemon."""

    async def reload(self, who: str) -> Reloaded:
        """Reads the files; what is wrong with them is an answer, never raised. `who` is for the trail."""


def routes(port: ReloadPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def reload(request: Request) -> Response:
        return json_of(await port.reload(asker_of(request)))

    return [route("/v1/reload", reload, methods=["POST"])]
