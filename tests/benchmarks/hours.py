"""Whether what the engine keeps in memory stands still: hours of a fleet, without waiting for them.

    python -m tests.benchmarks.hours [--servers 300] [--hours 6] [--crashes 30] [--replaced 6]

The recipes and 20 more rules judge readings, crashes, and servers that go and others that come, as often as
in `soak`. Time is virtual: some hours of 300 servers pass in a minute. No socket and no journal take part, so
what grows here is what is remembered of servers, rules and decisions. Resident memory, and blocks of Python's
own allocator, are told each half hour.
"""

from __future__ import annotations

import argparse
import gc
import platform
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

from automaton.configuration.load import load_configuration
from automaton.core import events as ev
from automaton.core.decision import Asked, Decision
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.inspector import Inspector
from tests.benchmarks.flatness import BEGIN, uuid_of
from tests.benchmarks.fleet_daemon import configure, resident
from tests.benchmarks.load.play import Reached

STEP = 30.0  # seconds between two readings of a server
TOLD_EVERY = 1800.0
SERVERS_A_NODE = 50
DONE = '[12:00:00] [Server thread/INFO]: Done (5.210s)! For help, type "help"'


class Fleet:
    """An engine with the history of its decisions, and what happens to its servers."""

    def __init__(self, count: int, crashes: float, replaced: float) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = configure(Path(folder), Reached("http://127.0.0.1:1", ["key"], {}))
            found = load_configuration(path, {}).or_raise()
        self.engine = Engine(found.book, found.limits, BEGIN)
        self.crashed = self.replaced = 0
        self._history = DecisionHistory(Inspector(self.engine).look, self.engine)
        self._rates = (crashes * count / 1000 / 60, replaced * count / 1000 / 60)  # a second
        self._chance = Random(41)
        self._calls: list[Asked] = []
        self._next = 0
        self._began: dict[str, float] = {}  # by server, seconds
        for _ in range(count):
            self._come(BEGIN, 0.0)

    def step(self, at: float) -> None:
        """All that happens in the seconds of one step from there on."""
        for place, server in enumerate(list(self._began)):
            self._hear(self._reading(server, at + STEP * place / len(self._began)))
        end = at + STEP
        for rate, act in zip(self._rates, (self._crash, self._replace), strict=True):
            for _ in range(int(rate * STEP + self._chance.random())):
                act(self._chance.choice(list(self._began)), end)
        self._take(self.engine.advance(BEGIN + (end + 10.0)))
        self.engine.take_changes(self.engine.now)
        calls, self._calls = self._calls, []
        for asked in calls:
            self._hear(
                ev.CallEnded(
                    server=asked.call.server, at=self.engine.now, number=asked.number,
                    outcome=Outcome(Result.DONE),
                )
            )  # fmt: skip

    def _reading(self, server: str, at: float) -> Event:
        return ev.StatsReported(
            server=server, at=BEGIN + at, memory=(1 << 30) + self._chance.randrange(1 << 28),
            memory_limit=8 << 30, cpu_pct=100 * self._chance.random(), disk=5 << 30, rx=int(1000 * at),
            tx=int(2000 * at), uptime=60.0 + at - self._began[server],
        )  # fmt: skip

    def _crash(self, server: str, at: float) -> None:
        self.crashed += 1
        self._began[server] = at
        now, later = BEGIN + at, BEGIN + (at + 6.0)
        for event in (
            ev.StateChanged(server=server, at=now, state=State.OFFLINE),
            ev.Occurred(server=server, at=now, name="crash", fields={"exit_code": 1, "oom": False}),
            ev.StateChanged(server=server, at=now, state=State.STARTING),
            ev.LinePrinted(server=server, at=later, text=DONE),
            ev.StateChanged(server=server, at=later, state=State.RUNNING),
        ):
            self._hear(event)

    def _replace(self, server: str, at: float) -> None:
        self.replaced += 1
        del self._began[server]
        self._hear(ev.ServerGone(server=server, at=BEGIN + at, reason="it is not listed any more"))
        self._come(BEGIN + at, at)

    def _come(self, now: Moment, at: float) -> None:
        number, uuid = self._next, uuid_of(self._next)
        self._next += 1
        self._began[uuid] = at
        node = f"node-{number // SERVERS_A_NODE}"
        profile = Profile(uuid=uuid, id=uuid[:8], name=f"server-{number}", node=node, egg="Paper")
        self._hear(ev.ServerListed(server=uuid, at=now, profile=profile))
        self._hear(ev.LinkUp(server=uuid, at=now))
        self._hear(ev.StateReported(server=uuid, at=now, state=State.RUNNING))

    def _hear(self, event: Event) -> None:
        self._history.observe(event)
        self._take(self.engine.handle(event))

    def _take(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            self._history.write(decision)
            self._calls += decision.calls


def main(arguments: list[str] | None = None) -> None:
    """Prints a row each half hour."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--servers", type=int, default=300)
    options.add_argument("--hours", type=float, default=6.0)
    options.add_argument("--crashes", type=float, default=30.0, help="a minute, of a thousand servers")
    options.add_argument("--replaced", type=float, default=6.0, help="a minute, of a thousand servers")
    asked = options.parse_args(arguments)
    _say(f"Python {platform.python_version()}; {asked.servers} servers")
    gc.set_threshold(100_000, 50, 100)
    fleet, at = Fleet(asked.servers, asked.crashes, asked.replaced), 0.0
    while at < 3600 * asked.hours:
        fleet.step(at)
        at += STEP
        if at % TOLD_EVERY == 0.0:
            gc.collect()
            _say(
                f"  {at / 3600:4.1f} h: {resident():.1f} MB, {sys.getallocatedblocks() / 1000:,.0f} k blocks"
                f"; {fleet.crashed} crashed, {fleet.replaced} replaced"
            )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
