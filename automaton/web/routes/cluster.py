"""`GET /v1/cluster`: members, and who owns what; `POST /v1/cluster/drain`, `move`, `adopt`: what people ask.

Told by the member that is asked, as it sees things: others may see them otherwise for some seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.rule_request import asker_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

ALONE = "this daemon runs alone: automaton.yml has no `cluster`"


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member. `state` is `established`, `new`, `draining` or `dead`; `why` a sentence or empty.

    `heard` seconds ago, `up` for so many seconds; `shards` it owns. `generation` is of its configuration; it
    reads logs of the formats `reads_from` to `reads_to`, and writes `writes`. `skew` is how many seconds its
    wall clock is ahead of that of whoever tells, None while that is not known.
    """

    name: str
    state: str
    why: str = ""
    heard: float = 0.0
    up: float = 0.0
    cores: int = 0
    version: str = ""
    generation: int = 0
    reads_from: int = 0
    reads_to: int = 0
    writes: int = 0
    shards: int = 0
    skew: float | None = None


class ShardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shard, as `node:eu-1`. `owner` is empty for nobody, and then `why` says why.

    `state` is `owned`, `taken` (too short a time ago to act), `handed over` or `unowned`; `since` so many
    seconds. `acts_in` is how many more seconds its owner sends no power and no command, None where it does.
    `lease` is how many seconds are left of it, and `linked` of `servers` are seen: None where another member
    owns it, which alone knows. `lease` is None where nobody does. `pinned` is the member to which a person
    moved it.
    """

    shard: str
    owner: str = ""
    epoch: int = 0
    state: str = "owned"
    since: float | None = None
    acts_in: float | None = None
    lease: float | None = None
    servers: int | None = None
    linked: int | None = None
    pinned: str = ""
    why: str = ""


class ClusterView(msgspec.Struct, frozen=True, kw_only=True):
    """The cluster as the member `me` sees it. `generation` is the newest that is announced.

    `troubles` are sentences, one for each thing that is wrong: no majority, an engine that does not sync.
    `nats_answers`: NATS takes what `me` writes; None where a member of an older release does not tell.
    """

    name: str
    me: str
    generation: int
    members: list[MemberRow]
    shards: list[ShardRow]
    troubles: list[str] = []
    nats_answers: bool | None = None


class DrainWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a drain: of which member, empty for the one that is asked; `end`: it takes part again."""

    member: str = ""
    end: bool = False


class MoveWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a move: which shard to which member, where it stays; empty: wherever it goes by itself."""

    shard: str
    member: str = ""


class AdoptWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an adoption: which shard's log is taken as it is now, empty for all that wait for it."""

    shard: str = ""


class WishAnswer(msgspec.Struct, frozen=True):
    """What comes of it, as a sentence; where it was not `taken`, why not."""

    taken: bool
    says: str


class ClusterPort(Protocol):
    """What is needed of the daemon. `who` is for the log and the trail."""

    def cluster(self) -> ClusterView:
        """Members and shards as they are seen now."""

    async def drain(self, wanted: DrainWanted, who: str) -> WishAnswer:
        """Has a member give away what it owns, and be given nothing; or take part again."""

    async def move(self, wanted: MoveWanted, who: str) -> WishAnswer:
        """Has a shard go to a member and stay there."""

    async def adopt(self, wanted: AdoptWanted, who: str) -> WishAnswer:
        """Takes a log that went back as the truth from now on: power is held until somebody does."""


def routes(port: ClusterPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def seen(_: Request) -> Response:
        return json_of(port.cluster())

    async def drained(request: Request) -> Response:
        wanted = await read_body(request, DrainWanted)
        return _answer(await port.drain(wanted, asker_of(request)))

    async def moved(request: Request) -> Response:
        wanted = await read_body(request, MoveWanted)
        return _answer(await port.move(wanted, asker_of(request)))

    async def adopted(request: Request) -> Response:
        wanted = await read_body(request, AdoptWanted)
        return _answer(await port.adopt(wanted, asker_of(request)))

    return [
        route("/v1/cluster", seen),
        route("/v1/cluster/drain", drained, methods=["POST"]),
        route("/v1/cluster/move", moved, methods=["POST"]),
        route("/v1/cluster/adopt", adopted, methods=["POST"]),
    ]


def routes_alone() -> list[Route]:
    """The same of a daemon without a cluster: each says so."""

    async def refused(_: Request) -> Response:
        raise RequestRefused(404, ALONE)

    return [
        route("/v1/cluster", refused),
        *(route(f"/v1/cluster/{wish}", refused, methods=["POST"]) for wish in ("drain", "move", "adopt")),
    ]


def _answer(answer: WishAnswer) -> Response:
    if not answer.taken:
        raise RequestRefused(409, answer.says)
    return json_of(answer)
