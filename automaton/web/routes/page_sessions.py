"""`POST /v1/page/sessions`: what a page of a cluster tells of who signed in there, and out, for all others.

The page's process asks this, and nobody else needs to. Keys of sessions are not told, only their hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.action_result import ActionResult
from automaton.web.http_json import json_of, read_body, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LARGEST_CHANGES = 1 << 20  # bytes: a thousand sessions, all at once


class SharedSession(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session as all pages know it. `seen` in wall seconds; a page tells it now and then.

    `proof` is what let the person in, `csrf` stands in the forms.
    """

    name: str
    proof: str
    csrf: str
    seen: float
    is_proxied: bool = False


class SessionChanges(msgspec.Struct, frozen=True):
    """By the hash of a session's key, in hexadecimal digits; None for one that has ended."""

    sessions: dict[str, SharedSession | None]


class PageSessionsPort(Protocol):
    """What is needed of the daemon."""

    async def share(self, changes: SessionChanges) -> None:
        """Tells all members. Raises RequestRefused where that cannot be done now."""


def routes(port: PageSessionsPort) -> list[Route]:
    """The route, answered by `port`."""

    async def told(request: Request) -> Response:
        await port.share(await read_body(request, SessionChanges, LARGEST_CHANGES))
        return json_of(ActionResult(result="done", way="", detail=""))

    return [route("/v1/page/sessions", told, methods=["POST"])]
