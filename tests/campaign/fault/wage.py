"""One fault campaign: a world that goes on while its Panel, links, chat, disk and clock fail."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from tests.acceptance.processes import Process
from tests.acceptance.simulation import Seen as Entry
from tests.acceptance.simulation import Simulation
from tests.campaign.crash.record import Post, Seen
from tests.campaign.fault.plan import STRETCH, Deed, plan
from tests.campaign.fault.small_disk import SmallDisk
from tests.campaign.fault.truth import MOST_POSTS, POWER_FLEET, POWER_SERVER, World, differences
from tests.campaign.grouping import grouping
from tests.campaign.mailbox import FAILS, TAKEN, Mailbox
from tests.hostile.bent_clock import Clock

SERVERS = 9
NODES = ("node-1", "node-2")
TARGETS = ("first", "second")
ENOUGH = 120.0  # seconds after the faults within which all is as it should be
LOOKED_EVERY = 0.5
HANGS = 5.0  # seconds; longer than a campaign waits between two messages
SETTINGS = f"""\
panels: {{{{main: {{{{url: "{{panel}}", keys: [{{{{file: key}}}}], allow_plain: true}}}}}}}}
channels:
  ops: {{{{urls: [{{{{file: first.url}}}}, {{{{file: second.url}}}}], rate: {MOST_POSTS}/1m{{grouping}}}}}}
  alarms: {{{{urls: [{{{{file: alarms.url}}}}]}}}}
limits:
  arm: live
  settle: 0s
  report: alarms
  allow: {{{{power: [start, stop, restart], send: ["*"]}}}}
  power: {{{{server: {POWER_SERVER}/1h, fleet: {POWER_FLEET}/1h}}}}
listen: {{{{socket: control.sock}}}}
rules: rules.d
state: state
"""
RULES = r"""
rules:
  - id: full
    while: memory_pct > 90
    for: 1s
    until: memory_pct < 80
    do: [{notify: ops, text: "full began at ${name}"}]
    on_clear: [{notify: ops, text: "full ended at ${name}"}]
  - id: down
    while: state == "offline"
    for: 1s
    do: [{notify: ops, text: "down began at ${name}"}]
    on_clear: [{notify: ops, text: "down ended at ${name}"}]
  - id: asked
    when: {console: '^restart me (?P<n>\d+)$'}
    by: [it.n]
    do: [{power: restart, within: 30s}]
