"""One process of a simulated cluster: it decides as a daemon does, about shards in which nothing runs."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from msgspec import structs

from automaton.cluster.claim import Claim
from automaton.cluster.claim_steps import Append, NotTaken, Owned, ReadLast, ReadTail, Released, Step, Stop
from automaton.cluster.formats import writes
from automaton.cluster.heartbeat import Formats, Heartbeat
from automaton.cluster.lease import Lease
from automaton.cluster.members import Members, appends_work
from automaton.cluster.ownership import Ownership
from automaton.cluster.placement import HandOver, Placement, Placing, Take
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Kind, Placed, Stamp, Writer
from automaton.cluster.wishes import Wishes
from tests.cluster.beats import FORMATS, beat

SAID_RELEASED = 10.0  # seconds for which a heartbeat tells of a release
SEEN_AFTER = 3.0  # seconds until the servers of a shard are seen again
ENDS_WITHIN = (0.0, 0.0, 2.0, 35.0)  # seconds until nothing is under way on a shard that is handed over


@dataclass
class Machine:
    """What outlives a process."""

    name: str
    cores: int = 2
    generation: int = 1
    formats: Formats = FORMATS
    paused_until: float = 0.0
    cut_until: float = 0.0
    is_deaf: bool = False
    knows_nodes: bool = True  # else it does not reach the Panel: there are no nodes to it


class Lost(Exception):
    """No answer came."""


class Unavailable(Exception):
    """The engine takes nothing."""


class Engine(Protocol):
    """What a process asks of NATS."""

    def reaches(self, machine: Machine) -> bool:
        """Whether anything comes through."""

    def append(self, machine: Machine, shard: Shard, stamp: Stamp, expected: int) -> tuple[bool, int]:
        """Whether it was taken, and the last sequence. Raises Lost or Unavailable."""

    def read(self, machine: Machine, shard: Shard) -> list[Placed]:
        """All of a log. Raises Unavailable."""

    def publish(self, machine: Machine, heartbeat: Heartbeat) -> None:
        """To all that hear."""


class SimulatedProcess:
    """One life of a member."""

    def __init__(
        self, machine: Machine, boot: str, engine: Engine, shards: list[Shard], random: Random, now: float
    ) -> None:
        self.machine, self.boot, self.started, self.now = machine, boot, now, now
        self.members = Members(machine.name, boot, now)
        self.ownership = Ownership()
        self.placing = Placing(machine.name)
        self.placement = Placement([], {})
        self.claims: dict[Shard, Claim] = {}
        self.leaving: dict[Shard, tuple[str, float]] = {}  # to whom, and when nothing is under way any more
        self.is_leaving = False
        self.inbox: list[tuple[float, Heartbeat]] = []
        self.wishes = Wishes()
        self._engine, self._shards, self._random = engine, shards, random
        self._released: dict[Shard, tuple[str, float]] = {}
        self._seen_at: dict[Shard, float] = {}
        self._number = self._lives = 0
        self._last_acknowledged: float | None = None
        self._next_at = now + random.random()

    @property
    def is_done(self) -> bool:
        """It was told to stop, and has given up everything."""
        return self.is_leaving and not self.claims

    def owned(self) -> dict[Shard, int]:
        """By what its claims say."""
        return {shard: claim.epoch for shard, claim in self.claims.items() if claim.epoch}

    def writes(self) -> int:
        """The format of its logs now."""
        formats = self.machine.formats
        heartbeats = [one.heartbeat for one in self.members.living()]
        return writes(formats.reads_from, formats.reads_to, heartbeats)

    def leave(self) -> None:
        """As at SIGTERM: all is given up."""
        self.is_leaving = True
        for claim in self.claims.values():
            claim.release()

    def run(self, now: float, wishes: Wishes) -> None:
        """What is due by now."""
        self.now, self.wishes = now, wishes
        self._hear()
        for shard, claim in list(self.claims.items()):
            if claim.due <= now:
                self._drive(shard, claim, claim.tick(now))
        if now < self._next_at:
            return
        self._next_at = now + 1.0
        if not self.owned() and self._engine.reaches(self.machine):
            self._last_acknowledged = now  # written to the bucket
        self.members.tick(now, self._last_acknowledged)
        if not self.is_leaving:
            self._decide()
        self._hand_over()
        self._speak()

    def _hear(self) -> None:
        for at, heartbeat in self.inbox:
            if at <= self.now:
                self.members.hear(heartbeat, self.now)
        self.inbox = [one for one in self.inbox if one[0] > self.now]

    def _decide(self) -> None:
        living, working = self.members.living(), self.members.working
        known = [one for one in self._shards if one.kind is not ShardKind.NODE or self.machine.knows_nodes]
        standings = self.ownership.look(known, living, working)
        pins = {Shard.read(text): to for text, to in self.wishes.pinned.items()}
        leaving = {shard: to for shard, (to, _) in self.leaving.items()}
        self.placement = self.placing.place(living, standings, pins, leaving, working)
        for order in self.placement.orders:
            match order:
                case Take(shard) if shard not in self.claims:
                    self._take(shard)
                case HandOver(shard, to) if shard in self.owned() and shard not in self.leaving:
                    self.leaving[shard] = to, self.now + self._random.choice(ENDS_WITHIN)

    def _take(self, shard: Shard) -> None:
        self._lives += 1
        claim = self.claims[shard] = Claim(Writer(self.machine.name, self.boot, self._lives), Lease())
        self._drive(shard, claim, claim.claim())

    def _hand_over(self) -> None:
        for shard, (to, at) in list(self.leaving.items()):
            if shard not in self.owned():
                del self.leaving[shard]
            elif self.now >= at:
                self.claims[shard].release(to)

    def _drive(self, shard: Shard, claim: Claim, steps: tuple[Step, ...]) -> None:
        waiting = list(steps)
        while waiting:
            step = waiting.pop(0)
            try:
                answer = self._answer(shard, claim, step)
            except Lost:
                answer = claim.unsure(self.now)
            except Unavailable:
                answer = claim.unavailable(self.now)
            waiting += answer

    def _answer(self, shard: Shard, claim: Claim, step: Step) -> tuple[Step, ...]:
        match step:
            case Append(stamp, expected):
                return self._append(shard, claim, stamp, expected)
            case ReadLast():
                log = self._engine.read(self.machine, shard)
                if log and self._is_left_to_another(shard, log[-1].stamp):
                    del self.claims[shard]
                    return ()
                return claim.last(log[-1] if log else None, len(log), self.now)
            case ReadTail(after):
                log = self._engine.read(self.machine, shard)
                return claim.tail(log[after:], len(log), self.now)
            case NotTaken() | Stop():
                self.claims.pop(shard, None)
            case Released():
                self._was_released(shard)
            case Owned():
                self._seen_at[shard] = self.now + SEEN_AFTER
                self._speak()
            case _:
                pass
        return ()

    def _append(self, shard: Shard, claim: Claim, stamp: Stamp, expected: int) -> tuple[Step, ...]:
        was_taken, last = self._engine.append(self.machine, shard, stamp, expected)
        if not was_taken:
            return claim.refused(last, self.now)
        self._last_acknowledged = self.now
        if stamp.kind is Kind.RELEASE:
            self._released[shard] = (stamp.to, self.now + SAID_RELEASED)
        return claim.acknowledged(last, self.now)

    def _is_left_to_another(self, shard: Shard, last: Stamp) -> bool:
        living = {(one.name, one.heartbeat.boot) for one in self.members.living()}
        is_mine = last.writer.member == self.machine.name
        if last.kind is Kind.RELEASE or is_mine or (last.writer.member, last.writer.boot) not in living:
            return False
        return self.ownership.read_claim(shard, last.writer.member, last.epoch, self.members.working)

    def _was_released(self, shard: Shard) -> None:
        del self.claims[shard]
        self.leaving.pop(shard, None)
        self._speak()

    def _speak(self) -> None:
        self._number += 1
        self._released = {
            shard: (to, until) for shard, (to, until) in self._released.items() if self.now < until
        }
        owned, formats = self.owned(), self.machine.formats
        said = beat(
            self.machine.name,
            self._number,
            boot=self.boot,
            cores=self.machine.cores,
            formats=structs.replace(formats, writes=self.writes()),
            generation=self.machine.generation,
            appends_work=appends_work(self._last_acknowledged, self.now),
            wall=self.now,
            owned={shard.text: epoch for shard, epoch in owned.items()},
            releasing={shard.text: to for shard, (to, _) in self._released.items() if to},
            draining=self.machine.name in self.wishes.draining or self.is_leaving,
            started_ago=self.now - self.started,
            settling=sum(self._seen_at.get(shard, 0.0) > self.now for shard in owned),
        )
        self._engine.publish(self.machine, said)
