"""What the journal costs the engine, and how long a start from 10,000 open keys takes.

    python -m tests.benchmarks.journalled [--servers 1000] [--seconds 60]

Two engines are given the same events in turns, some thousand at a time: one alone, one whose every turn is
an entry of a journal on disk, as `daemon/engine_loop.py` has it. CPU time of the engine's own thread. Quote
the ratio, not the figures.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import anyio
import anyio.lowlevel
import structlog

from automaton.configuration.load import load_configuration
from automaton.configuration.recipes import recipes
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.state_folder import StateFolder
from automaton.daemon.trail_rows import TrailRows
from automaton.daemon.turn_journal import TurnJournal
from automaton.journal.retention import Retention
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.journal.writer import JournalWriter
from automaton.workbench.replay_rules import ReplayRules, rules_for_replay
from tests.benchmarks.replay import events

MOST = 1.10
KEYS, START_WITHIN = 10_000, 2.0
KEYED_SERVERS = 100
CHUNK = 4_000  # events of one side before it is the other's turn
ROUNDS = 3
NOON = Moment(0.0, 1_800_000_000.0)
DONE = Outcome(Result.DONE)
KEPT = Retention(30 * 86_400.0, 1 << 30)
SETTINGS = """\
panels: {main: {url: "https://panel.test", keys: [{file: key}]}}
limits: {arm: live}
rules: rules.d
state: state
"""
KEYED = """\
rules:
  - id: keyed
    when: {console: '^key (?P<word>[a-z0-9]+)$'}
    by: [it.word]
    until: 24h
    cooldown: 1h
    do: [{wait: 12h}]
"""


class EventClock:
    """Shows the moment of the event that is judged."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> Moment:
        return self.moment


@dataclass
class Side:
    """An engine, perhaps with its journal, and what it took so far."""

    engine: Engine
    clock: EventClock
    journal: TurnJournal | None = None
    spent: float = 0.0
    events: int = 0

    async def judge(self, happened: Sequence[Event]) -> None:
        """Judges them, each call done at once; counts the time of this thread.

        What was written is on disk before the next event: here a minute passes in two seconds, and at its own
        pace the engine would be idle meanwhile.
        """
        began = time.thread_time()
        for event in happened:
            left = [event]
            while left:
                one = left.pop()
                self.clock.moment = one.at
                decisions = self.engine.handle(one)
                if self.journal is not None and self.journal.is_due(decisions, one, one.at.mono):
                    self.journal.begin_turn()
                    place = self.journal.end_turn(decisions, one)
                    self.spent += time.thread_time() - began
                    await self.journal.written(place)
                    began = time.thread_time()
                left += [
                    ev.CallEnded(server=asked.call.server, at=one.at, number=asked.number, outcome=DONE)
                    for decision in decisions
                    for asked in decision.calls
                ]
                self.events += 1
        self.spent += time.thread_time() - began

    @property
    def each(self) -> float:
        """Microseconds an event."""
        return 1e6 * self.spent / self.events


def engine_of(judge: ReplayRules) -> Engine:
    return Engine(judge.book, judge.limits_for(Arm.LIVE), NOON, {})


@asynccontextmanager
async def journalled(
    engine: Engine, clock: EventClock, folder: Path
) -> AsyncIterator[tuple[TurnJournal, JournalWriter]]:
    """The journal of an engine, written to a folder until the block is left."""
    journals = SqliteJournals(folder, lambda: KEPT)
    writer = JournalWriter(journals, journals.open(), lambda: journal.everything())
    journal = TurnJournal(engine, clock, TrailRows(clock, lambda *_: ""), writer, {})
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        await anyio.lowlevel.checkpoint()
        journal.begin(())
        yield journal, writer
        await writer.close()


async def compare(judge: ReplayRules, happened: Sequence[Event]) -> tuple[Side, Side]:
    """Both sides over the same events, in turns; which of them is first changes with each."""
    alone = Side(engine_of(judge), EventClock())
    kept = Side(engine_of(judge), EventClock())
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
        async with journalled(kept.engine, kept.clock, Path(folder)) as (kept.journal, writer):
            for number, begin in enumerate(range(0, len(happened), CHUNK)):
                sides = (alone, kept) if number % 2 else (kept, alone)
                for side in sides:
                    await side.judge(happened[begin : begin + CHUNK])
            figures = writer.figures()
    sys.stdout.write(f"  {figures.entries:,} entries in {figures.commits:,} commits\n")
    return alone, kept


