"""The demo's own HTTP endpoint: where Apprise's JSON notifications arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.simulator.loopback_app import loopback_app


@dataclass(slots=True)
class Receiver:
    """`url` is for Apprise. `messages` are in the order of arrival, each its title and its text."""

    url: str = ""
    messages: list[str] = field(default_factory=list)

    def got(self, *parts: str) -> bool:
        """Whether a message with all these parts arrived."""
        return any(all(part in message for part in parts) for message in self.messages)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Receives messages until the block is left."""
    receiver = Receiver()

    async def take(request: Request) -> Response:
        body = await request.json()
        receiver.messages.append("\n".join(filter(None, (body.get("title"), body.get("message")))))
        return Response(status_code=204)

    async with loopback_app(Starlette(routes=[Route("/", take, methods=["POST"])])) as address:
        receiver.url = address.replace("http://", "json://")
        yield receiver
