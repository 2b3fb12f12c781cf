"""The world of one run: three members, three servers of NATS, a simulated fleet, and what lies between."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from tests.acceptance.processes import COMMAND, Process, finished, surroundings
from tests.acceptance.simulation import Simulation, simulated
from tests.campaign.mailbox import Mailbox
from tests.chaos import load
from tests.chaos.proxies import Proxies, proxies
from tests.chaos.record import Owned, Standing
from tests.cluster.nats_servers import NatsServer, free_ports, skip_without_nats
from tests.hostile.bent_clock import Clock

ROOT = Path(__file__).parents[2]
NATS = 3
NODES = 12
ASKED_EVERY = 0.5
ADVERTISED = ', no_advertise: true, advertise: "127.0.0.1:1", pool_size: -1'
"""Servers of NATS tell each other and their clients where else to go; they are to know the proxies alone."""


class Member:
    """One daemon, life after life, and what it says of who owns what."""

    def __init__(self, name: str, home: Path) -> None:
        self.name, self.home = name, home
        self.file = home / "automaton.yml"
        self.clock = Clock(home)
        self.process: Process | None = None
        self.is_stopped = False
        self.options: list[str] = []  # of `member_process.py`
        self._popen: subprocess.Popen[bytes] | None = None
        self._lives = 0

    @property
    def is_running(self) -> bool:
        """Whether there is a process, stopped or not."""
        return self._popen is not None and self._popen.poll() is None

    def stands_still(self) -> bool:
        """Whether it is stopped, by whomever."""
        if self._popen is None:
            return False
        told = Path(f"/proc/{self._popen.pid}/stat").read_text()
        return told.rpartition(")")[2].split()[0] == "T"

    def start(self) -> None:
        """Its next life; nothing where it runs."""
        if self.is_running:
            return
        self._lives += 1
        output = self.home / f"life-{self._lives}.out"
        command = [str(COMMAND), "run"]
        if self.options:
            command = [sys.executable, "-m", "tests.chaos.member_process", *self.options]
        env = surroundings({"PYTHONPATH": f"{self.clock.bent}:{ROOT}"})
        with output.open("wb") as file:
            self._popen = subprocess.Popen(
                [*command, "-c", str(self.file)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=ROOT,
            )
        self.process = Process(self._popen, output)

    def signal(self, number: signal.Signals) -> None:
        """To the process, if there is one."""
        if self.is_running and self._popen is not None:
            self._popen.send_signal(number)

    def stop(self) -> None:
        """It stands still, and its sockets stay open."""
        self.is_stopped = True
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `stop`."""
        self.is_stopped = False
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """At once."""
        if self._popen is not None:
            self.go_on()
            self.signal(signal.SIGKILL)
            self._popen.wait()

    def end(self, within: float = 60.0) -> None:
        """As `systemctl stop` does."""
        if self._popen is not None:
            self.go_on()
            self.signal(signal.SIGTERM)
            try:
                self._popen.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.name} did not end: {self.output()[-3000:]}") from None

    def output(self) -> str:
        """All lives."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("life-*.out")))


class Owners:
    """Asks each member twice a second what it owns, in threads."""

    def __init__(self, members: dict[str, Member]) -> None:
        self.standings: list[Standing] = []
        self.latest: dict[str, dict[str, Any]] = {}
        self._owned: dict[tuple[str, str, int], Owned] = {}
        self._lock = Lock()
        self._over = Event()
        self._threads = [Thread(target=self._ask, args=(member,)) for member in members.values()]

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Until the block is left."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def owned(self) -> list[Owned]:
        """All that was heard so far."""
        with self._lock:
            return list(self._owned.values())

    def acting(self) -> set[str]:
        """The shards that their owner may act on, by its latest word: nothing is waited for any more."""
        rows = [row for view in list(self.latest.values()) for row in view["shards"]]
        return {row["shard"] for row in rows if row["state"] == "owned" and (row.get("lease") or 0.0) > 0.0}

    def _ask(self, member: Member) -> None:
        while not self._over.wait(ASKED_EVERY):
            with suppress(OSError, ValueError):  # it is away, or stands still
                asked = now()
                self._hear(member.name, asked, _cluster_view(member.home / "control.sock"))

    def _hear(self, member: str, at: float, view: dict[str, Any]) -> None:
        # 0 is left of it while its owner may not act yet, and less where it is over.
        own = {row["shard"]: row for row in view["shards"] if row.get("lease") is not None}
        mine = {shard: row["epoch"] for shard, row in own.items() if row["lease"] >= 0.0}
        established = frozenset(
            row["name"]
            for row in view["members"]
            if row["state"] == "established" and row["generation"] == view["generation"] and not row["why"]
        )
        with self._lock:
            self.latest[member] = view
            self.standings.append(Standing(at, member, established, frozenset(mine)))
            for shard, epoch in mine.items():
                known = self._owned.get((shard, member, epoch))
                first = known.first if known is not None else at
                self._owned[shard, member, epoch] = Owned(shard, member, epoch, first, at)


class Stage:
    """All of it, up and well; `deeds.py` does things to it."""

    def __init__(self, folder: Path, simulation: Simulation, mailbox: Mailbox, between: Proxies) -> None:
        self.folder, self.simulation, self.mailbox, self.between = folder, simulation, mailbox, between
        self.nats = _nats(folder, between)
        self.node_of = {str(one["name"]): f"node:{one['node']}" for one in simulation.overview()}
        self.nodes = sorted({*self.node_of.values()})
        self.members = {name: self._member(name) for name in load.MEMBERS}
        self.owners = Owners(self.members)
        self.shards = {"fleet", "channel:ops", "channel:slow", *self.nodes}

    def _member(self, name: str) -> Member:
        home = self.folder / name
        (home / "rules.d").mkdir(parents=True)
        (home / "rules.d" / "rules.yml").write_text(load.RULES)
        rewrite: dict[bytes, bytes] = {}
        for node in self.simulation.control.get("/").raise_for_status().json()["nodes"]:
            port = int(node["url"].rpartition(":")[2])
            own = self.between.add(f"{name}/{node['name']}", port)
            assert len(str(port)) == len(str(own)), "the Panel's answers would change their length"
            rewrite[f":{port}".encode()] = f":{own}".encode()
        panel = int(self.simulation.panel.rpartition(":")[2])
        panel = self.between.add(f"{name}/panel", panel, rewrite)
        nats = [
            f"nats://127.0.0.1:{self.between.add(f'{name}/nats-{n}', one.port)}"
            for n, one in enumerate(self.nats)
        ]
        secrets = {
            "key": self.simulation.key,
            "ops.url": self.mailbox.url("ops"),
            "slow.url": self.mailbox.url("slow"),
        }
        for file, text in secrets.items():
            (home / file).touch(mode=0o600)
            (home / file).write_text(text)
        (home / "automaton.yml").write_text(
            load.SETTINGS.format(
                panel=f"http://127.0.0.1:{panel}",
                origin=self.simulation.panel,
                nats=", ".join(map(json.dumps, nats)),
                member=name,
                rate=load.SLOW_RATE,
                per=load.SLOW_PER,
                fleet=load.FLEET_POWER,
            )
        )
        return Member(name, home)

    def is_well(self) -> bool:
        """Whether every shard is owned, every server has a socket, and every member is established."""
        mine = [set(one.mine) for one in self._last_standings()]
        owned = set().union(*mine) if mine else set()
        servers = self.simulation.overview()
        return owned >= self.shards and all(one["sockets"] for one in servers)

    def are_established(self) -> bool:
        """Whether each member says so of all."""
        last = self._last_standings()
        return len(last) == len(self.members) and all(
            len(one.established) == len(self.members) for one in last
        )

    def _last_standings(self) -> list[Standing]:
        last = {one.member: one for one in list(self.owners.standings)}
        return [one for one in last.values() if now() - one.at < 5.0]

    def cli(self, member: str, *arguments: str) -> str:
        """`automaton cluster …` at that member."""
        told = finished("cluster", *arguments, "-c", str(self.members[member].file))
        return told.stdout + told.stderr

    def describe(self) -> str:
        """What there is, for whoever waits in vain."""
        servers = self.simulation.overview()
        linked = sum(bool(one["sockets"]) for one in servers)
        said = "\n".join(f"{name}: {_told(view)}" for name, view in self.owners.latest.items())
        outputs = "\n".join(f"--- {one.name}\n{one.output()[-2500:]}" for one in self.members.values())
        return f"{linked} of {len(servers)} linked\n{said}\n{outputs}"


def _nats(folder: Path, between: Proxies) -> list[NatsServer]:
    """Three, whose routes go through proxies."""
    ports = free_ports(3 * NATS)
    clients, monitors, routes = ports[:NATS], ports[NATS : 2 * NATS], ports[2 * NATS :]
    ways = {
        (a, b): between.add(f"route/{a}-{b}", routes[b]) for a in range(NATS) for b in range(NATS) if a != b
    }
    return [
        NatsServer(
            folder / "nats",
            n,
            [ways[n, to] for to in range(NATS) if to != n],
            (clients[n], monitors[n], routes[n]),
            "",
            ADVERTISED,
        )
        for n in range(NATS)
    ]


@contextmanager
def stage(folder: Path, servers: int) -> Iterator[Stage]:
    """Everything runs, and the members have what there is."""
    skip_without_nats()
    mailbox = Mailbox()
    with ExitStack() as stack:
        between = stack.enter_context(proxies())
        simulation = stack.enter_context(simulated(folder, servers=servers, options=("--nodes", str(NODES))))
        stack.enter_context(mailbox.open())
        found = Stage(folder, simulation, mailbox, between)
        for server in found.nats:
            stack.callback(server.kill)
            server.start()
        wait_for(lambda: all(one.is_ready() for one in found.nats), lambda: "NATS does not come up")
        for member in found.members.values():
            stack.callback(member.kill)
            member.start()
        stack.enter_context(found.owners.asking())
        wait_for(
            lambda: found.is_well() and found.are_established() and found.owners.acting() >= {*found.nodes},
            found.describe,
            300.0,
        )
        yield found


def _cluster_view(control: Path) -> dict[str, Any]:
    """What the member at this socket says. A connection each time: who is killed leaves none behind."""
    answer = b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2.0)
        connection.connect(str(control))
        connection.sendall(b"GET /v1/cluster HTTP/1.0\r\nHost: automaton\r\n\r\n")
        while piece := connection.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise ValueError(f"no view: {head.decode(errors='replace')}")
    view: dict[str, Any] = json.loads(body)
    return view


def _told(view: dict[str, Any]) -> str:
    """What is wrong, as a member sees it."""
    return " ".join(
        [*view["troubles"], *(f"{row['shard']}: {row['why']}" for row in view["shards"] if row["why"])]
    )


def wait_for(look: Any, what: Any, patience: float = 120.0) -> None:
    """Until that is so; a look a second."""
    until = time.monotonic() + patience  # noqa: TID251 - a stage waits in real time
    while not look():
        assert time.monotonic() < until, what()  # noqa: TID251
        time.sleep(1.0)


def now() -> float:
    """Wall time, as the simulator's log has it."""
    return time.time()  # noqa: TID251 - a record has its moments
