"""`GET /v1/servers`: every server that is watched, and its link; with `facts=1` all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of_rows, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one link: one of LinkState's words; `reason` is a sentence, or ""."""

    state: str
    cause: str = ""
    reason: str = ""
    since: float = 0.0
    tries: int = 0
    next_try: float | None = None


class FactRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one fact: in base units, and as text for people.

    A `value` of None is unknown, and `why` says why. `at_least`: the value is a lower bound.
    """

    value: bool | int | float | str | list[str] | None
    text: str
    why: str = ""
    at_least: bool = False


class ServerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One server. None: not known now. `panel` names the panel or node of automaton.yml.

    `facts` are there where they are asked for: in the order of the table of facts, then one's own; with them
    `pack_by`, why it has its pack: `settings`, or what of it fits, as `egg: Paper*`; empty for no reason.
    """

    uuid: str
    id: str
    name: str
    node: str = ""
    panel: str = ""
    egg: str = ""
    pack: str = ""
    pack_by: str = ""
    state: str | None = None
    memory: int | None = None
    memory_limit: int | None = None
    link: LinkRow | None = None
    facts: dict[str, FactRow] = {}


class ServerList(msgspec.Struct, frozen=True):
    """All servers that are watched, by name."""

    servers: list[ServerRow]


class ServersPort(Protocol):
    """What is needed of the daemon."""

    async def servers(self) -> ServerList:
        """All that are watched and known to the engine, in portions: other tasks run between them."""

    async def servers_with_facts(self) -> ServerList:
        """The same with all facts of each."""


def routes(port: ServersPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(request: Request) -> Response:
        with_facts = request.query_params.get("facts") == "1"
        found = await port.servers_with_facts() if with_facts else await port.servers()
        return await json_of_rows("servers", found.servers)

    return [route("/v1/servers", listed)]
