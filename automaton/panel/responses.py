"""The Panel's answers, decoded to what is kept of them. Pure; None for a body of another shape."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from automaton.core.events import Profile
from automaton.core.facts.query_address import host_of, ports_among
from automaton.pace.json_answer import (
    LONGEST_STARTUP,
    LONGEST_TEXT,
    DiskMib,
    PageCount,
    Port,
    Uuid,
    decode,
    decode_partly,
    disk_bytes,
    plain,
)
from automaton.secret import Secret


@dataclass(frozen=True, slots=True)
class WebsocketGrant:
    """A token, and the address of the socket that takes it."""

    token: Secret
    socket: str


@dataclass(frozen=True, slots=True)
class ListedBackup:
    """`is_good`: it came to its end, and well."""

    uuid: str
    is_good: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of servers."""

    profiles: tuple[Profile, ...]
    pages: int


class _EggAttributes(msgspec.Struct):
    name: str = ""


class _Egg(msgspec.Struct):
    attributes: _EggAttributes | None = None


NOTHING = msgspec.Raw(b"null")


class _AllocationAttributes(msgspec.Struct):
    ip: str = ""
    ip_alias: str | None = None
    port: Port = 0
    is_default: bool = False


class _Allocation(msgspec.Struct):
    attributes: _AllocationAttributes | None = None


class _Allocations(msgspec.Struct):
    data: list[_Allocation] = []


class _VariableAttributes(msgspec.Struct):
    env_variable: str = ""
    server_value: str | None = None
    default_value: str | None = None


class _Variable(msgspec.Struct):
    attributes: _VariableAttributes | None = None


class _Variables(msgspec.Struct):
    data: list[_Variable] = []


class _Relationships(msgspec.Struct):
    egg: _Egg | None = None
    allocations: msgspec.Raw = NOTHING  # read apart: a shape that nobody foresaw hides no server
    variables: msgspec.Raw = NOTHING


class _Limits(msgspec.Struct):
    disk: DiskMib | None = None


class _FeatureLimits(msgspec.Struct):
    backups: PageCount | None = None


class _Server(msgspec.Struct):
    uuid: Uuid
    identifier: str
    name: str = ""
    node: str = ""
    invocation: str | None = None
    docker_image: str | None = None
    limits: _Limits | None = None
    feature_limits: _FeatureLimits | None = None
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
    total_pages: PageCount = 1


class _ListMeta(msgspec.Struct):
    pagination: _Pagination | None = None


class _List(msgspec.Struct):
    data: list[_Item]
    meta: _ListMeta | None = None


class _RawItem(msgspec.Struct):
    attributes: msgspec.Raw


class _RawList(msgspec.Struct):
    data: list[_RawItem]
    meta: _ListMeta | None = None


class _Grant(msgspec.Struct):
    token: str
    socket: str


class _GrantAnswer(msgspec.Struct):
    data: _Grant


class _Backup(msgspec.Struct):
    uuid: str = ""
    is_locked: bool = False


class _BackupAnswer(msgspec.Struct):
    attributes: _Backup


class _BackupAttributes(msgspec.Struct):
    uuid: Uuid
    is_successful: bool = False
    is_locked: bool = False
    completed_at: str | None = None


class _BackupItem(msgspec.Struct):
    attributes: _BackupAttributes


class _Backups(msgspec.Struct):
    data: list[_BackupItem]
    meta: _ListMeta | None = None


class _FileAttributes(msgspec.Struct):
    name: str


class _FileItem(msgspec.Struct):
    attributes: _FileAttributes


class _Files(msgspec.Struct):
    data: list[_FileItem]


class _Error(msgspec.Struct):
    code: str = ""
    detail: str = ""


class _Errors(msgspec.Struct):
    errors: list[_Error]


class _WingsError(msgspec.Struct):
    error: str


def read_page(body: bytes) -> Page | None:
    """One page of `GET /api/client`."""
    answer = decode(body, _List)
    if answer is not None:
        return Page(tuple(_profile(item.attributes) for item in answer.data), _pages(answer.meta))
    # A server of a shape that nobody foresaw hides no other, and does not count as gone itself.
    items = decode(body, _RawList)
    if items is None:
        return None
    # But for its node: without it, a server would count as one that was moved.
    servers = [decode_partly(bytes(item.attributes), _Server, "node") for item in items.data]
    read = [server for server in servers if server is not None]
    return Page(tuple(map(_profile, read)), _pages(items.meta)) if len(read) == len(servers) else None


