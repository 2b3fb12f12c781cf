"""The control API as one application for the whole cluster: asks by the table of `route_rules.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import anyio.lowlevel
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from automaton.cluster.control.exchange import ControlAnswer, ControlRequest
from automaton.cluster.control.feed import Feed
from automaton.cluster.control.merge import Lacking, Merge
from automaton.cluster.control.reach import Reach, why_missing
from automaton.cluster.control.route_rules import ROUTES
from automaton.cluster.control.shards import KnownServer, Shards
from automaton.cluster.control.spread import Spread
from automaton.cluster.control.streams import PassedOn, asked
from automaton.cluster.control.wanted import (
    channel_in,
    key_in,
    shard_named,
    shard_of_channel,
    shard_of_key,
    shard_of_server,
)
from automaton.cluster.control.ways import (
    ByMembersOnly,
    OfAll,
    OfChannel,
    OfFleet,
    OfKey,
    OfServer,
    OfShard,
    OfTarget,
    Place,
    Process,
    Way,
    WholeFeed,
)
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused, json_of, json_of_rows, read_bytes, refusal
from automaton.web.missing import MissingShard, header_of
from automaton.web.open_streams import OpenStreams

NOT_FOUND = 404
CHANNELS = (ShardKind.CHANNEL,)
ENGINES = (ShardKind.NODE, ShardKind.FLEET)

NO_KEY = "nothing of that key is listed: a server's uuid, `node:NAME` and `fleet` are keys"
NOBODY = "nothing of this cluster is owned yet; `automaton cluster status` says why"


class Front:
    """`app` answers for all shards, whoever owns them."""

    def __init__(self, shards: Shards, clock: Clock) -> None:
        self._shards = shards
        self._reach = Reach(shards)
        self._spread = Spread(shards, self._reach)
        self._streams = OpenStreams()
        self._feed = Feed(shards, self._reach, clock, self._streams)
        self.app = Starlette(
            routes=[
                Route(path, self._endpoint(way), methods=[method])
                for (method, path), way in ROUTES.items()
                if not isinstance(way, ByMembersOnly)
            ],
            exception_handlers={RequestRefused: refusal},
        )

    def end(self) -> None:
        """Ends the feeds that are followed; those of one shard end with its host."""
        self._streams.end()

    def _endpoint(self, way: Way) -> Callable[..., Any]:
        """What answers a route: a function of the request, or an ASGI application for what is passed on."""
        match way:
            case Process():
                return _Handed(self._shards.process)
            case WholeFeed():
                return self._feed
            case OfShard():
                return PassedOn(self._reach, self._shard_in_query, None)
            case OfServer(ended) if ended is not None:
                return PassedOn(self._reach, self._shard_in_path, ended)
            case _:
                return partial(self._answer, way)

    async def _answer(self, way: Way, request: Request) -> Response:
        wanted = asked(request, await read_bytes(request))
        match way:
            case OfServer():
                return await self._of(self._shard_in_path(request), wanted)
            case OfChannel():
                channel = str(request.path_params["channel"])
                return await self._of(shard_of_channel(self._shards, channel), wanted)
            case OfKey():
                return await self._of_key(way, request, wanted)
            case OfTarget(merge):
                channel = channel_in(wanted.body)
                owners = [shard_of_channel(self._shards, channel)] if channel else self._among(CHANNELS)
                return await self._merged(
                    merge, [*owners, *self._among(ENGINES)], wanted, is_found_by_some=True
                )
            case OfAll(merge, kinds):
                return await self._merged(merge, self._among(kinds), wanted)
            case OfFleet(spreads):
                return await self._of_fleet(wanted, spreads=spreads)
            case _:
                raise AssertionError(way)

    async def _of(self, shard: Shard, wanted: ControlRequest) -> Response:
        return _response(await self._reach.ask(shard, wanted))

    async def _of_key(self, way: OfKey, request: Request, wanted: ControlRequest) -> Response:
        in_query = way.place is Place.QUERY
        key = request.query_params.get("key", "") if in_query else key_in(wanted.body)
        if not key and way.of_all is not None:
            return await self._merged(way.of_all, self._among(ENGINES), wanted)
        shard = (shard_of_key(self._shards, key) if key else None) or way.otherwise
        if shard is None:
            raise RequestRefused(404, NO_KEY)
        return await self._of(shard, wanted)

    async def _of_fleet(self, wanted: ControlRequest, *, spreads: bool) -> Response:
        answer = await self._reach.ask(FLEET, wanted)
        response = _response(answer)
        if spreads and answer.is_success:
            response.headers.update(header_of(await self._spread.everywhere()))
        return response

    async def _merged(
        self,
        merge: Merge[Any],
        shards: Sequence[Shard],
        wanted: ControlRequest,
        *,
        is_found_by_some: bool = False,
    ) -> Response:
        """What all answer as one; those that did not are named in the head.

        `is_found_by_some`: a shard that has none such is not missing where another has.
        """
        parts, refusals, missing = [], [], []
        for shard, answer in zip(shards, await self._reach.ask_all(shards, wanted), strict=True):
            await anyio.lowlevel.checkpoint()  # one part takes a millisecond, and there may be hundreds
            try:
                if answer.is_success:
                    parts.append(merge.read(answer.body))
                    continue
                refusals.append(answer)
                if not (is_found_by_some and answer.status == NOT_FOUND):
                    missing.append(MissingShard(shard.text, why_missing(shard, answer)))
            except msgspec.MsgspecError:
                missing.append(MissingShard(shard.text, "its owner runs another version of automaton"))
        if not parts and refusals:
            # What is wrong with the question comes before what is wrong with those who were asked.
            return _response(min(refusals, key=lambda answer: answer.status))
        if not parts and (missing or not merge.is_of_none):
            raise RequestRefused(503, NOBODY)
        merged = merge.merged(parts, Lacking(missing, self._unseen(missing)))
        response = (
            await json_of_rows(merge.rows, getattr(merged, merge.rows)) if merge.rows else json_of(merged)
        )
        response.headers.update(header_of(missing))
        return response

    def _among(self, kinds: Sequence[ShardKind]) -> list[Shard]:
        return [shard for shard in self._shards.all() if shard.kind in kinds]

    def _unseen(self, missing: Sequence[MissingShard]) -> list[KnownServer]:
        """The listed servers of missing shards, and those that are of none."""
        if not missing:
            return []
        unseen = {one.shard for one in missing}
        shard_of = self._shards.shard_of
        return [
            one
            for one in self._shards.servers()
            if (shard := shard_of(one.uuid)) is None or shard.text in unseen
        ]

    def _shard_in_path(self, request: Request) -> Shard:
        return shard_of_server(self._shards, str(request.path_params["server"]))

    def _shard_in_query(self, request: Request) -> Shard:
        return shard_named(self._shards, request.query_params.get("shard", ""))


class _Handed:
    """An ASGI application in whose place another answers, as it is at that moment."""

    def __init__(self, app: Callable[[], ASGIApp]) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The other matches the path by itself: what was found here is none of its own.
        mine = ("app", "router", "endpoint", "path_params", "state")
        await self._app()({key: value for key, value in scope.items() if key not in mine}, receive, send)


def _response(answer: ControlAnswer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))
