"""Real `nats-server` processes on the loopback: one alone, or three that replicate."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

import nats
import nats.errors

from tests.cluster.nats_process import NatsProcess, skip_without_nats, start_as_one, wait_until_ready

PROBES = 15  # one a second


class NatsServer(NatsProcess):
    """One process, its ports and its folder.

    `users` is put into its configuration as it is, `advertised` into what it says of its cluster. `size` is
    how many servers that has, `routes` the ports by which the others are found.
    """

    def __init__(
        self,
        folder: Path,
        number: int,
        size: int,
        routes: list[int],
        ports: tuple[int, int, int],
        users: str,
        advertised: str = "",
    ) -> None:
        self.port, self.monitor_port, route_port = ports
        self.url = f"nats://127.0.0.1:{self.port}"
        super().__init__(folder / f"n{number}", f"n{number}", f"http://127.0.0.1:{self.monitor_port}", size)
        self.folder.mkdir(parents=True)
        text = f"""
            server_name: {self.name}
            listen: "127.0.0.1:{self.port}"
            http: "127.0.0.1:{self.monitor_port}"
            jetstream {{ store_dir: "{self.folder}/js", sync_interval: always, max_file_store: 4GB }}
            {users}
        """
        if size > 1:
            others = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
            # As docs/cluster.md has it, and why.
            text += f"""
            cluster {{
                name: tests, listen: "127.0.0.1:{route_port}", pool_size: -1, routes: [{others}]{advertised}
            }}
            """
        (self.folder / "nats.conf").write_text(text)


def start_replicated(servers: Sequence[NatsServer]) -> None:
    """All, until they keep three copies of a stream: now and then that comes seconds after all are ready."""
    start_as_one(servers)
    with ExitStack() as unless_copied:
        for server in servers:
            unless_copied.callback(server.kill)
        for _ in range(PROBES):
            if asyncio.run(_places_three_copies(servers[0].url)):
                unless_copied.pop_all()
                return
            sleep(1.0)
        raise AssertionError([server.last_words() for server in servers])


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


class NatsServers:
    """All of them."""

    def __init__(self, folder: Path, size: int, users: str = "") -> None:
        ports = free_ports(3 * size)
        routes = ports[2 * size :]
        self.each = [
            NatsServer(folder, n, size, routes, (ports[n], ports[size + n], routes[n]), users)
            for n in range(size)
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
            start_replicated(self.each)
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
