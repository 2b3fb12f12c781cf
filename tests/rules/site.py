"""A web site that answers what it is told to, and keeps what it was asked: builds, a status page, a chat."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as it arrived."""

    method: str
    path: str
    body: str = ""


class Site:
    """`answers` are what each path says, `statuses` with which status (200); `visits` who came."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.statuses: dict[str, int] = {}
        self.visits: list[Visit] = []

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI app: JSON at each path that has an answer, nothing at any other."""
        request = Request(scope, receive)
        path = request.url.path
        self.visits.append(Visit(request.method, path, (await request.body()).decode()))
        if path in self.answers:
            answer: Response = JSONResponse(self.answers[path], self.statuses.get(path, 200))
        else:
            answer = Response(status_code=self.statuses.get(path, 404))
        await answer(scope, receive, send)
