"""One stream judged by one engine, or by those of three members: real loops, journals and mail, virtual time.

What stands between engines takes the time that it takes: a turn is in the log some milliseconds after it was
judged, its mail goes out behind it, and NATS carries it in order for each who sends and each who hears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import anyio
from anyio.abc import TaskGroup

from automaton.cluster.names import Names
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.configuration.load import Configuration
from automaton.core import events as ev
from automaton.core.decision import Asked, Decision
from automaton.core.engine import Engine
from automaton.core.engine_events import NodesListed
from automaton.core.events import Event
from automaton.core.outcome import Outcome, Result
from automaton.core.scope import ALONE, Outgoing, Place, Scope
from automaton.daemon.cluster.engine_mail import EngineMail, EngineOutbox
from automaton.daemon.engine_loop import EngineLoop
from automaton.daemon.recorder import Recorder
from automaton.daemon.trail_rows import TrailRows
from automaton.daemon.turn_journal import TurnJournal
from automaton.journal.entry import Entry
from automaton.pace.clock import SteadyClock
from automaton.wings.event_queue import EventQueue

NOON = 1_800_000_000.0
DONE = Outcome(Result.DONE)
ANSWERED_AFTER = 0.2
"""Seconds until a node has answered what it was asked."""

BEGUN_AFTER = 60.0
"""Seconds before the first event: by then engines have heard one another."""

AFTERWARDS = 180.0
"""Seconds after the last event: `for`, quiet times and waiting actions run out."""


A_MOMENT = 1e-6
"""Seconds between two letters on one way, for tasks that wake at the same moment wake in any order."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds, from and to: an append to the log, and the way of a letter through NATS."""

    append: tuple[float, float]
    way: tuple[float, float]


LOOPBACK = Delays((0.002, 0.008), (0.0005, 0.003))
"""As measured with three servers of NATS on one machine (`tests/benchmarks/replicated_log.py`)."""

CONTINENTS = Delays((0.15, 0.3), (0.05, 0.15))
"""With a member and the majority of NATS an ocean apart."""


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """A decision, by how many seconds after the stream's first event it was made."""

    at: float
    decision: Decision


class DelayedWriter:
    """Takes entries, and has them in the log in order, each some time after it was taken."""

    def __init__(self, clock: SteadyClock, chance: Random, delays: Delays) -> None:
        self._clock = clock
        self._chance = chance
        self._delays = delays
        self._written: list[float] = []

    def write(self, entry: Entry) -> int:
        """Its place."""
        at = self._clock.now().mono + self._chance.uniform(*self._delays.append)
        self._written.append(max(at, self._written[-1]) if self._written else at)
        return len(self._written)

    async def committed(self, place: int) -> bool:
        """True, as soon as it is."""
        if place:
            await anyio.sleep(max(0.0, self._written[place - 1] - self._clock.now().mono))
        return True


class Nats:
    """Carries letters to all engines that listen, in order on each way."""

    def __init__(self, clock: SteadyClock, chance: Random, tasks: TaskGroup, delays: Delays) -> None:
        self.engines: list[RunningEngine] = []
        self._clock = clock
        self._chance = chance
        self._tasks = tasks
        self._delays = delays
        self._arrives: dict[tuple[str, str], float] = {}

    def carry(self, member: str, mail: EngineMail, subject: str, body: bytes) -> None:
        """From one member, to each engine for which it is."""
        for engine in self.engines:
            if mail.is_for(subject, engine.shard):
                at = self._clock.now().mono + self._chance.uniform(*self._delays.way)
                way = member, engine.shard.text
                at = self._arrives[way] = max(at, self._arrives.get(way, 0.0) + A_MOMENT)
                self._tasks.start_soon(self._arrive, at, engine, body)

    async def _arrive(self, at: float, engine: RunningEngine, body: bytes) -> None:
        await anyio.sleep(at - self._clock.now().mono)
        event = engine.mail.read(body)
        assert event is not None
        engine.queue.put(event)


@dataclass
class MailingMember:
    """What sends for the engines of one process."""

    name: str
    nats: Nats
    clock: SteadyClock
    mail: EngineMail = field(init=False)

    def __post_init__(self) -> None:
        self.mail = EngineMail(Names("judging"), self, self.clock)

    async def publish(self, subject: str, body: bytes) -> None:
        """As NATS' client: it is on its way."""
        self.nats.carry(self.name, self.mail, subject, body)


