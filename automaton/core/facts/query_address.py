"""Where a game is asked over the network: what the Panel, or the node's file, says of it, or automaton.yml.

Law: nobody else names an address. What a game prints or answers, and what players set, never does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from automaton.core.events import Profile
from automaton.core.pack import QueryForm, QueryProtocol

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?\.?")
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class QueryAddress:
    """Whom to ask, and how."""

    protocol: QueryProtocol
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class QueryChoice:
    """What automaton.yml says of some servers: another host or form; or in `off` why they are not asked."""

    host: str = ""
    form: QueryForm | None = None
    off: str = ""


AS_LISTED = QueryChoice()
OFF = QueryChoice(off="`query` of automaton.yml says `off` for it")
NOT_INSTALLED = QueryChoice(off="the extra `query` is not installed: install automaton as `.[query]`")


def query_address(profile: Profile, form: QueryForm | None, chosen: QueryChoice) -> QueryAddress | str:
    """The address of a server's game; or why it has none, as a sentence. `form` is that of its pack."""
    if chosen.off:
        return chosen.off
    form = chosen.form or form
    if form is None:
        return "its pack has no `query`: nobody knows how to ask this game over the network"
    host, port = chosen.host or profile.host, _port(profile, form)
    if not host:
        return "nobody says its address: name `host` and `port` under `query` in automaton.yml"
    if is_anywhere(host):
        return (
            f"it listens at `{host}`, all addresses of its node: name `host` under `query` in automaton.yml"
        )
    if not 0 < port <= LAST_PORT:
        return "nobody says its port: name `port` under `query` in automaton.yml"
    return QueryAddress(form.protocol, host, port)


def _port(profile: Profile, form: QueryForm) -> int:
    of_egg = dict(profile.ports)
    if (port := next((of_egg[name] for name in form.variables if name in of_egg), form.port)) > 0:
        return port
    return profile.port + form.offset if profile.port else 0


def is_host(text: str) -> bool:
    """Whether this can be a name or an address of a machine: an alias of the Panel may be any text."""
    return _HOST.fullmatch(text) is not None or (":" in text and _is_address(text))


def host_of(alias: str | None, ip: str) -> str:
    """The host of an allocation: its alias, where that is one and no mere label; empty for none."""
    return next((one for one in (alias, ip) if one and is_host(one)), "")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return text.isprintable()


def is_anywhere(host: str) -> bool:
    """Whether this is the address of no machine but, to whoever listens, of all: asked, it would be ours."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def is_port_variable(name: str) -> bool:
    """Whether a variable of an egg can be a port, by its name. No others are kept: some are secrets."""
    return "PORT" in name.upper()


def port_in(value: object) -> int:
    """A port as a variable of an egg has it; 0 for what is none."""
    text = str(value)
    is_number = text.isascii() and text.isdecimal() and len(text) <= 5
    return int(text) if is_number and int(text) <= LAST_PORT else 0


def ports_among(variables: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """Those variables of an egg that are ports, by name."""
    named = {name[:LONGEST_NAME]: value for name, value in variables.items() if is_port_variable(name)}
    found = {name: port_in(value) for name, value in named.items() if name.isprintable()}
    return tuple(sorted((name, port) for name, port in found.items() if port))[:MOST_PORTS]


LONGEST_NAME = 64  # characters of a variable's name
MOST_PORTS = 16
"""Variables of one egg that are kept: no public egg has more ports."""
