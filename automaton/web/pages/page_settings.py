"""What the daemon hands to the page's process: all that it may know of automaton.yml, as plain data.

Written as one JSON line, again at each reload. It holds secrets: it goes through a pipe, and nowhere else.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from automaton.web.routes.page_sessions import SharedSession

Role = Literal["viewer", "operator"]


class PageUser(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person. `password` is a hash of `automaton web passwd`; empty: only a proxy can name him."""

    role: Role
    password: str = ""
    totp: str = ""


class PageToken(msgspec.Struct, frozen=True, kw_only=True):
    """A program's token for `/api/v1`."""

    token: str
    role: Role


class PageProxy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A proxy that names people in `header`; `secret` or `socket` tells it from others."""

    header: str
    secret: str = ""
    socket: str = ""


class PageStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The public page: its groups in their order, and what it says of incidents, by the rule's id.

    Which servers stand in which group comes with the feed, for they come and go.
    """

    title: str
    groups: list[str]
    incidents: dict[str, str]


class PageSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything. `hosts` are the names under which the page answers, without ports.

    `is_local`: only this machine reaches the address, so that a password is never on a wire in plain text.
    `sessions` are those of all members of a cluster, by the hash of their key, None where there is none.
    `is_shared`: the daemon is a member of a cluster.
    `control` is the path of the control socket, `journal` of the journal's file, `state` the folder in which
    the page may keep its own; empty for none.
    """

    control: str
    hosts: list[str] = []
    is_local: bool = False
    public_url: str = ""
    users: dict[str, PageUser] = {}
    tokens: dict[str, PageToken] = {}
    proxy: PageProxy | None = None
    certificate: str = ""
    key: str = ""
    status: PageStatus | None = None
    metrics_of_servers: bool = False
    metrics_series: int = 10_000
    journal: str = ""
    state: str = ""
    is_shared: bool = False
    sessions: dict[str, SharedSession] | None = None
    log_level: str = "info"
    log_format: str = "auto"
