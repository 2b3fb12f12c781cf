"""`/api/v1/…`: the control API for programs, let through by name and role.

Law: nothing goes through that the table of operations does not name. How much one visitor may ask is the
gate's business, how many are asked at a time the client's. A stream ends with what let its reader in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from automaton.web.http_json import LONGEST_BODY, ErrorBody, RequestRefused, json_of, refusal
from automaton.web.missing import MISSING
from automaton.web.pages.api_operation import Operation
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError, part
from automaton.web.pages.openapi import BASE, NDJSON, openapi_text
from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.security.visitor import Visitor, actor_of, visitor_of

MOST_OF_ONE = 4
MOST_STREAMS = 32  # each is one of the daemon's connections
ASK_AGAIN = 1.0  # seconds
DOTS = frozenset({".", ".."})
ROWS = [(b"content-type", NDJSON.encode())]


class FollowedRows(Response):
    """An answer that `follow` sends, from its beginning on."""

    def __init__(self, follow: ASGIApp) -> None:
        super().__init__(media_type=NDJSON)
        self._follow = follow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        await self._follow(scope, receive, send)


class Api:
    """Answers programs. `control` is their own way to the daemon."""

    def __init__(self, control: ControlClient, settings: PageSettings) -> None:
        self._control = control
        self._settings = settings
        self._streams: dict[anyio.CancelScope, tuple[Visitor, object]] = {}
        self._described = openapi_text().encode()

    def routes(self) -> list[BaseRoute]:
        """All of it, at one place."""
        by_path: dict[str, dict[str, Operation]] = {}
        for one in OPERATIONS:
            by_path.setdefault(one.path, {})[one.method] = one
        routes = [
            Route(path, self._answering(operations), methods=sorted(operations))
            for path, operations in by_path.items()
        ]
        routes.append(Route("/openapi.json", self.described))
        app = Starlette(
            routes=routes,
            exception_handlers={
                RequestRefused: refusal,
                HTTPException: _not_there,
                DaemonRefusedError: _refused,
                DaemonSilentError: _silent,
            },
        )
        app.router.redirect_slashes = False  # a redirect would lead to any host that the caller names
        return [Mount(BASE, app=app)]

    def change(self, settings: PageSettings) -> None:
        """From here on these hold: streams of whom they do not let in end."""
        self._settings = settings
        for scope, (visitor, let_in_by) in list(self._streams.items()):
            if self._let_in_by(visitor) != let_in_by:
                scope.cancel()

    def end(self) -> None:
        """Ends all streams."""
        for scope in list(self._streams):
            scope.cancel()

    async def described(self, _: Request) -> Response:
        """The description of all this."""
        return Response(self._described, media_type="application/json")

    def _answering(self, operations: dict[str, Operation]) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            # HEAD is GET whose body nobody reads.
            one = operations["GET" if request.method == "HEAD" else request.method]
            visitor = actor_of(request) if one.is_for_operators else visitor_of(request)
            path = _path(one, request)
            if not one.streams:
                return await self._asked(one, request, visitor, path)
            if request.method == "HEAD":
                return Response(media_type=NDJSON)
            return await self._stream(visitor, path)

        return answer

    async def _asked(self, one: Operation, request: Request, visitor: Visitor, path: str) -> Response:
        body = await _body(request) if one.method == "POST" else b""
        answer = await self._control.ask(one.method, path, body, visitor.name)
        missing = answer.headers.get(MISSING)
        headers = {MISSING: missing} if missing else None
        return Response(answer.content, headers=headers, media_type="application/json")

    async def _stream(self, visitor: Visitor, path: str) -> Response:
        mine = sum(other.name == visitor.name for other, _ in self._streams.values())
        if mine >= MOST_OF_ONE:
            raise RequestRefused(429, f"you may follow {MOST_OF_ONE} things at once", ASK_AGAIN)
        if len(self._streams) >= MOST_STREAMS:
            raise RequestRefused(503, "too many streams are followed", ASK_AGAIN)
        return FollowedRows(partial(self._followed, visitor, path))

    async def _followed(
        self, visitor: Visitor, path: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        has_begun = False
        with anyio.CancelScope() as ending:
            self._streams[ending] = (visitor, self._let_in_by(visitor))
            session = visitor.session
            forget = session.at_end(ending.cancel) if session is not None else lambda: None
            try:
                async with self._control.stream(path) as lines:
                    # Not before: a refusal of the daemon is an answer of its own.
                    await send({"type": "http.response.start", "status": 200, "headers": ROWS})
                    has_begun = True
                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(_until_left, receive, ending)
                        await _hand_on(lines, send)
                        tasks.cancel_scope.cancel()
            finally:
                forget()
                del self._streams[ending]
        if has_begun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _let_in_by(self, visitor: Visitor) -> object:
        """What has to stay as it is for this one to go on."""
        settings, name = self._settings, visitor.name
        return settings.tokens.get(name), settings.users.get(name), settings.proxy


def _path(one: Operation, request: Request) -> str:
    """That of the control API, with each part and what is asked of it as it came."""
    values = {name: str(value) for name, value in request.path_params.items()}
    if not DOTS.isdisjoint(values.values()):  # of a path they are steps, which would lead elsewhere
        raise RequestRefused(404, "nothing is called so")
    for parameter in one.query:
        given = request.query_params.get(parameter.name)
        if given is not None and parameter.values and given not in parameter.values:
            raise RequestRefused(400, f"`{parameter.name}` is one of {', '.join(parameter.values)}")
    path = "/v1" + one.path.format(**{name: part(value) for name, value in values.items()})
    query = request.url.query
    return f"{path}?{query}" if query else path


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise RequestRefused(413, f"a request has at most {LONGEST_BODY} bytes")
    except ClientDisconnect:
        raise RequestRefused(400, "the request was broken off") from None  # nobody reads it
    return body


async def _hand_on(lines: AsyncIterator[bytes], send: Send) -> None:
    try:
        async for line in lines:
            await send({"type": "http.response.body", "body": line + b"\n", "more_body": True})
    except DaemonSilentError:
        return  # it has begun, so its end is all that can be told


async def _until_left(receive: Receive, ending: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    ending.cancel()


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, DaemonRefusedError)
    return await refusal(request, RequestRefused(problem.status, str(problem)))


async def _silent(request: Request, problem: Exception) -> Response:
    return await refusal(request, RequestRefused(503, str(problem), ASK_AGAIN))


async def _not_there(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    said = (
        "there is no such operation; /api/v1/openapi.json describes all" if problem.status_code == 404 else ""
    )
    answer = json_of(ErrorBody(said or "this is not done here"), problem.status_code)
    answer.headers.update(problem.headers or {})
    return answer


def names_of(operations: Iterable[Operation]) -> set[tuple[str, str]]:
    """Method and path of each, as the control API has them."""
    return {(one.method, f"/v1{one.path}") for one in operations}
