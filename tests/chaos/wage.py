"""One run: the world goes on, deeds are done to the stage, all is set right, and what is left is a record."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from random import Random
from threading import Event, Thread

import httpx

from tests.campaign.crash import load as words_of
from tests.campaign.crash.record import Printed, Seen
from tests.chaos import judge, load
from tests.chaos.member import Member
from tests.chaos.owners import now
from tests.chaos.plan import Deed
from tests.chaos.record import Record, Trouble, Waits
from tests.chaos.stage import Stage

OURS = ("wings api", "websocket ", "panel ")
SETTLES_WITHIN = 180.0
"""Seconds: a last claim holds for 75, its links take their time, and a machine may be busy."""

LEFT = 20.0  # seconds that the world stands still before the end, so that all is told that is to be

BEGINS = frozenset(
    {"kill", "stop", "cut-nats", "cut-all", "end", "nats-kill", "nats-cut", "majority-lost", "drain"}
)
"""What is a trouble from here on."""

DOWN = frozenset({"nats-kill", "majority-lost"})
"""In which servers of NATS do not run."""

ENDS = {
    "start": ("kill", "end"),
    "go-on": ("stop",),
    "mend": ("cut-nats", "cut-all"),
    "start-newer": ("end",),
    "nats-start": ("nats-kill",),
    "nats-mend": ("nats-cut",),
    "majority-back": ("majority-lost",),
    "drain-end": ("drain",),
}
"""What each of these sets right."""

COMES_BACK = 45.0  # seconds after a start until a member is established and has its links
LASTS = {"move": 15.0, "reload": 20.0}


class Run:
    """One of them. `wage` is called once."""

    def __init__(self, stage: Stage, seed: int, waits: Waits) -> None:
        self.stage, self.seed, self._waits = stage, seed, waits
        self.began = now()
        self.troubles: list[Trouble] = []
        self.printed: list[Printed] = []
        self.notes: list[str] = []
        self._open: dict[tuple[str, str], float] = {}
        self._parts = load.parts(stage.simulation.servers)
        self._words = words_of.words()
        self._full: set[str] = set()
        self._other_rules: set[str] = set()

    def wage(self, deeds: list[Deed]) -> Record:
        """All deeds while the world goes on; then all is set right."""
        over = Event()
        world = Thread(target=self._go_on, args=(over, Random(f"world {self.seed}")))
        world.start()
        try:
            self.began = now()
            for deed in deeds:
                time.sleep(max(0.0, self.began + deed.at - now()))
                self._do(deed)
            self._set_right()
            time.sleep(LEFT)
        finally:
            over.set()
            world.join()
        self._settle()
        record = self.record()
        told = "".join(f"{post}\n" for post in record.posts)
        (self.stage.folder / "posts").write_text(told)
        return record

    def _settle(self) -> None:
        until = now() + SETTLES_WITHIN
        while now() < until:
            record = self.record()
            at_last = (judge.all_told, judge.ends_after_openings)
            if self.stage.is_well() and not any(law(record) for law in at_last):
                return
            time.sleep(2.0)
        if not self.stage.is_well():
            self.notes.append(
                f"not well {SETTLES_WITHIN:g} s after all was set right: {self.stage.describe()}"
            )

    # What is done

    def _do(self, deed: Deed) -> None:
        self.notes.append(f"{now():.1f} {deed.name} {deed.whom} {deed.value:.2f}")
        if deed.name in ENDS:
            for kind in ENDS[deed.name]:
                self._over(kind, deed.whom)
        began = now()
        if deed.name in BEGINS:
            self._open.setdefault((deed.name, deed.whom), began)
        if deed.whom in self.stage.members:
            self._to_member(deed, self.stage.members[deed.whom])
        else:
            self._to_nats(deed)
        if deed.name in LASTS:
            self.troubles.append(Trouble(deed.name, deed.whom, began, now() + LASTS[deed.name]))
        if deed.name in ("start", "start-newer"):
            self.troubles.append(Trouble("start", deed.whom, began, now() + COMES_BACK))

    def _over(self, kind: str, whom: str) -> None:
        if (began := self._open.pop((kind, whom), None)) is not None:
            self.troubles.append(Trouble(kind, whom, began, now()))

    def _to_member(self, deed: Deed, member: Member) -> None:
        between, name = self.stage.between, member.name
        match deed.name:
            case "kill":
                member.kill()
            case "start":
                member.start()
            case "end":
                member.end()
            case "start-newer":
                member.options = ["--newer"]
                member.start()
            case "stop":
                member.stop()
            case "go-on":
                member.go_on()
            case "cut-nats":
                between.cut(f"{name}/nats-")
            case "cut-all":
                between.cut(f"{name}/")
            case "mend":
                between.mend(f"{name}/")
            case "slow":
                between.slow(f"{name}/nats-", deed.value)
                self._turn("slow", name, is_on=deed.value > 0.0)
            case "clock":
                member.clock.is_off_by(deed.value)
                self._turn("clock", name, is_on=deed.value != 0.0)
            case "drain" | "drain-end" | "move":
                self._steer(deed)
            case "reload":
                self._reload(member)

    def _turn(self, kind: str, whom: str, *, is_on: bool) -> None:
        if is_on:
            self._open.setdefault((kind, whom), now())
        else:
            self._over(kind, whom)

    def _to_nats(self, deed: Deed) -> None:
        # What one trouble set right another may hold down still: a majority that is lost stays so.
        held = [whom.split(",") for kind, whom in self._open if kind in DOWN]
        for number in map(int, deed.whom.split(",")):
            server = self.stage.nats[number]
            others = [other for other in range(len(self.stage.nats)) if other != number]
            ways = [f"route/{number}-", *(f"route/{other}-{number}" for other in others)]
            match deed.name:
                case "nats-kill" | "majority-lost":
                    server.kill()
                case "nats-start" | "majority-back":
                    if not server.is_running and not any(str(number) in whom for whom in held):
                        server.start()
                case "nats-cut":
                    for way in ways:
                        self.stage.between.cut(way)
                case "nats-mend":
                    for way in ways:
                        self.stage.between.mend(way)

    def _steer(self, deed: Deed) -> None:
        """By the command, at a member that answers."""
        asked = next(
            (one for one in self.stage.members.values() if one.is_running and not one.is_stopped), None
        )
        if asked is None:
            return
        if deed.name == "move":
            arguments = ["move", self.stage.nodes[int(deed.value)], deed.whom]
        else:
            arguments = ["drain", deed.whom, *(["--end"] if deed.name == "drain-end" else [])]
        self.notes.append(self.stage.cli(asked.name, *arguments).strip()[:200])

    def _reload(self, member: Member) -> None:
        self._other_rules ^= {member.name}
        rules = load.RULES + (load.ANOTHER_RULE if member.name in self._other_rules else "")
        (member.home / "rules.d" / "rules.yml").write_text(rules)
        if not member.is_stopped:
            member.signal(signal.SIGHUP)

    def _set_right(self) -> None:
        """Whatever is still wrong."""
        for way in (*self.stage.members, "route/"):
            self.stage.between.mend(way if way == "route/" else f"{way}/")
        for server in self.stage.nats:
            if not server.is_running:
                server.start()
        for member in self.stage.members.values():
            member.go_on()
            member.clock.is_off_by(0.0)
            if not member.is_running:
                member.start()
            if (member.name in self._other_rules) != (load.MEMBERS[0] in self._other_rules):
                self._reload(member)
        for kind, whom in list(self._open):
            if kind == "drain":
                self._do(Deed(0.0, "drain-end", whom))
            else:
                self._over(kind, whom)

    # What happens in the world

    def _go_on(self, over: Event, chance: Random) -> None:
        told, full, raised = (
            [name for name, part in self._parts.items() if part == one] for one in ("told", "full", "raised")
        )
        while not over.wait(chance.uniform(0.1, 0.4)):
            with suppress(httpx.HTTPStatusError):
                which = chance.random()
                if which < 0.04:
                    self.stage.simulation.fault("crash", server=chance.choice(raised), code=1)
                elif which < 0.09:
                    self._fill(chance.choice(full))
                else:
                    self._print(chance.choice(told))

    def _print(self, server: str) -> None:
        word, at = next(self._words), now()
        self.stage.simulation.fault("print", server=server, lines=[f"told {word}"])
        self.printed.append(Printed(at, server, "told", word))

    def _fill(self, server: str) -> None:
        if server in self._full:
            self._full.discard(server)
            self.stage.simulation.fault("memory", server=server)
        else:
            self._full.add(server)
            self.stage.simulation.fault("memory", server=server, percent=95)

    # What is left behind

    def record(self) -> Record:
        """All that was seen so far."""
        simulation, stage = self.stage.simulation, self.stage
        seen = {
            kind: [
                Seen(one.at, one.server, one.detail)
                for one in simulation.log(kind)
                if kind not in ("command", "power") or one.by.startswith(OURS)
            ]
            for kind in ("command", "power", "state", "socket")
        }
        return Record(
            began=self.began, until=now(), troubles=sorted(self._all_troubles(), key=lambda one: one.began),
            owned=stage.owners.owned(), standings=list(stage.owners.standings), node_of=stage.node_of,
            printed=list(self.printed), commands=seen["command"], powers=seen["power"], states=seen["state"],
            sockets=seen["socket"], posts=list(stage.mailbox.posts),
            stray=sum(one.output().count("lease.outlived") for one in stage.members.values()),
            waits=self._waits,
        )  # fmt: skip

    def _all_troubles(self) -> list[Trouble]:
        return [
            *self.troubles,
            *(Trouble(kind, whom, began) for (kind, whom), began in list(self._open.items())),
        ]
