"""The answers of Wings' HTTP API, decoded to what is kept of them. Pure; None for another shape."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from automaton.core.events import Profile

_MIB = 1024 * 1024
_TEXT = 255
_STARTUP = 4096


class _ServerMeta(msgspec.Struct):
    name: str = ""


class _BuildLimits(msgspec.Struct):
    disk_space: float | None = None


class _Container(msgspec.Struct):
    image: str = ""


class _Configuration(msgspec.Struct):
    uuid: str
    meta: _ServerMeta | None = None
    suspended: bool = False
    invocation: str = ""
    build: _BuildLimits | None = None
    container: _Container | None = None


class _NodeServer(msgspec.Struct):
    configuration: _Configuration
    is_suspended: bool = False


class _NodeError(msgspec.Struct):
    error: str = ""


T = TypeVar("T")


def _decode(body: bytes, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def read_servers(body: bytes, node: str) -> list[Profile] | None:
    """`GET /api/servers`, as profiles without an egg: Wings does not know it."""
    servers = _decode(body, list[_NodeServer])
    return None if servers is None else [_profile(server, node) for server in servers]


def read_server(body: bytes, node: str) -> Profile | None:
    """`GET /api/servers/{uuid}`."""
    server = _decode(body, _NodeServer)
    return None if server is None else _profile(server, node)


def read_error(body: bytes) -> str:
    """Wings' sentence; empty where the body is not Wings'."""
    found = _decode(body, _NodeError)
    return _plain(found.error) if found is not None else ""


def _profile(server: _NodeServer, node: str) -> Profile:
    own = server.configuration
    disk = own.build.disk_space if own.build else None
    return Profile(
        uuid=own.uuid.lower(),
        id=_plain(own.uuid[:8].lower()),
        name=_plain(own.meta.name if own.meta else "") or _plain(own.uuid[:8]),
        node=node,
        image=_plain(own.container.image if own.container else ""),
        startup=_plain(own.invocation, _STARTUP),
        disk_limit=int(disk * _MIB) if disk and disk > 0 else None,  # 0 means no limit
        suspended=server.is_suspended or own.suspended,
    )


def _plain(text: str, longest: int = _TEXT) -> str:
    """The text without what moves a terminal; users name their servers as they like."""
    text = text[:longest]
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
