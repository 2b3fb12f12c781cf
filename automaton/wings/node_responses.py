"""The answers of Wings' HTTP API, decoded to what is kept of them. Pure; None for another shape."""

from __future__ import annotations

import msgspec

from automaton.core.events import Profile
from automaton.core.facts.query_address import host_of, ports_among
from automaton.pace.json_answer import (
    LONGEST_STARTUP,
    DiskMib,
    Port,
    Uuid,
    decode,
    decode_partly,
    disk_bytes,
    plain,
)


class _ServerMeta(msgspec.Struct):
    name: str = ""


class _BuildLimits(msgspec.Struct):
    disk_space: DiskMib | None = None


class _Container(msgspec.Struct):
    image: str = ""


NOTHING = msgspec.Raw(b"null")


class _DefaultAllocation(msgspec.Struct):
    ip: str = ""
    port: Port = 0


class _Allocations(msgspec.Struct):
    default: _DefaultAllocation | None = None


class _Configuration(msgspec.Struct):
    uuid: Uuid
    allocations: msgspec.Raw = NOTHING  # read apart: a shape that nobody foresaw hides no server
    environment: msgspec.Raw = NOTHING
    meta: _ServerMeta | None = None
    suspended: bool = False
    invocation: str = ""
    build: _BuildLimits | None = None
    container: _Container | None = None


class _NodeServer(msgspec.Struct):
    configuration: _Configuration
    is_suspended: bool = False


class _RawServer(msgspec.Struct):
    configuration: msgspec.Raw
    is_suspended: bool = False


class _NodeError(msgspec.Struct):
    error: str = ""


def read_servers(body: bytes, node: str) -> list[Profile] | None:
    """`GET /api/servers`, as profiles without an egg: Wings does not know it."""
    servers = decode(body, list[_NodeServer])
    if servers is None:
        servers = _partly(body)
    return None if servers is None else [_profile(server, node) for server in servers]


def read_server(body: bytes, node: str) -> Profile | None:
    """`GET /api/servers/{uuid}`."""
    server = decode(body, _NodeServer)
    return None if server is None else _profile(server, node)


def read_error(body: bytes) -> str:
    """Wings' sentence; empty where the body is not Wings'."""
    found = decode(body, _NodeError)
    return plain(found.error) if found is not None else ""


def _partly(body: bytes) -> list[_NodeServer] | None:
    """A server of a shape that nobody foresaw hides no other, and does not count as gone itself."""
    items = decode(body, list[_RawServer])
    if items is None:
        return None
    read = [(decode_partly(bytes(one.configuration), _Configuration), one.is_suspended) for one in items]
    found = [_NodeServer(own, is_suspended) for own, is_suspended in read if own is not None]
    return found if len(found) == len(items) else None


def _profile(server: _NodeServer, node: str) -> Profile:
    own = server.configuration
    allocations = decode(bytes(own.allocations), _Allocations)
    allocation = (allocations and allocations.default) or _DefaultAllocation()
    return Profile(
        uuid=own.uuid.lower(),
        id=plain(own.uuid[:8].lower()),
        name=plain(own.meta.name if own.meta else "") or plain(own.uuid[:8]),
        node=node,
        image=plain(own.container.image if own.container else ""),
        startup=plain(own.invocation, LONGEST_STARTUP),
        disk_limit=disk_bytes(own.build.disk_space if own.build else None),
        suspended=server.is_suspended or own.suspended,
        host=host_of(None, allocation.ip),
        port=allocation.port,
        ports=ports_among(decode(bytes(own.environment), dict[str, object]) or {}),
    )
