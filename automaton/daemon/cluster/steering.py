"""Once a second: says that this member lives, looks who else does, and has shards taken and handed over.
What was released is told and taken at once.

Law: what is to be done is decided in `cluster/`, on what came in and what time it is; here it is only carried
out. Nothing that is seen here robs anybody: a log takes one claim of two.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

import anyio
import structlog

from automaton import __version__
from automaton.cluster.heartbeat import HEARTBEAT_EVERY, Formats, Heartbeat
from automaton.cluster.lease import TERMS
from automaton.cluster.members import Members, appends_work
from automaton.cluster.ownership import Ownership, ShardStanding
from automaton.cluster.placement import HandOver, Placement, Placing, Take
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Kind, Stamp
from automaton.cluster.wishes import Wishes
from automaton.daemon.cluster.shard_runs import ShardRuns
from automaton.errors import Weather
from automaton.pace.clock import BootClock, Clock

NOTHING = Placement([], {})


class Says(Protocol):
    """The way by which heartbeats go out (`cluster/nats/heartbeats.py`)."""

    async def say(self, heartbeat: Heartbeat) -> bool:
        """To all who listen; whether there was a connection."""


Prove = Callable[[], Awaitable[None]]
"""Writes something small and durable, for a member without a shard. Raises Weather where that cannot be."""


class TwoClocks(Clock, BootClock, Protocol):
    """Both the daemon's clock and that of leases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """What this member says of itself: its name, this process, its cores, and the formats of its logs."""

    member: str
    boot: str
    cores: int
    reads_from: int
    reads_to: int
    writes: Callable[[], int]


@dataclass(slots=True)
class Looked:
    """What the last look found."""

    standings: Mapping[Shard, ShardStanding] = field(default_factory=dict)
    placement: Placement = NOTHING
    others: Set[tuple[str, str]] = frozenset()  # that live, each with its process
    not_here: Set[str] = frozenset()  # shards that this process neither owns nor claims


