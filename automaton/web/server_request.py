"""What the requests about one server have in common: the server in the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from automaton.web.http_json import RequestRefused

if TYPE_CHECKING:
    from starlette.requests import Request

NOT_WATCHED = "no server with this uuid is watched: a path takes the whole one, no name and no short id"


class KnowsServers(Protocol):
    """The part of a route's port that tells whether there is such a server."""

    def knows(self, server: str) -> bool:
        """Whether a server of this full uuid is watched now."""


def server_of(request: Request, port: KnowsServers) -> str:
    """The uuid in the path. Raises RequestRefused where no such server is watched."""
    server = str(request.path_params["server"])
    if not port.knows(server):
        raise RequestRefused(404, NOT_WATCHED)
    return server
