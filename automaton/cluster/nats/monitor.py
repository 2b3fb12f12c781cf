"""What each NATS server says of itself at its monitoring port: what no client is told and no operator should
guess.

`sync_interval` above all: by default confirmed writes are on no disk for two minutes, and are lost where all
servers lose power.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from automaton.errors import Unreachable
from automaton.pace.http_client import HttpClient
from automaton.pace.json_answer import decode
from automaton.problem import Problem

ANSWERED_WITHIN = 5.0  # seconds

SETUP = "nats-setup"
"""The code of what is to be changed at a server of NATS."""

RECOMMENDED = (2, 12, 3)
"""Of NATS. Debian's 2.10.27 is tested too."""

OLDEST = (2, 10, 0)
"""Streams that are read from any replica behind their number came with it."""

LEAST_PAYLOAD = 1 << 20
"""Bytes that a message of ours may have: NATS' default."""

_UNNAMED = "Server name unknown"
"""Begins what the one that leads calls a server that it counts and has not heard of since it began."""


class _Config(msgspec.Struct, frozen=True):
    sync_interval: int = 0
    sync_always: bool = False


class _Peer(msgspec.Struct, frozen=True):
    name: str = ""


class _Meta(msgspec.Struct, frozen=True):
    leader: str = ""
    cluster_size: int = 1
    replicas: tuple[_Peer, ...] = ()


class _JetStream(msgspec.Struct, frozen=True):
    config: _Config | None = None
    meta: _Meta | None = None


class _Varz(msgspec.Struct, frozen=True):
    version: str = ""
    server_name: str = ""
    max_payload: int = 0
    jetstream: _JetStream = _JetStream()


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One server. `sync_interval` is in seconds, 0 for `always`; None where JetStream is off.

    `size` is how many servers JetStream counts in its cluster, and `leader` the one that leads them, "" for
    none. `led` has the names of the others that are counted, where this is the one that leads.
    """

    url: str
    name: str
    version: str
    max_payload: int
    sync_interval: float | None
    size: int
    leader: str
    led: frozenset[str] = frozenset()


async def server_facts(client: HttpClient, url: str) -> ServerFacts:
    """Of the server whose monitoring port is at `url`. Raises Unreachable with a sentence."""
    answer = await client.ask("GET", f"{url.rstrip('/')}/varz", within=ANSWERED_WITHIN)
    told = decode(answer.body, _Varz) if answer.status == 200 else None
    if told is None or not told.version:
        raise Unreachable(f"{url} is not the monitoring port of a NATS server")
    config, meta = told.jetstream.config, told.jetstream.meta or _Meta()
    sync = None if config is None else 0.0 if config.sync_always else config.sync_interval / 1e9
    return ServerFacts(
        url, told.server_name, told.version, told.max_payload, sync,
        meta.cluster_size, meta.leader, frozenset(peer.name for peer in meta.replicas),
    )  # fmt: skip


def judged(servers: list[ServerFacts], replicas: int) -> list[Problem]:
    """What an operator should change, a sentence each."""
    problems = [problem for server in servers for problem in _judged(server)]
    size = max((server.size for server in servers), default=0)
    if left_out := _left_out(servers):
        names = " and ".join(left_out)
        message = (
            f"JetStream does not count {names} and keeps no copies there, as it happens now and then where "
            f"servers are started at the same moment: restart {names}"
        )
        problems.append(Problem(message, code=SETUP))
    elif servers and replicas > size:
        counted = "1 server" if size == 1 else f"{size} servers"
        fewer = max(1, size - 1 + size % 2)  # an even number is refused (`settings/cluster.py`)
        message = (
            f"`cluster.replicas` is {replicas}, and JetStream counts {counted}: set up {replicas}, or "
            f"set `replicas: {fewer}`"
        )
        problems.append(Problem(message, code=SETUP))
    if size > 1 and not any(server.leader for server in servers):
        message = "JetStream has no leader: fewer than half of its servers see each other"
        problems.append(Problem(message, code=SETUP))
    versions = {server.version for server in servers}
    if len(versions) > 1:
        message = f"the NATS servers have different versions: {', '.join(sorted(versions))}"
        problems.append(Problem(message, code=SETUP, severity="warning"))
    return problems


def _left_out(servers: list[ServerFacts]) -> list[str]:
    """Whom the one that leads does not count, of those that answered."""
    leaders = {server.leader for server in servers}
    counted = {name for server in servers if server.led for name in (server.name, *server.led)}
    if not counted or len(leaders) != 1:
        return []  # the one that leads did not answer, or they are of several clusters
    left = sorted(server.name for server in servers if server.name not in counted)
    unnamed = sum(name.startswith(_UNNAMED) for name in counted)
    return left if len(left) > unnamed else []


def of_version(name: str, version: str) -> Problem | None:
    """What is wrong with it."""
    if _number(version) < OLDEST:
        return Problem(f"{name} is NATS {version}: automaton needs 2.10 or newer", code=SETUP)
    if _number(version) < RECOMMENDED:
        message = f"{name} is NATS {version}: 2.12.3 or newer is recommended"
        return Problem(message, code=SETUP, severity="note")
    return None


def _judged(server: ServerFacts) -> Iterator[Problem]:
    name = server.name or server.url
    if (problem := of_version(name, server.version)) is not None:
        yield problem
    if server.sync_interval is None:
        yield Problem(f"JetStream is off on {name}: add `jetstream {{ }}` to its configuration", code=SETUP)
    elif server.sync_interval > 0:
        message = (
            f"{name} has `sync_interval` at {server.sync_interval:g} s: what it confirmed in that time is "
            "lost where all servers lose power; set `sync_interval: always` in its `jetstream` block"
        )
        yield Problem(message, code=SETUP, severity="warning")
    if server.max_payload < LEAST_PAYLOAD:
        message = f"{name} has `max_payload` at {server.max_payload} bytes: set it to 1MB or more"
        yield Problem(message, code=SETUP)


def _number(version: str) -> tuple[int, ...]:
    """Of `2.12.3-RC.1` too: a preview of it counts as it."""
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())
