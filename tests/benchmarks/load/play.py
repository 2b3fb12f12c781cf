"""The process that plays the fleet: says where it is, waits for the word, sends for so long, and counts."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path

import anyio

from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from tests.benchmarks.load.churn import Churn
from tests.benchmarks.load.frames import PING, Chatter, printed
from tests.benchmarks.load.played_node import NodePeer, PlayedNode, PlayedServer
from tests.benchmarks.load.played_panel import PanelPeer, PlayedPanel
from tests.benchmarks.load.with_parent import end_with_parent

TICK = 0.01  # seconds
PINGS = 10.0
SERVERS_A_NODE = 500
_BACKLOG = 4096


@dataclass(frozen=True, slots=True)
class Fleet:
    """What is played. `lines` a second and server; `accounts` of the Panel, 0 for none.

    `churns`: servers crash, break off, go and come (churn.py). `recipes` is a folder with other rules in the
    place of the program's own recipes. A node has at most `a_node` servers.
    `messages` a second, over all servers: lines of which people are told.
    """

    servers: int
    lines: float
    seconds: float
    accounts: int = 0
    core: int | None = None
    churns: bool = False
    recipes: Path | None = None
    a_node: int = SERVERS_A_NODE
    messages: float = PINGS


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a daemon finds it: the Panel with its keys, or each node's config.yml by the node's name."""

    panel: str
    keys: list[str]
    nodes: dict[str, str]


@dataclass(slots=True)
class Sent:
    """What was sent while it was measured. `late`: by how many seconds it was behind at most; `cpu` in
    seconds; `memory` in MB."""

    stats: int = 0
    lines: int = 0
    pings: int = 0
    unheard: int = 0  # that were due to a server without a socket
    late: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    dropped: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    churned: dict[str, int] = field(default_factory=dict)


def play(pipe: Connection, fleet: Fleet) -> None:
    """To be called in a process of its own."""
    end_with_parent()
    if fleet.core is not None:
        os.sched_setaffinity(0, {fleet.core})
    allow_files(fleet.servers)
    anyio.run(_play, pipe, fleet, backend_options=fast_loop())


def allow_files(servers: int) -> None:
    """Raises the limit of open files as far as so many sockets need, and this system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = servers + 1000
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _play(pipe: Connection, fleet: Fleet) -> None:
    clock, loop = SystemClock(), asyncio.get_running_loop()
    panel = PlayedPanel(fleet.accounts, clock)
    front = await loop.create_server(lambda: PanelPeer(panel), "127.0.0.1", 0, backlog=_BACKLOG)
    panel.url = f"http://127.0.0.1:{front.sockets[0].getsockname()[1]}"
    nodes = _nodes(fleet, panel.url)
    for node in nodes:
        server = await loop.create_server(partial(NodePeer, node), "127.0.0.1", 0, backlog=_BACKLOG)
        node.port = server.sockets[0].getsockname()[1]
        panel.add(node)
    gc.freeze()
    gc.disable()  # nothing here holds itself, and ten thousand protocols are much to look at
    pipe.send(Reached(panel.url, panel.keys, {node.name: node.config() for node in nodes}))
    while True:
        word = await anyio.to_thread.run_sync(pipe.recv)
        if word == "asked":
            pipe.send(dict(panel.asked))
            continue
        if word == "linked":
            pipe.send(sum(one.socket is not None for node in nodes for one in node.servers.values()))
            continue
        before = os.times()
        servers = [server for node in nodes for server in node.servers.values()]
        sent = await _send(servers, fleet, clock, Churn(nodes, servers) if fleet.churns else None)
        after = os.times()
        sent.cpu = after.user + after.system - before.user - before.system
        sent.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sent.dropped = sum(node.dropped for node in nodes)
        sent.asked = dict(panel.asked)
        pipe.send(sent)


def _nodes(fleet: Fleet, remote: str) -> list[PlayedNode]:
    count = ceil(fleet.servers / fleet.a_node)
    nodes = [
        PlayedNode(
            name=f"node-{number}",
            uuid=f"22222222-0000-4000-8000-{number:012}",
            token=f"{number:064}",
            remote=remote,
            servers={},
        )
        for number in range(count)
    ]
    for number in range(fleet.servers):
        uuid = f"{number:08x}-0000-4000-8000-{number:012}"
        nodes[number % count].servers[uuid] = PlayedServer(uuid, f"server-{number}")
    return nodes


async def _send(servers: list[PlayedServer], fleet: Fleet, clock: SystemClock, churn: Churn | None) -> Sent:
    """One reading a second and server, and its lines, each spread evenly over the second.

    A server's line comes half a second after its reading: two writes here, two reads there, as with Wings.
    """
    sent, chatter, count = Sent(), Chatter(), len(servers)
    half, rate = count // 2, fleet.lines * count
    began = clock.now().mono
    readings = lines = pings = 0
    while (passed := clock.now().mono - began) < fleet.seconds:
        sent.late = max(sent.late, passed - readings / count)
        if churn is not None:
            churn.go_on(passed)
        while readings < passed * count:
            server = servers[readings % count]
            readings += 1
            if server.socket is None:
                sent.unheard += 1
                continue
            server.socket.write(server.meter.frame())
            sent.stats += 1
        while lines < passed * rate:
            number = (lines + half) % count
            socket = servers[number].socket
            lines += 1
            if socket is None:
                sent.unheard += 1
                continue
            if pings < passed * fleet.messages:
                pings += 1
                socket.write(printed(f"{PING} {clock.now().mono:.6f}"))
            else:
                socket.write(chatter.line(number))
            sent.lines += 1
        await asyncio.sleep(TICK)
    sent.pings = pings
    if churn is not None:
        sent.churned = {"broken": churn.broken, "crashed": churn.crashed, "replaced": churn.replaced}
    return sent
