"""`POST /v1/hook-calls`: a hook that was called at one member of a cluster, for the engine that judges it.

Between members alone. Whoever calls a hook comes by its own port, with its token (`web/hooks.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, read_body, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LARGEST_CALL = 256 * 1024
"""Bytes: the 64 KiB of a call (`LONGEST_BODY` of `web/hooks.py`), as JSON may escape them."""

Value = str | int | float | bool | None


class HookCall(msgspec.Struct, frozen=True):
    """Which hook, for which server by its uuid, or none, with what."""

    hook: str
    server: str = ""
    fields: dict[str, Value] = {}


class HookTaken(msgspec.Struct, frozen=True):
    """It waits to be judged. `unheard` is why no rule hears of it, if none does."""

    unheard: str = ""


class HookCallsPort(Protocol):
    """What is needed of the daemon."""

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, Value]) -> str:
        """A hook was called; `server` is a uuid, or empty. Says why no rule hears of it, if none does."""


def routes(port: HookCallsPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def called(request: Request) -> Response:
        call = await read_body(request, HookCall, LARGEST_CALL)
        return json_of(HookTaken(await port.hook_called(call.hook, call.server, call.fields)))

    return [route("/v1/hook-calls", called, methods=["POST"])]
