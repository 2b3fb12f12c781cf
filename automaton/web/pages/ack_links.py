"""`/ack/<token>` at the page: links of messages, whose pages the daemon itself makes.

The link is the permission, so nobody has to sign in. It is passed on as it came, with the browser's address:
whoever tries links is paced for himself, and not all who come by the page together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.security.recognition import address_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

AT_ONCE = 2
"""Of the six requests that the daemon answers for all: strangers try links, and people have their turns."""

PASSED = ("Content-Security-Policy", "Referrer-Policy", "X-Robots-Tag", "Retry-After")
"""Headers of the daemon's answer that the browser gets; the others are those of every page."""


class AckLinkPages:
    """Passes them on."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control
        self._turns = anyio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        """The route that is answered here."""
        from starlette.routing import Route

        return [Route("/ack/{token}", self.opened, methods=["GET", "POST"])]

    async def opened(self, request: Request) -> Response:
        """What the daemon answers. A form's body is not read: all that it says is in the address."""
        from starlette.responses import HTMLResponse

        path = f"/ack/{part(str(request.path_params['token']))}"
        method = "POST" if request.method == "POST" else "GET"
        async with self._turns:
            answer = await self._control.passed(method, path, address_of(request.scope))
        kept = {name: answer.headers[name] for name in PASSED if name in answer.headers}
        return HTMLResponse(answer.content, answer.status, headers=kept)
