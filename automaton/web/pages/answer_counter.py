"""Counts every answer of the page by its status, and the logins that were refused among them."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automaton.web.pages.exposition import PageCounts

REFUSED = frozenset({403, 429})


class AnswerCounter:
    """Stands before all else, so that what is refused at the gate is counted too."""

    def __init__(self, app: ASGIApp, counts: PageCounts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                self._counts.note(status)
                is_login = scope["path"] == "/login" and scope["method"] == "POST"
                self._counts.logins_failed += is_login and status in REFUSED
            await send(message)

        await self._app(scope, receive, counted)
