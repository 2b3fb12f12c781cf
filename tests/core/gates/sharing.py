"""A fleet's engine and those of its nodes, as far as they share budgets, over a mailbox that does its worst.

Each turn is written before anything of it is told or done. A crash comes before that, or after it and before
the deed. Every machine has a monotonic clock of its own, and a new one after each crash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from automaton.core.calls import Call, Signal, Spends
from automaton.core.gates.budgets import Budgets
from automaton.core.gates.grant_line import Asker
from automaton.core.gates.granting import Granting
from automaton.core.gates.grants import Grants
from automaton.core.gates.limits import Budget, Limits
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from automaton.core.scope import TO_FLEET, Outgoing
from tests.core.gates.calls import power, send

LIMITS = Limits(parallel=2, power_fleet=Budget(3, 60.0), send_fleet=Budget(2, 30.0))
FROM = 1_000_000.0  # when it begins, by the wall


@dataclass(eq=False)
class Job:
    """One action that somebody wants, as a run does. `asker` is how it is known to its engine now."""

    home: str
    call: Call
    is_wanted: bool = True
    is_written: bool = False
    sent_at: float = -1.0
    is_in_vain: bool = False
    has_ended: bool = False
    has_slot: bool = False
    grant: int = 0

    @property
    def is_held(self) -> bool:
        return self.is_wanted and not self.is_written

    @property
    def is_sent(self) -> bool:
        return self.sent_at >= 0.0

    @property
    def is_power(self) -> bool:
        return self.call.budget == "power"


@dataclass
class Machine:
    """Where one engine runs: its clock, what it wrote, and what it has to tell."""

    ahead: float
    outbox: Outbox = field(default_factory=Outbox)
    deadlines: Deadlines[object] = field(default_factory=Deadlines)
    disk: str = "{}"


class NodeSide:
    """One node: its jobs outlive its engine, as runs do."""

    def __init__(self, name: str) -> None:
        self.name, self.jobs = name, list[Job]()
        self.woken: list[tuple[Asker, Moment]] = []
        self.machine = Machine(17.0)
        self.is_listed = True
        self.resumable_until = 0.0
        self._begin(Moment(17.0, 0.0))

    def _begin(self, now: Moment) -> None:
        machine = self.machine
        self.grants = Grants(
            self.name,
            LIMITS,
            machine.outbox,
            machine.deadlines,
            lambda asker, now: self.woken.append((asker, now)),
            self._powering_at,
            self._is_awaited,
        )
        self.grants.load(json.loads(machine.disk), WallTime(now))

    def _powering_at(self, home: str) -> Asker | None:
        return next((job for job in self.jobs if self.is_listed and job.home == home and job.has_slot), None)

    def _is_awaited(self, home: str) -> bool:
        return not self.is_listed and any(job.home == home for job in self.jobs)

    def look(self, now: Moment) -> Iterator[Job]:
        """Asks for what is wanted; yields what may go out."""
        for job in self.jobs if self.is_listed else ():
            if not job.is_held:
                continue
            held = self.grants.answer(job, job.call, Spends.ALL)
            if held is not None:
                self.grants.want(job, job.call, Spends.ALL, now)
                continue
            job.grant = self.grants.use(job, now)
            job.is_written, job.has_slot = True, job.is_power
            yield job

    def end(self, job: Job, now: Moment, *, in_vain: bool) -> None:
        job.is_in_vain = in_vain
        if in_vain:
            self.grants.came_to_nothing(job.grant, now)
        job.has_ended, job.has_slot = True, False
        self.grants.freed(job, now)

    def crash(self, now: Moment, ahead: float) -> None:
        """Its engine is another one; its servers are not listed yet, and its runs not taken up."""
        self.machine = Machine(ahead, disk=self.machine.disk)
        self.is_listed = False
        self.resumable_until = now.mono + LIMITS.resume_within
        self._begin(now)

    def give_up(self, now: Moment) -> None:
        """Ends the runs of servers that are not listed for as long as runs may be resumed."""
        if not self.is_listed and now.mono >= self.resumable_until:
            for job in self.jobs:
                if job.has_slot:
                    job.has_ended, job.has_slot = True, False


class FleetSide:
    """The engine of the fleet."""

    def __init__(self) -> None:
        self.machine = Machine(5.0)
        self.told: list[str] = []
        self._begin(Moment(5.0, 0.0), {"spent": [], "grants": {}})

    def _begin(self, now: Moment, memory: dict[str, Any]) -> None:
        self.budgets = Budgets()
        self.granting = Granting(
            LIMITS, self.budgets, self.machine.outbox, self.machine.deadlines,
            lambda what, why, _: self.told.append(f"{what}: {why}"),
        )  # fmt: skip
        self.budgets.load(memory["spent"], WallTime(now))
        self.granting.load(memory["grants"], WallTime(now))

    def dump(self, now: Moment) -> dict[str, Any]:
        return {"spent": self.budgets.dump(WallTime(now)), "grants": self.granting.dump(WallTime(now))}

    def crash(self, now: Moment, ahead: float) -> None:
        self.machine = Machine(ahead, disk=self.machine.disk)
        self._begin(now, json.loads(self.machine.disk))


class Sharing:
    """`mail` is under way, `at` are the seconds since it began."""

    def __init__(self, nodes: int = 3) -> None:
        self.at = 0.0
        self.fleet = FleetSide()
        self.nodes = [NodeSide(f"n{number}") for number in range(nodes)]
        self.mail: list[Outgoing] = []
        self.crashes = 0
        self.fleet.machine.disk = json.dumps(self.fleet.dump(self.now(self.fleet)))

    def now(self, side: NodeSide | FleetSide) -> Moment:
        return Moment(self.at + side.machine.ahead, FROM + self.at)

    def want(self, node: int, *, is_power: bool) -> Job:
        side = self.nodes[node]
        home = f"server {node}-{len(side.jobs)}"
        job = Job(home, power(Signal.RESTART) if is_power else send("list"))
        side.jobs.append(job)
        self.turn(side)
        return job

    def turn(self, side: NodeSide | FleetSide, *, dies: bool = False, dies_after: bool = False) -> None:
        """Lets an engine do what is due, write it, tell it, and do it; or die in between."""
        now, machine = self.now(side), side.machine
        if isinstance(side, NodeSide):
            side.give_up(now)
        for _, owner in machine.deadlines.due(now.mono):
            assert isinstance(owner, Grants | Granting)
            owner.due(now)
        going = list(side.look(now)) if isinstance(side, NodeSide) else []
        if dies:
            for job in going:  # what was not written has not happened
                job.is_written = job.has_slot = False
            self.crash(side)
            return
        data = side.dump(now) if isinstance(side, FleetSide) else side.grants.dump(WallTime(now))
        machine.disk = json.dumps(data)
        if dies_after:
            self.crash(side)
            return
        self.mail += machine.outbox.take()
        for job in going:
            job.sent_at = self.at

    def crash(self, side: NodeSide | FleetSide) -> None:
        self.crashes += 1
        ahead = 100.0 * self.crashes
        side.crash(Moment(self.at + ahead, FROM + self.at), ahead)

    def deliver(self, which: int, *, again: bool = False) -> None:
        """One of the messages under way arrives, whichever; `again`, another copy is still on its way."""
        if not self.mail:
            return
        outgoing = self.mail[which % len(self.mail)]
        if not again:
            self.mail.remove(outgoing)
        match outgoing.event:
            case GrantsTold() as told if outgoing.to == TO_FLEET:
                self.fleet.granting.hear(told, self.now(self.fleet))
                self.turn(self.fleet)
            case GrantsAnswered() as answer:
                side = next(one for one in self.nodes if outgoing.to == f"node:{one.name}")
                side.give_up(self.now(side))
                side.grants.hear(answer, self.now(side))
                self.turn(side)

    def let_pass(self, seconds: float) -> None:
        self.at += seconds
        for side in self.nodes:
            self.turn(side)
        self.turn(self.fleet)

    def calm_down(self, seconds: float) -> None:
        """Everything arrives, nobody dies, and what is going ends."""
        for side in self.nodes:
            side.is_listed = True
        for _ in range(int(seconds)):
            self.let_pass(1.0)
            while self.mail:
                self.deliver(0)
            for side in self.nodes:
                for job in side.jobs:
                    if job.has_slot:
                        side.end(job, self.now(side), in_vain=False)

    @property
    def going(self) -> int:
        """How many power actions are going in the world."""
        return sum(job.is_sent and job.is_power and not job.has_ended for job in self.jobs)

    @property
    def jobs(self) -> list[Job]:
        return [job for side in self.nodes for job in side.jobs]

    def most_within(self, name: str, seconds: float) -> int:
        """The most that went out within so many seconds, and that the world took."""
        sent = (job for job in self.jobs if job.is_sent and not job.is_in_vain)
        times = [job.sent_at for job in sent if job.call.budget == name]
        return max((sum(at <= one < at + seconds for one in times) for at in times), default=0)
