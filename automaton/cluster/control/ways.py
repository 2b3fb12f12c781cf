"""In how many ways a route can be answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from automaton.cluster.control.merge import Merge
from automaton.cluster.shard import Shard, ShardKind

Ended = Callable[[str], msgspec.Struct]
"""The last record of a stream that broke off, from why it did."""


class Place(Enum):
    """Where a key's text, or a target's name, stands."""

    QUERY = "query"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Process:
    """The process that was asked: about itself, its files, its reload, the cluster as it sees it."""


@dataclass(frozen=True, slots=True)
class OfServer:
    """The owner of the server in the path. With `ended` the answer has no end of its own."""

    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class OfKey:
    """The owner of the server, node or fleet of a key.

    With no key, `of_all` merges what all answer; without that it is refused. `otherwise` is asked about a
    key of which nothing is listed any more.
    """

    place: Place
    of_all: Merge[Any] | None = None
    otherwise: Shard | None = None


@dataclass(frozen=True, slots=True)
class OfAll:
    """Every shard of these kinds, merged."""

    merge: Merge[Any]
    among: tuple[ShardKind, ...] = (ShardKind.NODE, ShardKind.FLEET)


@dataclass(frozen=True, slots=True)
class OfFleet:
    """The fleet's owner. `spreads`: what it then holds is brought to every shard before this is answered."""

    spreads: bool = False


@dataclass(frozen=True, slots=True)
class OfChannel:
    """The owner of the channel in the path."""


@dataclass(frozen=True, slots=True)
class OfTarget:
    """The owner of the channel that the body's `target` names, as `ops` or `ops/1`; all where it is empty.

    And every shard with an engine, at which something may wait for that owner: those that have nothing for
    it answer that there is no such target, and are none that is missing.
    """

    of_all: Merge[Any]


@dataclass(frozen=True, slots=True)
class OfShard:
    """The owner of the shard that the query names: a stream of what one engine is given."""


@dataclass(frozen=True, slots=True)
class WholeFeed:
    """The feeds of all shards, as one."""


@dataclass(frozen=True, slots=True)
class ByMembersOnly:
    """What members ask each other's shards, and nobody of the front."""


Way = (
    Process | OfServer | OfKey | OfAll | OfFleet | OfChannel | OfTarget | OfShard | WholeFeed | ByMembersOnly
)