def read_server(body: bytes) -> tuple[Profile, frozenset[str]] | None:
    """One server with the permissions that the account has on it."""
    item = decode(body, _Item)
    if item is None:
        return None
    return _profile(item.attributes), frozenset(item.meta.user_permissions if item.meta else ())


def read_grant(body: bytes) -> WebsocketGrant | None:
    """The token and address of a socket."""
    answer = decode(body, _GrantAnswer)
    return None if answer is None else WebsocketGrant(Secret(answer.data.token), answer.data.socket)


def read_backup(body: bytes) -> str:
    """The uuid of a backup that was begun; empty where the answer names none."""
    answer = decode(body, _BackupAnswer)
    if (
        answer is None
        or not answer.attributes.uuid.isprintable()
        or len(answer.attributes.uuid) > LONGEST_TEXT
    ):
        return ""
    return answer.attributes.uuid.lower()


def is_locked(body: bytes) -> bool:
    """Whether a backup that was begun is locked."""
    answer = decode(body, _BackupAnswer)
    return answer is not None and answer.attributes.is_locked


def read_backups(body: bytes) -> tuple[list[ListedBackup], int] | None:
    """One page of a server's backups, and how many pages there are."""
    answer = decode(body, _Backups)
    if answer is None:
        return None
    backups = [
        ListedBackup(one.uuid.lower(), one.is_successful and one.completed_at is not None, one.is_locked)
        for one in (item.attributes for item in answer.data)
    ]
    return backups, _pages(answer.meta)


def read_names(body: bytes) -> list[str] | None:
    """The names of the files and folders in one folder."""
    answer = decode(body, _Files)
    return None if answer is None else [item.attributes.name for item in answer.data]


def read_error(body: bytes) -> tuple[str, str]:
    """The Panel's name of an error and its sentence; both empty where the body is not the Panel's."""
    answer = decode(body, _Errors)
    if answer is None or not answer.errors:
        return "", ""
    first = answer.errors[0]
    return plain(first.code), plain(first.detail)


def is_of_wings(body: bytes) -> bool:
    """Whether an error has the shape of those of Wings: `error`, a text, where the Panel has a list."""
    answer = decode(body, _WingsError)
    return answer is not None and bool(answer.error)


def _pages(meta: _ListMeta | None) -> int:
    return meta.pagination.total_pages if meta is not None and meta.pagination is not None else 1


def _profile(server: _Server) -> Profile:
    relations = server.relationships or _Relationships()
    egg, allocation = relations.egg, _default(relations.allocations)
    return Profile(
        uuid=server.uuid.lower(),
        id=plain(server.identifier),
        name=plain(server.name) or plain(server.identifier),
        node=plain(server.node),
        egg=plain(egg.attributes.name) if egg and egg.attributes else "",
        image=plain(server.docker_image or ""),
        startup=plain(server.invocation or "", LONGEST_STARTUP),
        disk_limit=disk_bytes(server.limits.disk if server.limits else None),
        installing=server.is_installing or server.status in ("installing", "reinstall_failed"),
        suspended=server.is_suspended or server.status == "suspended",
        transferring=server.is_transferring,
        maintenance=server.is_node_under_maintenance,
        backup_limit=server.feature_limits.backups if server.feature_limits else None,
        host=host_of(allocation.ip_alias, allocation.ip),
        port=allocation.port,
        ports=_ports(relations.variables),
    )


def _default(raw: msgspec.Raw) -> _AllocationAttributes:
    """The allocation that players connect to."""
    allocations = decode(bytes(raw), _Allocations)
    listed = [one.attributes for one in allocations.data if one.attributes] if allocations else []
    return next((one for one in listed if one.is_default), _AllocationAttributes())


def _ports(raw: msgspec.Raw) -> tuple[tuple[str, int], ...]:
    variables = decode(bytes(raw), _Variables)
    listed = [one.attributes for one in variables.data if one.attributes] if variables else []
    # A server that is older than the variable has no value of its own; Wings is given the egg's then.
    values = ((one.env_variable, one.server_value, one.default_value) for one in listed)
    return ports_among({name: default if own is None else own for name, own, default in values})
