"""Hooks over HTTP: who has a hook's token may call it, and can do nothing else.

The token is checked before anything else is read. A body is small; its values are a stranger's text, as a
console line is.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from enum import Enum
from hashlib import sha256
from typing import Protocol

import anyio
import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.core.events import FieldValue
from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.secret import Secret
from automaton.web.guess_budget import GuessBudget
from automaton.web.hook_fields import HookFields, fields_of
from automaton.web.http_json import ErrorBody, RequestRefused, json_of, refusal

LONGEST_BODY = 64 * 1024  # bytes
READ_WITHIN = 10.0  # seconds
BURST, A_SECOND = 30.0, 1.0  # calls of one hook


class NoSingleServer(Enum):
    """Why a text names no server, or not a single one."""

    NONE = "no server of this name is watched"
    SEVERAL = "several servers have this name: give the uuid"


class NamedServer(Protocol):
    """What a caller may name one by."""

    @property
    def uuid(self) -> str:
        """The whole of it."""

    @property
    def id(self) -> str:
        """The short one."""

    @property
    def name(self) -> str:
        """As people named it."""


def single_server(text: str, servers: Iterable[NamedServer]) -> str | NoSingleServer:
    """The uuid of the server that a caller means by its uuid, id or name; else why there is none."""
    wanted, listed = text.strip().lower(), list(servers)
    for name_of in ("uuid", "id", "name"):  # an id names one server, a name may name several
        found = [one for one in listed if getattr(one, name_of).lower() == wanted]
        if len(found) == 1:
            return found[0].uuid
        if found:
            return NoSingleServer.SEVERAL
    return NoSingleServer.NONE


class TakenBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many values of a call found no room, or lie too deep; and why no rule hears of it."""

    left_out: int = 0
    unheard: str = ""


class HookReceiver(Protocol):
    """What is needed of the daemon."""

    def tokens(self) -> Mapping[str, Secret]:
        """The present hooks, with the token of each; an empty token opens nothing."""

    def find(self, text: str) -> str | NoSingleServer:
        """The uuid of the server that a uuid, a short id or a name means."""

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> str:
        """A hook was called; `server` is a uuid, or empty. Says why no rule hears of it, if none does.

        RequestRefused where nobody can take it now.
        """


class HooksApi:
    """`app` answers `POST /hooks/<name>`, the routes of `beside`, and nothing else."""

    def __init__(self, receiver: HookReceiver, clock: Clock, beside: Iterable[Route] = ()) -> None:
        self._receiver = receiver
        self._clock = clock
        self._calls: dict[str, Bucket] = {}
        self._guesses = GuessBudget(clock)
        self.app = Starlette(
            routes=[Route("/hooks/{name}", self.called, methods=["POST"]), *beside],
            exception_handlers={RequestRefused: _refusal, 404: _nothing_there, 405: _nothing_there},
        )
        self.app.router.redirect_slashes = False  # a redirect would lead to any host that the caller names

    async def called(self, request: Request) -> Response:
        """202 once the call was taken: what follows is up to the rules."""
        name = self._admitted(request)
        wait = self._calls.setdefault(name, Bucket(BURST, A_SECOND)).take(self._clock.now().mono)
        if wait > 0:
            raise RequestRefused(429, "this hook is called too often", wait)
        server, read = _read(await _body(request))
        found = self._receiver.find(server) if server is not None else ""
        if isinstance(found, NoSingleServer):
            raise RequestRefused(404 if found is NoSingleServer.NONE else 409, found.value)
        taken = TakenBody(read.left_out, await self._receiver.hook_called(name, found, read.fields))
        return json_of(taken, 202) if taken != TakenBody() else Response(status_code=202)

    def _admitted(self, request: Request) -> str:
        """The hook's name. Wrong tokens have a budget; the right one is taken at any time.

        Otherwise those who guess would keep out those who know. A short token is reported at load.
        """
        name = str(request.path_params["name"])
        token = self._receiver.tokens().get(name)
        if token is None:
            raise RequestRefused(404, "there is no such hook")
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        # Starlette reads headers as Latin-1; these are the bytes that were sent.
        is_right = _is_same(given.strip().encode("latin-1"), token.reveal().encode())
        if is_right and kind.lower() == "bearer" and token.reveal():
            return name
        # The proxy's own word for an address is not taken: anybody can send such a header.
        if (wait := self._guesses.spend(request.client.host if request.client is not None else "")) > 0:
            raise RequestRefused(429, "too many wrong tokens", wait)
        raise RequestRefused(401, "a token is needed, as `Authorization: Bearer …`")


def _is_same(given: bytes, token: bytes) -> bool:
    """Whether they are equal, in a time that tells neither where they differ nor how long the token is."""
    return hmac.compare_digest(sha256(given).digest(), sha256(token).digest())


async def _body(request: Request) -> object:
    """The JSON of a call; nothing at all is an empty one."""
    body = b""
    try:
        with anyio.fail_after(READ_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise RequestRefused(413, f"a call has at most {LONGEST_BODY} bytes")
    except TimeoutError:
        raise RequestRefused(408, "the call did not end in time") from None
    except ClientDisconnect:
        raise RequestRefused(400, "the call was broken off") from None
    try:
        return msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise RequestRefused(400, f"the body is no JSON: {problem}") from None


def _read(body: object) -> tuple[str | None, HookFields]:
    """The server that is named, and the fields. A call about one server is never one about the fleet."""
    if not isinstance(body, dict):
        raise RequestRefused(400, "the body is a JSON object")
    server = body.get("server")
    if isinstance(server, dict | list):
        raise RequestRefused(400, "`server` is the name or the uuid of one server")
    return None if server is None else str(server), fields_of(body)


async def _refusal(request: Request, problem: Exception) -> Response:
    answer = await refusal(request, problem)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _nothing_there(_request: Request, problem: Exception) -> Response:
    status = getattr(problem, "status_code", 404)
    text = "there is no such address" if status == 404 else "a hook is called by POST"
    return json_of(ErrorBody(text), status)
