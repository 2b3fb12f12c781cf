"""`GET /v1/changes`: the whole fleet, then what changes, as rows of JSON until the daemon ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import route, stream_of
from automaton.web.missing import MissingShard
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from automaton.web.open_streams import OpenStreams


class FleetRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One server at a glance. None: not known now. `link` is one of LinkState's words.

    `at` is the wall's time of this row. Bytes, percent of one core, seconds; `rx` and `tx` are bytes since
    the server started; a limit of None is none that is known, 0 is no limit. `stopped_by` is why it is down,
    as the fact of this name. `status_groups` are those of `web.status` that it stands in.
    """

    uuid: str
    id: str
    name: str
    at: float
    node: str = ""
    panel: str = ""
    egg: str = ""
    pack: str = ""
    tags: list[str] = []
    link: str = ""
    link_reason: str = ""
    state: str | None = None
    stopped_by: str | None = None
    status_groups: list[str] = []
    cpu: float | None = None
    memory: int | None = None
    memory_limit: int | None = None
    disk: int | None = None
    disk_limit: int | None = None
    rx: int | None = None
    tx: int | None = None
    players: int | None = None
    players_max: int | None = None
    uptime: float | None = None


class Figures(msgspec.Struct, frozen=True, array_like=True):
    """What Wings says of a server each second, in this order as an array: there are thousands of these.

    The fields are those of FleetRow; everything else of the server's row is as it was.
    """

    uuid: str
    at: float
    cpu: float | None = None
    memory: int | None = None
    memory_limit: int | None = None
    disk: int | None = None
    rx: int | None = None
    tx: int | None = None
    players: int | None = None
    uptime: float | None = None


class FleetChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed: servers as they are now, those that are gone, and all incidents where one changed.

    `figures` are of servers of which nothing else changed. With incidents comes `hold`: what holds every
    action then, None for nothing. `armed` are all rules that are set by hand, where one changed.
    `whole`: with this the first picture is complete, and what is not in it is not watched. `missing` are all
    shards of a cluster that are not heard now, where that changed: their rows are as old as they say.
    """

    servers: list[FleetRow] = []
    figures: list[Figures] = []
    gone: list[str] = []
    incidents: list[IncidentRow] | None = None
    hold: HoldRow | None = None
    armed: list[ArmedRow] | None = None
    whole: bool = False
    missing: list[MissingShard] | None = None


class ChangesPort(Protocol):
    """What is needed of the daemon."""

    def changes(self) -> AsyncIterator[FleetChange]:
        """Everything in portions, then what changes, without an end.

        A row with nothing in it is a sign of life.
        """


def routes(port: ChangesPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def followed(request: Request) -> Response:
        streams: OpenStreams = request.app.state.open_streams
        return stream_of(streams.written(port.changes(), FleetChange()))

    return [route("/v1/changes", followed)]