async def start_anew(folder: Path) -> float:
    """CPU seconds from the folder of a daemon that ended to an engine that goes on and is written.

    All threads of the process, for others may use the machine too.
    """
    configuration = load_configuration(folder / "automaton.yml", {}).or_raise()
    began = time.process_time()
    clock = EventClock()
    state = StateFolder(configuration.settings)
    found = state.open()
    engine = Engine(configuration.book, configuration.limits, clock.now(), found.memory)
    writer = state.writer(lambda: journal.everything(), lambda _: None)
    journal = TurnJournal(engine, clock, TrailRows(clock, lambda *_: ""), writer, found.kept)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        await anyio.lowlevel.checkpoint()
        assert await journal.written(journal.begin(found.stale))
        for event in listed():
            engine.handle(event)
        took = time.process_time() - began
        await writer.close()
    taken_up = sum(state.incident is not None for state in engine.rule_states())
    assert taken_up == KEYS, f"{taken_up} keys were taken up"
    return took


async def fill(folder: Path) -> None:
    """A state folder with so many open keys in it."""
    (folder / "rules.d").mkdir()
    (folder / "rules.d" / "rules.yml").write_text(KEYED)
    (folder / "key").touch(mode=0o600)
    (folder / "key").write_text("ptlc_" + "x" * 40)
    (folder / "automaton.yml").write_text(SETTINGS)
    (folder / "state").mkdir(mode=0o700)
    configuration = load_configuration(folder / "automaton.yml", {}).or_raise()
    clock = EventClock()
    engine = Engine(configuration.book, configuration.limits, NOON, None)
    async with journalled(engine, clock, folder / "state") as (journal, _):
        await Side(engine, clock, journal).judge(list(keys()))
        journal.end()


SERVERS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(KEYED_SERVERS)]


def listed() -> Iterator[Event]:
    """The servers of the Panel's list, all of them seen."""
    for uuid in SERVERS:
        profile = Profile(uuid=uuid, id=uuid[:8], name=uuid[:8], node="node-1", egg="Paper", disk_limit=0)
        yield ev.ServerListed(server=uuid, at=NOON, profile=profile)
        yield ev.LinkUp(server=uuid, at=NOON)
        yield ev.StateReported(server=uuid, at=NOON, state=State.RUNNING)


def keys() -> Iterator[Event]:
    """Lines that open an incident each."""
    yield from listed()
    for number in range(KEYS):
        server = SERVERS[number % KEYED_SERVERS]
        yield ev.LinePrinted(server=server, at=NOON + number / 1e4, text=f"key w{number}")


def main() -> None:
    """Prints the figures; ends with 1 where one of them is over its bound."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--servers", type=int, default=1000)
    options.add_argument("--seconds", type=int, default=60)
    asked = options.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    judge, _ = rules_for_replay(None, [Path(str(one)) for one in recipes()], Arm.LIVE)
    happened = events(Random(7), asked.servers, asked.seconds)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    ratios = []
    for _ in range(ROUNDS):
        alone, kept = anyio.run(compare, judge, happened)
        ratios.append(kept.each / alone.each)
        sys.stdout.write(
            f"{asked.servers:,} servers, {alone.events:,} events: {alone.each:.2f} µs an event alone, "
            f"{kept.each:.2f} with the journal\n"
        )
    ratio = statistics.median(ratios)
    sys.stdout.write(f"with the journal against without: {ratio:.3f} (at most {MOST:.2f})\n")
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as name:
        anyio.run(fill, Path(name))
        size = (Path(name) / "state" / "journal.db").stat().st_size / (1 << 20)
        took = statistics.median(anyio.run(start_anew, Path(name)) for _ in range(ROUNDS))
    sys.stdout.write(
        f"start from {KEYS:,} open keys ({size:.1f} MiB): {took:.2f} s of CPU (at most {START_WITHIN:g} s)\n"
    )
    sys.exit(ratio > MOST or took > START_WITHIN)


if __name__ == "__main__":
    main()