class Steering:
    """`shards` gives all that there are. `generation` is that of the configuration in force."""

    def __init__(
        self,
        me: Self,
        says: Says,
        prove: Prove,
        runs: ShardRuns,
        shards: Callable[[], Iterable[Shard]],
        clock: TwoClocks,
        generation: Callable[[], int],
    ) -> None:
        self.me = me
        self.members = Members(me.member, me.boot, clock.boot())
        self.wishes = Wishes()
        self.looked = Looked()
        self._says = says
        self._prove = prove
        self._runs = runs
        self._shards = shards
        self._clock = clock
        self._generation = generation
        self._ownership = Ownership()
        self._placing = Placing(me.member)
        self._number = 0
        self._began = clock.boot()
        self._proved: float | None = None  # when something was last written that was acknowledged
        self._twins: list[str] = []
        self._spared: frozenset[tuple[str, ShardKind]] = frozenset()
        self._woken: anyio.Event | None = None
        runs.on_released = self.wake
        self._log = structlog.get_logger()

    def hear(self, heartbeat: Heartbeat) -> None:
        """A heartbeat of anybody's."""
        self.members.hear(heartbeat, self._clock.now().wall)
        for text, to in heartbeat.releasing.items():
            if to == self.me.member and text in self.looked.not_here:
                self.wake()

    def wake(self) -> None:
        """The next look is now, and what was said before is said anew."""
        if self._woken is not None:
            self._woken.set()

    async def say(self) -> None:
        """Tells everybody how things stand here."""
        await self._says.say(self.heartbeat())

    def is_left(self, shard: Shard, last: Stamp) -> bool:
        """Whether a log that ends so is of one who lives and has not told of it yet. From any thread."""
        if last.kind is Kind.RELEASE or (last.writer.member, last.writer.boot) not in self.looked.others:
            return False
        return self._ownership.read_claim(shard, last.writer.member, last.epoch, self.members.working)

    def last_acknowledged(self) -> float | None:
        """When NATS last took what this member wrote (boot clock): the beginning of what it acknowledged.

        On the way of the logs, and on that of heartbeats, which may end at another server of NATS.
        """
        logs = [run.journals.lease.until - TERMS.lasts for run in self._runs if run.is_ours]
        if self._proved is None or not logs:
            return self._proved
        return min(self._proved, max(logs))

    def formats(self) -> Formats:
        """Those of this member's logs now."""
        me = self.me
        return Formats(reads_from=me.reads_from, reads_to=me.reads_to, writes=me.writes())

    def heartbeat(self) -> Heartbeat:
        """What this member says now."""
        self._number += 1
        now, me = self._clock.boot(), self.me
        return Heartbeat(
            member=me.member,
            boot=me.boot,
            number=self._number,
            cores=me.cores,
            formats=self.formats(),
            generation=self._generation(),
            appends_work=appends_work(self.last_acknowledged(), now),
            wall=self._clock.now().wall,
            owned={shard.text: epoch for shard, epoch in self._runs.owned().items()},
            releasing={shard.text: to for shard, to in self._runs.released().items()},
            draining=me.member in self.wishes.draining or self._runs.is_ending,
            version=__version__,
            started_ago=now - self._began,
            settling=self._runs.settling(),
            waits={shard.text: round(left, 1) for shard, left in self._runs.waits().items()},
            lost=tuple(shard.text for shard in self._runs.lost()),
            knows_nodes=any(shard.kind is ShardKind.NODE for shard in self.looked.standings),
        )

    async def run(self) -> None:
        """Until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._prove_again_and_again, name="cluster proof")
            while True:
                self._woken = anyio.Event()
                await self.say()
                self.look()
                with anyio.move_on_after(HEARTBEAT_EVERY):
                    await self._woken.wait()

    def look(self) -> None:
        """Looks at everything, and has done what is to be done."""
        now = self._clock.boot()
        # By the connection that brings heartbeats, and no other: whoever hears nobody there, for the server
        # of NATS at its end lost the others, must not bury them all while its logs go on by another way.
        self.members.tick(now, self._proved)
        living, working = self.members.living(), self.members.working
        standings = self._ownership.look(self._shards(), living, working)
        pins = {
            shard: self.wishes.pinned[shard.text] for shard in standings if shard.text in self.wishes.pinned
        }
        placement = self._placing.place(living, standings, pins, self._runs.leaving(), working)
        others = {(one.name, one.heartbeat.boot) for one in living if one.name != self.me.member}
        for order in placement.orders:
            match order:
                case Take(shard):
                    self._runs.take(shard)
                case HandOver(shard, to):
                    self._runs.hand_over(shard, to)
        not_here = {shard.text for shard in standings if self._runs.run(shard) is None}
        self.looked = Looked(standings, placement, others, not_here)
        for run in self._runs:
            if run.shard not in standings:  # its channel or its node is no more
                self._runs.give_up(run.shard)
        self._tell_twins()
        names = {one.name for one in living}
        self._tell_spared(frozenset((name, kind) for name, kind in placement.spared if name in names))

    async def _prove_again_and_again(self) -> None:
        """On the connection of heartbeats: what is written to logs goes another way."""
        while True:
            began = self._clock.boot()
            if self._proved is None or began - self._proved >= TERMS.idle:
                try:
                    await self._prove()
                except Weather:
                    pass
                else:
                    self._proved = began
            await anyio.sleep(HEARTBEAT_EVERY)

    def _tell_spared(self, spared: frozenset[tuple[str, ShardKind]]) -> None:
        for member, kind in sorted(spared - self._spared):
            self._log.warning(
                "member.took_nothing", member=member, kind=kind.value,
                reason="it did not claim what was handed to it, and is given nothing more for a while: look"
                " at `automaton status` there, it may not reach the Panel",
            )  # fmt: skip
        self._spared = spared

    def _tell_twins(self) -> None:
        twins = self.members.twins()
        if twins != self._twins:
            for name in twins:
                self._log.error(
                    "cluster.twins",
                    member=name,
                    reason="two processes have this name: give each its own `member`",
                )
            self._twins = twins
