"""Whether an event costs more in a larger fleet, or where a rule has more keys.

Run as `python -m tests.benchmarks.flatness [CASE …]`. Each case is one rule, and an event that it must look
at: the size is that of the fleet, or of the list in `by`. Processor time of the engine alone.
"""

from __future__ import annotations

import gc
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.workbench.replay_rules import rules_for_replay

SIZES = (100, 1_000, 10_000)
EVENTS = 3_000  # and at the most three of a server, for its history to be as long
BEGIN = Moment(0.0, 1_800_000_000.0)


@dataclass(frozen=True)
class Sweep:
    """`rule` is its YAML. `keys`: the size is that of a list in `by` at one server, not of the fleet."""

    rule: str
    keys: bool = False


SWEEPS = {
    "no rule": Sweep("{id: none, when: {console: nobody says this}}"),
    "avg": Sweep("{id: a, while: 'avg(cpu_pct, 5m) > 900'}"),
    "rate": Sweep("{id: a, while: 'rate(rx, 5m) > 1000GiB'}"),
    "count by node": Sweep("{id: a, by: node, while: 'count(cpu_pct > 50) > 1000000'}"),
    "count by fleet": Sweep("{id: a, by: fleet, while: 'count(cpu_pct > 50) > 1000000'}"),
    "share by fleet": Sweep("{id: a, by: fleet, while: 'share(cpu_pct > 50) > 0.9'}"),
    "sum by fleet": Sweep("{id: a, by: fleet, while: 'sum(memory) > 1000000GiB'}"),
    "sum of fractions": Sweep("{id: a, by: fleet, while: 'sum(cpu_pct) > 1000000000000'}"),
    "names": Sweep(
        "{id: a, by: fleet, while: 'count(cpu_pct > 50) > 1000000',"
        " do: [{notify: ops, text: 'hot: ${names(cpu_pct > 50)}'}]}"
    ),
    "keys": Sweep("{id: a, by: [it.player], when: {console: '^joined (?P<player>.+)'}}", keys=True),
    "keys with a count": Sweep(
        "{id: a, by: [it.player], when: {console: '^joined (?P<player>.+)'}, count: 300, within: 1h}",
        keys=True,
    ),
}


def engine_of(rule: str) -> Engine:
    """An engine with this one rule, armed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rule.yml"
        file.write_text(f"rules: [{rule}]\n")
        judge, _ = rules_for_replay(None, [file], Arm.LIVE)
    return Engine(judge.book, Limits(arm=Arm.LIVE), BEGIN)


def uuid_of(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def listed(engine: Engine, servers: int) -> None:
    """Lists servers, of which each hundred share a node, and has all of them run."""
    for number in range(servers):
        uuid = uuid_of(number)
        profile = Profile(uuid=uuid, id=uuid[:8], name=f"server-{number}", node=f"node-{number // 100}")
        engine.handle(ev.ServerListed(server=uuid, at=BEGIN, profile=profile))
        engine.handle(ev.LinkUp(server=uuid, at=BEGIN))
        engine.handle(ev.StateReported(server=uuid, at=BEGIN, state=State.RUNNING))


def readings(servers: int) -> Iterator[Event]:
    """One a second of each server, for ever; its processor is above the half every other time."""
    second = 0
    while True:
        second += 1
        for number in range(servers):
            yield ev.StatsReported(
                server=uuid_of(number), at=BEGIN + (second + number / servers), memory=second * 1000 + number,
                memory_limit=8 << 30, cpu_pct=25.5 if (second + number) % 2 else 75.25, disk=5 << 30,
                rx=second * 1000, tx=second * 2000, uptime=60.0 + second,
            )  # fmt: skip


def joins(keys: int) -> Iterator[Event]:
    """Players who come one after the other, and again."""
    turn = 0
    while True:
        turn += 1
        at = BEGIN + turn * 0.01
        yield ev.LinePrinted(server=uuid_of(0), at=at, text=f"joined player-{turn % keys}")


def measure(sweep: Sweep, size: int) -> float:
    """Microseconds an event, once each server or key has had one or two."""
    engine = engine_of(sweep.rule)
    listed(engine, 1 if sweep.keys else size)
    events = joins(size) if sweep.keys else readings(size)
    for event in islice(events, 2 * size):
        engine.handle(event)
    measured = list(islice(events, EVENTS if sweep.keys else min(EVENTS, 3 * size)))
    gc.collect()
    began = time.process_time()
    for event in measured:
        engine.handle(event)
    return (time.process_time() - began) / len(measured) * 1e6


def schedule(size: int) -> float:
    """Microseconds a server of a schedule that comes for all at once."""
    engine = engine_of("{id: a, when: {schedule: '0 * * * *', tz: UTC}}")
    listed(engine, size)
    first = engine.next_deadline()
    assert first is not None
    began = time.process_time()
    engine.advance(BEGIN + (first + 3_600.0))
    return (time.process_time() - began) / size * 1e6


def main() -> None:
    """Prints a row a case."""
    sys.stdout.write(
        f"us an event at {', '.join(f'{size:,}' for size in SIZES)}; Python {platform.python_version()}\n"
    )
    gc.set_threshold(100_000, 50, 100)
    for name in sys.argv[1:] or [*SWEEPS, "schedule"]:
        figures = [schedule(size) if name == "schedule" else measure(SWEEPS[name], size) for size in SIZES]
        shown = "".join(f"{figure:>11.1f}" for figure in figures)
        sys.stdout.write(f"{name:20}{shown}   x {figures[-1] / figures[0]:.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