class RunningEngine:
    """An engine, turned by the daemon's loop; each call is answered as done. `decisions` is what it made."""

    def __init__(
        self, configuration: Configuration, clock: SteadyClock, chance: Random, tasks: TaskGroup,
        delays: Delays, member: MailingMember | None = None, shard: Shard = FLEET, scope: Scope = Scope.WHOLE,
        place: Place = ALONE,
    ) -> None:  # fmt: skip
        book, limits = configuration.book, configuration.limits
        self.shard, self.queue = shard, EventQueue()
        self.decisions: list[Decision] = []
        self._clock, self._tasks = clock, tasks
        self._member = member
        engine = Engine(book, limits, clock.now(), None, scope, place=place)
        self._journal = TurnJournal(
            engine, clock, TrailRows(clock, lambda *_: ""), DelayedWriter(clock, chance, delays), {}
        )
        self._outbox = EngineOutbox(member.mail, self._journal.written) if member is not None else None
        self.loop = EngineLoop(
            engine, self.queue, self, self._journal, self._say, self._perform, clock,
            recorder=Recorder(engine, clock, lambda: (book, limits)), send=self._send,
        )  # fmt: skip

    @property
    def mail(self) -> EngineMail:
        """That of its member."""
        assert self._member is not None
        return self._member.mail

    def write(self, decision: Decision) -> None:
        """Keeps a decision."""
        self.decisions.append(decision)

    def begin(self) -> None:
        """Has it turn."""
        self.loop.begin(())
        self._tasks.start_soon(self.loop.run)

    def _say(self, asked: Asked) -> None:
        self._ended(asked)

    def _perform(self, calls: Sequence[Asked], place: int) -> None:
        for asked in calls:
            self._tasks.start_soon(self._do, asked, place)

    async def _do(self, asked: Asked, place: int) -> None:
        await self._journal.written(place)
        await anyio.sleep(ANSWERED_AFTER)
        self._ended(asked)

    def _ended(self, asked: Asked) -> None:
        at = self._clock.now()
        self.queue.put(ev.CallEnded(server=asked.call.server, at=at, number=asked.number, outcome=DONE))

    def _send(self, outgoing: Sequence[Outgoing], place: int) -> None:
        assert self._outbox is not None
        self._outbox.put(outgoing, place, self._tasks)


async def by_one(
    configuration: Configuration, stream: Sequence[Event], seed: int, delays: Delays
) -> list[MadeDecision]:
    """What a single daemon's engine decides."""
    found: list[MadeDecision] = []
    async with anyio.create_task_group() as tasks:
        clock = SteadyClock(NOON)
        engine = RunningEngine(configuration, clock, Random(seed), tasks, delays)
        found.extend(await _judged(tasks, clock, [engine], lambda _server: engine, stream))
    return found


async def by_three(
    configuration: Configuration, stream: Sequence[Event], seed: int, delays: Delays
) -> list[MadeDecision]:
    """What the engines of three members decide: one a node, and the fleet's beside the first."""
    found: list[MadeDecision] = []
    homes = {event.profile.uuid: event.profile.node for event in stream if isinstance(event, ev.ServerListed)}
    async with anyio.create_task_group() as tasks:
        clock, chance = SteadyClock(NOON), Random(seed)
        nats = Nats(clock, chance, tasks, delays)
        engines: dict[str, RunningEngine] = {}
        for number, node in enumerate(sorted(set(homes.values())), 1):
            member = MailingMember(f"m{number}", nats, clock)
            shard, place = Shard(ShardKind.NODE, node), Place(node=node, epoch=number)
            engines[node] = RunningEngine(
                configuration, clock, chance, tasks, delays, member, shard, Scope.NODE, place
            )
            if number == 1:
                engines[FLEET.text] = RunningEngine(
                    configuration, clock, chance, tasks, delays, member, FLEET, Scope.FLEET, Place(epoch=9)
                )
        nats.engines += engines.values()
        nodes = tuple(sorted(set(homes.values())))
        engines[FLEET.text].queue.put(NodesListed(server="", at=clock.now(), nodes=nodes))
        found.extend(
            await _judged(tasks, clock, engines.values(), lambda server: engines[homes[server]], stream)
        )
    return found


async def _judged(
    tasks: TaskGroup, clock: SteadyClock, engines: Iterable[RunningEngine],
    engine_of: Callable[[str], RunningEngine], stream: Sequence[Event],
) -> list[MadeDecision]:  # fmt: skip
    """Has the engines turn while the stream is told at its own pace; gives what all decided, in order."""
    for engine in engines:
        engine.begin()
    first, begun = stream[0].at, False
    start = clock.now() + BEGUN_AFTER
    for event in stream:
        if not begun and not isinstance(event, ev.ServerListed):
            begun = True
        if begun:
            await anyio.sleep(max(0.0, (start + (event.at - first)) - clock.now()))
        engine_of(event.server).queue.put(replace(event, at=clock.now()))
    await anyio.sleep(AFTERWARDS)
    tasks.cancel_scope.cancel()
    found = [MadeDecision(one.at - start, one) for engine in engines for one in engine.decisions]
    return sorted(found, key=lambda one: one.at)