"""


@dataclass
class Campaign:
    """One world and its daemon. `wage` is called once."""

    folder: Path
    simulation: Simulation
    mailbox: Mailbox
    seed: int
    disk: SmallDisk | None
    full: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = Random(f"world {self.seed}")
        self.clock = Clock(self.folder)
        self.fills, self.stops, self.restarts = (self.simulation.servers[part::3] for part in range(3))
        self._asked = 0
        (self.folder / "automaton.yml").write_text(
            SETTINGS.format(panel=self.simulation.panel, grouping=grouping())
        )
        (self.folder / "rules.d").mkdir()
        (self.folder / "rules.d" / "rules.yml").write_text(RULES)
        secrets = {target + ".url": self.mailbox.url(target) for target in (*TARGETS, "alarms")}
        for name, text in {**secrets, "key": self.simulation.key}.items():
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(text)

    @property
    def through(self) -> list[str]:
        """What the daemon is run by: it has a disk and a clock of its own."""
        return ["env", f"PYTHONPATH={self.clock.bent}", *(self.disk.through if self.disk is not None else [])]

    def wage(self, daemon: Process) -> float:
        """All faults while the world goes on; the seconds after the last one until all was well."""
        if self.disk is not None:
            self.disk.pid = daemon.pid
        deeds = plan(self.seed, self.simulation.servers, NODES)
        began = time.monotonic()  # noqa: TID251 - when things happen
        for at, deed in sorted([*((deed.at, deed) for deed in deeds), *self._life()], key=lambda one: one[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))  # noqa: TID251
            self._do(deed)
        time.sleep(max(0.0, began + STRETCH - time.monotonic()))  # noqa: TID251
        over = time.monotonic()  # noqa: TID251
        while differences(self.world()) and (passed := time.monotonic() - over) < ENOUGH:  # noqa: TID251
            time.sleep(LOOKED_EVERY)
        return time.monotonic() - over if not differences(self.world()) else max(passed, ENOUGH)  # noqa: TID251

    def _life(self) -> list[tuple[float, Deed]]:
        """What happens in the world meanwhile: memory that fills, people who stop servers, lines that ask."""
        moments = [self.chance.uniform(0.0, STRETCH) for _ in range(30)]
        return [(at, Deed(at, "world", self.chance.choice(("memory", "stop", "ask")))) for at in moments]

    def _do(self, deed: Deed) -> None:
        match deed.family:
            case "links" | "panel":
                self._fault(deed.name, **deed.given)
            case "chat":
                self.mailbox.retry_after = str(deed.given.get("retry_after", ""))
                self.mailbox.answer = lambda post: self._answer(deed.name, post)
            case "disk" if self.disk is not None:
                (self.disk.fill if deed.name == "fills" else self.disk.empty)()
            case "clock":
                self.clock.is_off_by(float(str(deed.given["by"])))
            case "world":
                self._happen(deed.name)

    def _answer(self, name: str, post: Post) -> int:
        """Only the first address is troubled: the second shows that it hears in time."""
        if post.target != TARGETS[0]:
            return TAKEN
        if name == "hangs":
            self.mailbox.closing.wait(HANGS)
        return {"fails": FAILS, "refuses": 403, "too many": 429}.get(name, TAKEN)

    def _happen(self, what: str) -> None:
        if what == "ask":
            self._asked += 1
            self._fault(
                "print", server=self.chance.choice(self.restarts), lines=[f"restart me {self._asked}"]
            )
        elif what == "stop":
            server = self.chance.choice(self.stops)
            running = self.simulation.server(server)["state"] == "running"
            self._fault("stop" if running else "start", server=server)
        else:
            server = self.chance.choice(self.fills)
            if server in self.full:
                self.full.discard(server)
                self._fault("memory", server=server)
            else:
                self.full.add(server)
                self._fault("memory", server=server, percent=95)

    def _fault(self, name: str, **takes: object) -> None:
        try:
            self.simulation.fault(name, **takes)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != 422:  # what cannot happen just now does not
                raise

    def world(self) -> World:
        """All that can be seen now."""
        servers = self.simulation.overview()
        names = {server["uuid"]: server["name"] for server in servers}
        seen = {kind: self.simulation.log(kind) for kind in ("power", "token", "socket", "request")}
        return World(
            servers=self.simulation.servers,
            linked=frozenset(server["name"] for server in servers if server["sockets"]),
            full=frozenset(self.full),
            offline=frozenset(server["name"] for server in servers if server["state"] == "offline"),
            believed=frozenset((rule, names.get(key, key)) for rule, key in self._incidents()),
            posts=list(self.mailbox.posts),
            targets=TARGETS,
            powers=[_bare(one) for one in seen["power"] if one.by.startswith(("panel ", "websocket "))],
            tokens=[_bare(one) for one in seen["token"]],
            sockets=[_bare(one) for one in seen["socket"] if one.detail == "open"],
            requests=[_bare(one) for one in seen["request"]],
        )

    def _incidents(self) -> list[tuple[str, str]]:
        """What the daemon holds for open, of the rules that say what is true."""
        transport = httpx.HTTPTransport(uds=str(self.folder / "control.sock"))
        with httpx.Client(transport=transport, base_url="http://automaton", timeout=30) as control:
            rows = control.get("/v1/incidents").raise_for_status().json()["incidents"]
        return [(row["rule"], row["server"]) for row in rows if row["rule"] in ("full", "down")]


def _bare(one: Entry) -> Seen:
    return Seen(one.at, one.server, one.detail)
