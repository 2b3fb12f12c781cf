"""The Panel's answers, decoded to what is kept of them. Pure; None for a body of another shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from automaton.core.events import Profile
from automaton.secret import Secret

_MIB = 1024 * 1024
_TEXT = 255  # the longest name that a Panel stores; a start-up line may be longer
_STARTUP = 4096


@dataclass(frozen=True, slots=True)
class WebsocketGrant:
    """A token, and the address of the socket that takes it."""

    token: Secret
    socket: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of servers."""

    profiles: tuple[Profile, ...]
    pages: int


class _EggAttributes(msgspec.Struct):
    name: str = ""


class _Egg(msgspec.Struct):
    attributes: _EggAttributes | None = None


class _Relationships(msgspec.Struct):
    egg: _Egg | None = None


class _Limits(msgspec.Struct):
    disk: float | None = None


class _Server(msgspec.Struct):
    uuid: str
    identifier: str
    name: str = ""
    node: str = ""
    invocation: str | None = None
    docker_image: str | None = None
    limits: _Limits | None = None
    status: str | None = None
    is_node_under_maintenance: bool = False
    is_suspended: bool = False
    is_installing: bool = False
    is_transferring: bool = False
    relationships: _Relationships | None = None


class _Meta(msgspec.Struct):
    user_permissions: list[str] = []


class _Item(msgspec.Struct):
    attributes: _Server
    meta: _Meta | None = None


class _Pagination(msgspec.Struct):
    total_pages: int = 1


class _ListMeta(msgspec.Struct):
    pagination: _Pagination | None = None


class _List(msgspec.Struct):
    data: list[_Item]
    meta: _ListMeta | None = None


class _Grant(msgspec.Struct):
    token: str
    socket: str


class _GrantAnswer(msgspec.Struct):
    data: _Grant


class _Backup(msgspec.Struct):
    uuid: str = ""


class _BackupAnswer(msgspec.Struct):
    attributes: _Backup


class _Error(msgspec.Struct):
    code: str = ""
    detail: str = ""


class _Errors(msgspec.Struct):
    errors: list[_Error]


T = TypeVar("T")


def _decode(body: bytes, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def read_page(body: bytes) -> Page | None:
    """One page of `GET /api/client`."""
    answer = _decode(body, _List)
    if answer is None:
        return None
    pagination = answer.meta.pagination if answer.meta else None
    return Page(
        tuple(_profile(item.attributes) for item in answer.data), pagination.total_pages if pagination else 1
    )


def read_server(body: bytes) -> tuple[Profile, frozenset[str]] | None:
    """One server with the permissions that the account has on it."""
    item = _decode(body, _Item)
    if item is None:
        return None
    return _profile(item.attributes), frozenset(item.meta.user_permissions if item.meta else ())


def read_grant(body: bytes) -> WebsocketGrant | None:
    """The token and address of a socket."""
    answer = _decode(body, _GrantAnswer)
    return None if answer is None else WebsocketGrant(Secret(answer.data.token), answer.data.socket)


def read_backup(body: bytes) -> str:
    """The uuid of a backup that was begun; empty where the answer names none."""
    answer = _decode(body, _BackupAnswer)
    if answer is None or not answer.attributes.uuid.isprintable() or len(answer.attributes.uuid) > _TEXT:
        return ""
    return answer.attributes.uuid.lower()


def read_error(body: bytes) -> tuple[str, str]:
    """The Panel's name of an error and its sentence; both empty where the body is not the Panel's."""
    answer = _decode(body, _Errors)
    if answer is None or not answer.errors:
        return "", ""
    first = answer.errors[0]
    return _plain(first.code), _plain(first.detail)


def _profile(server: _Server) -> Profile:
    egg = server.relationships.egg if server.relationships else None
    disk = server.limits.disk if server.limits else None
    return Profile(
        uuid=server.uuid.lower(),
        id=_plain(server.identifier),
        name=_plain(server.name),
        node=_plain(server.node),
        egg=_plain(egg.attributes.name) if egg and egg.attributes else "",
        image=_plain(server.docker_image or ""),
        startup=_plain(server.invocation or "", _STARTUP),
        disk_limit=int(disk * _MIB) if disk and disk > 0 else None,  # 0 means no limit
        installing=server.is_installing or server.status in ("installing", "reinstall_failed"),
        suspended=server.is_suspended or server.status == "suspended",
        transferring=server.is_transferring,
        maintenance=server.is_node_under_maintenance,
    )


def _plain(text: str, longest: int = _TEXT) -> str:
    """The text without what moves a terminal; users name their servers as they like."""
    text = text[:longest]
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
