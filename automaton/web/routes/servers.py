"""`GET /v1/servers`: every server that is watched, and its link."""

from __future__ import annotations

from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.web.http_json import json_of


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one link: one of LinkState's words; `reason` is a sentence, or ""."""

    state: str
    cause: str = ""
    reason: str = ""
    since: float = 0.0
    tries: int = 0
    next_try: float | None = None


class ServerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One server. None: not known now. `panel` names the panel or node of automaton.yml.

    `facts` are those of one's own that it has, by name.
    """

    uuid: str
    id: str
    name: str
    node: str = ""
    panel: str = ""
    egg: str = ""
    pack: str = ""
    state: str | None = None
    memory: int | None = None
    memory_limit: int | None = None
    link: LinkRow | None = None
    facts: dict[str, str | int | float | bool | None] = {}


class ServerList(msgspec.Struct, frozen=True):
    """All servers that are watched, by name."""

    servers: list[ServerRow]


class ServersPort(Protocol):
    """What is needed of the daemon."""

    def servers(self) -> ServerList:
        """All that are watched and known to the engine."""


def routes(port: ServersPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(port.servers())

    return [Route("/v1/servers", listed)]
