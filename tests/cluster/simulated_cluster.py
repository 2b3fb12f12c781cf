"""A cluster in virtual time: heartbeats that get lost, logs that take one writer, and faults.

What runs in it is `Members`, `Ownership`, `Placing` and `Claim`, as a daemon runs them; a log is
a list that takes a message where it is expected. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from automaton.cluster.heartbeat import Heartbeat
from automaton.cluster.members import ESTABLISHED_AFTER
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.stamp import Kind, Placed, Stamp
from automaton.cluster.wishes import Wishes
from tests.cluster.simulated_process import Lost, Machine, SimulatedProcess, Unavailable

STEP = 0.5  # seconds
WELL_AFTER = 15.0  # seconds after a fault from which on its machine has no excuse
LOST_ANSWERS = 0.02  # part of all appends whose answer is lost; half of these have not landed


def shards_with(nodes: int) -> list[Shard]:
    """That many nodes, the fleet and two channels."""
    channels = [Shard(ShardKind.CHANNEL, name) for name in ("staff", "public")]
    return [*(Shard(ShardKind.NODE, f"node-{number}") for number in range(nodes)), FLEET, *channels]


@dataclass(frozen=True)
class Move:
    """A claim that made a shard somebody else's."""

    at: float
    shard: Shard
    before: str
    to: str
    was_released: bool
    was_robbed: bool  # the owner before had not given it up, and nothing was wrong with it


