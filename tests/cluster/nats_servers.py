"""Real `nats-server` processes on the loopback: one alone, or three that replicate.

Left out where the program is not there, and that is told; AUTOMATON_REQUIRE_NATS=1 has such tests fail.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any

import nats
import nats.errors
import pytest

PROGRAM = shutil.which("nats-server") or "/usr/sbin/nats-server"
REQUIRED = "AUTOMATON_REQUIRE_NATS"
PATIENCE = 60.0
"""Seconds for three servers to find a leader on a busy machine; a few hundred milliseconds are usual."""

STARTS, PROBES = 5, 15  # of servers that are to keep copies; and looks at each start, one a second


def skip_without_nats() -> None:
    """For a fixture that is about to start one."""
    if not Path(PROGRAM).exists() and os.environ.get(REQUIRED) != "1":
        pytest.skip(f"{PROGRAM} is not there: apt-get install nats-server ({REQUIRED}=1 has this fail)")


class NatsServer:
    """One process, its ports and its folder.

    `users` is put into its configuration as it is, `advertised` into what it says of its cluster.
    """

    def __init__(
        self,
        folder: Path,
        number: int,
        routes: list[int],
        ports: tuple[int, int, int],
        users: str,
        advertised: str = "",
    ) -> None:
        self.port, self.monitor_port, route_port = ports
        self.url, self.monitor = f"nats://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.monitor_port}"
        self.folder = folder / f"n{number}"
        self.folder.mkdir(parents=True)
        self._process: subprocess.Popen[bytes] | None = None
        text = f"""
            server_name: n{number}
            listen: "127.0.0.1:{self.port}"
            http: "127.0.0.1:{self.monitor_port}"
            jetstream {{ store_dir: "{self.folder}/js", sync_interval: always, max_file_store: 4GB }}
            {users}
        """
        if len(routes) > 1:
            others = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
            # As docs/cluster.md has it, and why.
            text += f"""
            cluster {{
                name: tests, listen: "127.0.0.1:{route_port}", pool_size: -1, routes: [{others}]{advertised}
            }}
            """
        (self.folder / "nats.conf").write_text(text)

    def start(self) -> None:
        """Again with what it had stored, where it was there before."""
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [PROGRAM, "-c", str(self.folder / "nats.conf")], stdout=log, stderr=log
            )

    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "log").read_text()[-2000:]

    @property
    def is_running(self) -> bool:
        """Whether the process is there, stopped or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """At once, and waits until it is gone."""
        if self._process is not None:
            self.go_on()
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """Its sockets stay open, and nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    def is_ready(self) -> bool:
        """Whether it says so: JetStream is there, and where there are several its leader has all of them."""
        with suppress(OSError, ValueError):
            with urllib.request.urlopen(f"{self.monitor}/healthz", timeout=1.0) as answer:
                if json.load(answer).get("status") != "ok":
                    return False
            with urllib.request.urlopen(f"{self.monitor}/jsz", timeout=1.0) as answer:
                told = json.load(answer)
            return "meta_cluster" not in told or _has_all(told["meta_cluster"])
        return False


def _has_all(meta: Mapping[str, Any]) -> bool:
    """Whether there is a leader; and, by its own word, whether the others are with it.

    Without them it makes no stream of three copies, and some time after a start it still has not.
    """
    others = meta.get("replicas")  # of the leader alone
    return bool(meta.get("leader")) and (
        others is None
        or (
            len(others) == meta["cluster_size"] - 1
            and all(one["current"] and not one.get("offline") for one in others)
        )
    )


def start_as_one(servers: Sequence[NatsServer]) -> None:
    """All of them, until they keep three copies of a stream.

    Now and then three servers of 2.10 that are started at once find each other, and still never place one
    ("no suitable peers"): they are started again, as empty as they are.
    """
    for _ in range(STARTS):
        with ExitStack() as unless_ready:
            for server in servers:
                server.start()
                unless_ready.callback(server.kill)
            wait_until_ready(servers)
            assert all(server.is_running for server in servers), _last_words(servers)
            for _ in range(PROBES):
                if asyncio.run(_places_three_copies(servers[0].url)):
                    unless_ready.pop_all()
                    return
                sleep(1.0)
    raise AssertionError(f"NATS places no stream of three copies\n{_last_words(servers)}")


async def _places_three_copies(url: str) -> bool:
    """Whether a stream of three copies can be made there; it is taken away again."""
    client = await nats.connect(url, allow_reconnect=False, connect_timeout=10)
    try:
        await client.jetstream().add_stream(name="probe", subjects=["probe"], num_replicas=3)
        await client.jetstream().delete_stream("probe")
    except nats.errors.Error:
        return False
    finally:
        await client.close()
    return True


def wait_until_ready(servers: Sequence[NatsServer]) -> None:
    """Those of them that run."""
    for _ in range(int(PATIENCE / 0.05)):
        if all(server.is_ready() for server in servers if server.is_running):
            return
        sleep(0.05)
    raise AssertionError(_last_words(servers))


def _last_words(servers: Sequence[NatsServer]) -> str:
    return "\n".join(server.last_words() for server in servers)


class NatsServers:
    """All of them."""

    def __init__(self, folder: Path, size: int, users: str = "") -> None:
        ports = free_ports(3 * size)
        routes = ports[2 * size :]
        self.each = [
            NatsServer(folder, n, routes, (ports[n], ports[size + n], routes[n]), users) for n in range(size)
        ]

    @property
    def urls(self) -> list[str]:
        """Where clients come in."""
        return [server.url for server in self.each]

    @property
    def monitors(self) -> list[str]:
        """Where each tells of itself."""
        return [server.monitor for server in self.each]

    def start(self) -> None:
        """All, and waits until they are ready."""
        if len(self.each) > 1:
            start_as_one(self.each)
        else:
            self.each[0].start()
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Those that run."""
        wait_until_ready(self.each)

    def stop(self) -> None:
        """All, at once."""
        for server in self.each:
            server.kill()


@contextmanager
def nats_servers(folder: Path, size: int, users: str = "") -> Iterator[NatsServers]:
    """Started, ready, and gone at the end."""
    skip_without_nats()
    servers = NatsServers(folder, size, users)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


def free_ports(count: int) -> list[int]:
    """So many that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
