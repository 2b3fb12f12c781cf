"""Which shard a request is about: by a server, a key, a channel, its own name. Pure."""

from __future__ import annotations

import msgspec

from automaton.cluster.control.shards import Shards
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.core.key import By, Key
from automaton.web.http_json import RequestRefused, body_as
from automaton.web.server_request import NOT_WATCHED


class _Body(msgspec.Struct):
    """What bodies say of whom they are about; the rest of them is the owner's business."""

    key: str = ""
    target: str = ""


def key_in(body: bytes) -> str:
    """The key of a body, empty for none. Raises RequestRefused for what is no JSON."""
    return _read(body).key


def channel_in(body: bytes) -> str:
    """The channel of a body's target, as `ops` of `ops/1`; empty for all."""
    return _read(body).target.partition("/")[0]


def _read(body: bytes) -> _Body:
    if not body.strip():  # which fields it lacks, its owner alone knows
        raise RequestRefused(400, "the body is empty: a JSON object is expected here")
    return body_as(body, _Body)


def shard_of_server(shards: Shards, server: str) -> Shard:
    """The shard of a server by its uuid. Raises RequestRefused where no such server is listed."""
    found = shards.shard_of(server)
    if found is None:
        raise RequestRefused(404, NOT_WATCHED)
    return found


def shard_of_key(shards: Shards, key: str) -> Shard | None:
    """The shard of a server, a node or the fleet by a key's text; None where nothing such is listed."""
    read = Key.read(key)
    if read.by is By.FLEET:
        return FLEET
    if read.by is By.SERVER:
        return shards.shard_of(read.of)
    node = Shard(ShardKind.NODE, read.of)
    return node if node in shards.all() else None


def shard_of_channel(shards: Shards, channel: str) -> Shard:
    """The shard of a channel. Raises RequestRefused where there is none of this name."""
    found = Shard(ShardKind.CHANNEL, channel)
    if not channel or found not in shards.all():
        raise RequestRefused(404, "there is no such channel; `automaton deliveries` shows them")
    return found


def shard_named(shards: Shards, text: str) -> Shard:
    """The shard of such a text, of those that have an engine. Raises RequestRefused for any other."""
    known = [one for one in shards.all() if one.kind is not ShardKind.CHANNEL]
    if not text:
        raise RequestRefused(
            400,
            "in a cluster one shard is recorded at a time: `automaton record FILE --shard node:NAME`,"
            " or `fleet`; `automaton cluster status` lists them",
        )
    for one in known:
        if one.text == text:
            return one
    raise RequestRefused(404, f"no shard `{text}` has an engine; `automaton cluster status` lists them")