class SimulatedCluster:
    """All machines, and the engine between them."""

    def __init__(self, seed: int, names: str, nodes: int, *, loss: float) -> None:
        self.random = Random(seed)
        self.now = 1000.0
        self.shards = shards_with(nodes)
        self.loss = loss
        self.wishes = Wishes()
        self.machines: dict[str, Machine] = {}
        self.processes: dict[str, SimulatedProcess] = {}
        self.moves: list[Move] = []
        self.longest_unowned = 0.0  # seconds of any shard while somebody was there who may take it
        self._logs: dict[Shard, list[Placed]] = {shard: [] for shard in self.shards}
        self._claimed: dict[Shard, Stamp] = {}  # the last claim in each log
        self._unowned_since: dict[Shard, float] = {}
        self._well_since: dict[str, float] = {}
        self._engine_back_at = 0.0
        self._boots = 0
        for name in names:
            self.start(name)

    def start(self, name: str) -> None:
        """A new process; whatever was before is gone."""
        self._boots += 1
        machine = self.machines.setdefault(name, Machine(name))
        machine.paused_until = machine.cut_until = self._well_since[name] = self.now
        boot = f"{name}{self._boots}"
        self.processes[name] = SimulatedProcess(machine, boot, self, self.shards, self.random, self.now)

    def kill(self, name: str) -> None:
        """kill -9."""
        self.processes.pop(name, None)

    def stop(self, name: str) -> None:
        """Gives everything up, as at SIGTERM, and is gone within seconds."""
        if process := self.processes.get(name):
            process.leave()

    def pause(self, name: str, seconds: float) -> None:
        """SIGSTOP."""
        self.machines[name].paused_until = self._ill_until(name, seconds)

    def cut(self, name: str, seconds: float) -> None:
        """No way to the engine."""
        self.machines[name].cut_until = self._ill_until(name, seconds)

    def _ill_until(self, name: str, seconds: float) -> float:
        self._well_since[name] = max(self._well_since[name], self.now + seconds)
        return self.now + seconds

    def break_engine(self, seconds: float) -> None:
        """No majority: nothing is taken, and no heartbeat comes through."""
        self._engine_back_at = max(self._engine_back_at, self.now + seconds)

    def run(self, seconds: float) -> None:
        """Time passes."""
        until = self.now + seconds
        while self.now < until:
            self.now += STEP
            for name in self.random.sample(sorted(self.processes), len(self.processes)):
                if self._runs(name):
                    self.processes[name].run(self.now, self.wishes)
                    if self.processes[name].is_done:
                        del self.processes[name]
            self._look()

    def forget_what_was(self) -> None:
        """Counts moves, and the time in which shards were unowned, from now on."""
        self.moves.clear()
        self._unowned_since.clear()
        self.longest_unowned = 0.0

    def owner(self, shard: Shard) -> str | None:
        """By the log, if its process runs, knows it, and reaches the engine."""
        if (last := self._claimed.get(shard)) is None:
            return None
        process = self.processes.get(last.writer.member)
        if process is None or process.boot != last.writer.boot or shard not in process.owned():
            return None
        machine = process.machine
        return machine.name if self._runs(machine.name) and self.reaches(machine) else None

    def owners(self) -> dict[Shard, str | None]:
        """Of all shards."""
        return {shard: self.owner(shard) for shard in self.shards}

    def counts(self, kind: ShardKind = ShardKind.NODE) -> dict[str, int]:
        """How many each owns."""
        owners = [owner for shard, owner in self.owners().items() if shard.kind is kind]
        return {name: owners.count(name) for name in sorted(self.machines)}

    def robbed(self) -> list[Move]:
        """What was taken from owners that were well."""
        return [move for move in self.moves if move.was_robbed]

    def reaches(self, machine: Machine) -> bool:
        """Whether anything comes through."""
        return self.now >= machine.cut_until and self.now >= self._engine_back_at

    def append(self, machine: Machine, shard: Shard, stamp: Stamp, expected: int) -> tuple[bool, int]:
        """Taken where it is expected."""
        if not self.reaches(machine):
            raise Lost if self.random.random() < 0.5 else Unavailable
        is_lost = self.random.random() < LOST_ANSWERS
        log = self._logs[shard]
        if is_lost and self.random.random() < 0.5:
            raise Lost
        is_taken = len(log) == expected
        if is_taken:
            if stamp.kind is Kind.CLAIM:
                self._note_claim(shard, stamp)
            log.append(Placed(len(log) + 1, stamp))
        if is_lost:
            raise Lost
        return is_taken, len(log)

    def read(self, machine: Machine, shard: Shard) -> list[Placed]:
        """As it is."""
        if not self.reaches(machine):
            raise Unavailable
        return self._logs[shard]

    def publish(self, machine: Machine, heartbeat: Heartbeat) -> None:
        """Each is lost by itself."""
        if not self.reaches(machine):
            return
        for process in self.processes.values():
            hears = self.reaches(process.machine) and not process.machine.is_deaf
            if hears and self.random.random() >= self.loss:
                process.inbox.append((self.now + self.random.random() * STEP, heartbeat))

    def _runs(self, name: str) -> bool:
        return name in self.processes and self.now >= self.machines[name].paused_until

    def _note_claim(self, shard: Shard, stamp: Stamp) -> None:
        before = self._claimed.get(shard)
        self._claimed[shard] = stamp
        if before is None or before.writer == stamp.writer:
            return
        name = before.writer.member
        was_released = self._logs[shard][-1].stamp.kind is Kind.RELEASE
        process = self.processes.get(name)
        was_well = (
            process is not None
            and process.boot == before.writer.boot
            and self.now - self._well_since[name] > WELL_AFTER
            and self.now - self._engine_back_at > WELL_AFTER
        )
        move = Move(self.now, shard, name, stamp.writer.member, was_released, was_well and not was_released)
        self.moves.append(move)

    def _look(self) -> None:
        is_there_a_taker = any(self._takers())
        for shard in self.shards:
            acting = [name for name in self.processes if self._may_act(name, shard)]
            assert len(acting) <= 1, f"{shard.text}: {acting} may act at once"
            if not is_there_a_taker or self.owner(shard) is not None:
                self._unowned_since.pop(shard, None)
            else:
                since = self._unowned_since.setdefault(shard, self.now)
                self.longest_unowned = max(self.longest_unowned, self.now - since)

    def _may_act(self, name: str, shard: Shard) -> bool:
        claim = self.processes[name].claims.get(shard)
        return claim is not None and claim.lease.left(self.now) > 0

    def _takers(self) -> Iterator[str]:
        """Those that may take something: here for long enough, with the latest configuration."""
        up = [one for one in self.processes.values() if self._runs(one.machine.name)]
        up = [one for one in up if self.reaches(one.machine) and not one.is_leaving]
        newest = max((one.machine.generation for one in up), default=0)
        for process in up:
            name = process.machine.name
            own = next((one for one in process.members.living() if one.name == name), None)
            is_established = own is not None and own.steady >= ESTABLISHED_AFTER
            if is_established and process.machine.generation == newest and name not in self.wishes.draining:
                yield name


def begun(seed: int, names: str = "abc", nodes: int = 12, *, loss: float = 0.05) -> SimulatedCluster:
    """A cluster that has come to rest, with nothing counted yet."""
    cluster = SimulatedCluster(seed, names, nodes, loss=loss)
    cluster.run(90)
    cluster.forget_what_was()
    return cluster
