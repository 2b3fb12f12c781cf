"""The world of one run: three members, three servers of NATS, a simulated fleet, and what lies between."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.acceptance.processes import finished
from tests.acceptance.simulation import Simulation, simulated
from tests.campaign.mailbox import Mailbox
from tests.chaos import load
from tests.chaos.member import Member
from tests.chaos.owners import Owners, now
from tests.chaos.proxies import Proxies, proxies
from tests.chaos.record import Standing
from tests.cluster.nats_process import skip_without_nats
from tests.cluster.nats_servers import NatsServer, free_ports, start_replicated

NATS = 3
NODES = 12
ADVERTISED = ', no_advertise: true, advertise: "127.0.0.1:1"'
"""Servers of NATS tell each other and their clients where else to go; they are to know the proxies alone."""


class Stage:
    """All of it, up and well; `deeds.py` does things to it."""

    def __init__(
        self,
        folder: Path,
        simulation: Simulation,
        mailbox: Mailbox,
        between: Proxies,
        nats: list[NatsServer],
    ) -> None:
        self.folder, self.simulation, self.mailbox, self.between = folder, simulation, mailbox, between
        self.nats = nats
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
    """Three, whose routes go through proxies, and which run: nobody else has their ports by now."""
    pairs = [(a, b) for a in range(NATS) for b in range(NATS) if a != b]
    ways = {(a, b): between.add(f"route/{a}-{b}", 0) for a, b in pairs}
    ports = free_ports(3 * NATS)
    clients, monitors, routes = ports[:NATS], ports[NATS : 2 * NATS], ports[2 * NATS :]
    for a, b in pairs:
        between.aim(f"route/{a}-{b}", routes[b])
    found = [
        NatsServer(
            folder / "nats",
            n,
            NATS,
            [ways[n, to] for to in range(NATS) if to != n],
            (clients[n], monitors[n], routes[n]),
            "",
            ADVERTISED,
        )
        for n in range(NATS)
    ]
    start_replicated(found)
    return found


@contextmanager
def stage(folder: Path, servers: int) -> Iterator[Stage]:
    """Everything runs, and the members have what there is."""
    skip_without_nats()
    mailbox = Mailbox()
    with ExitStack() as stack:
        between = stack.enter_context(proxies())
        simulation = stack.enter_context(simulated(folder, servers=servers, options=("--nodes", str(NODES))))
        stack.enter_context(mailbox.open())
        nats = _nats(folder, between)
        for server in nats:
            stack.callback(server.kill)
        found = Stage(folder, simulation, mailbox, between, nats)
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
