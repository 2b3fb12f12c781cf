"""How many events a second a replay judges, with the recipes loaded: from the file to the summary.

Run as `python -m tests.benchmarks.replay`. The recording is made of what a fleet of 300 servers gives a
daemon: one reading and one line a second each, of which one line in a hundred means something to a rule,
and now and then a change of state; memory wanders by about 1 % a second, and a tenth of the servers come
near their limit. CPU time of the one core, for others may use it too.
"""

from __future__ import annotations

import gc
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from random import Random

from automaton.configuration.recipes import recipes
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.recorder import Recorder
from automaton.web.recording_format import read_row
from automaton.workbench.recording_reader import group_by_recording
from automaton.workbench.replay_rules import ReplayRules, rules_for_replay
from automaton.workbench.replay_side import ReplaySide, play_recording

SERVERS, SECONDS, ROUNDS = 300, 600, 3
GOAL = 100_000
DONE = Outcome(Result.DONE)
FOR_ALL = (ev.ServerListed, ev.LinkUp, ev.StateReported)

CHATTER = (
    "[12:00:00] [Server thread/INFO]: Saving chunks for level 'ServerLevel[world]'/minecraft:overworld",
    "[12:00:00] [User Authenticator #1/INFO]: UUID of player Steve is 069a79f4-44e9-4726-a5be-fca90e38aaf5",
    "[12:00:00] [Server thread/INFO]: <Steve> has anybody seen my horse?",
    "[12:00:00] [Server thread/WARN]: Steve moved too quickly! 12.1,0.2,4.0",
)
TELLING = (
    "[12:00:00] [Server thread/INFO]: Steve[/10.0.0.1:50000] logged in with entity id 17 at (1.5, 64.0, 2.5)",
    "[12:00:00] [Server thread/WARN]: Can't keep up! Is the server overloaded? Running 2500ms behind",
)


class StandingClock:
    """Never asked while it is recorded but for the beginning."""

    def now(self) -> Moment:
        return Moment(0.0, 1_800_000_000.0)


def events(chance: Random, servers: int = SERVERS, seconds: int = SECONDS) -> list[Event]:
    """What the fleet tells, in order."""
    profiles = [
        Profile(
            uuid=f"{number:08x}-0000-4000-8000-000000000000", id=f"{number:08x}", name=f"server-{number}",
            node=f"node-{number % 10}", egg="Paper" if number % 2 else "Rust", disk_limit=10 << 30,
        )
        for number in range(servers)
    ]  # fmt: skip
    made: list[Event] = []
    begin = StandingClock().now()
    memory = {profile.uuid: chance.uniform(0.4, 0.9) for profile in profiles}
    for profile in profiles:
        made.append(ev.ServerListed(server=profile.uuid, at=begin, profile=profile))
        made.append(ev.LinkUp(server=profile.uuid, at=begin))
        made.append(ev.StateReported(server=profile.uuid, at=begin, state=State.RUNNING))
    for second in range(1, seconds + 1):
        for number, profile in enumerate(profiles):
            at = begin + (second + number / servers)
            memory[profile.uuid] = min(0.99, max(0.2, memory[profile.uuid] + chance.gauss(0, 0.01)))
            made.append(_reading(profile, at, second, memory[profile.uuid], chance))
            lines = TELLING if chance.random() < 0.01 else CHATTER
            made.append(ev.LinePrinted(server=profile.uuid, at=at, text=chance.choice(lines)))
            if chance.random() < 0.0005:
                made.append(ev.StateChanged(server=profile.uuid, at=at, state=chance.choice(list(State))))
    return made


def _reading(profile: Profile, at: Moment, second: int, memory: float, chance: Random) -> Event:
    return ev.StatsReported(
        server=profile.uuid, at=at, memory=int(memory * (8 << 30)), memory_limit=8 << 30,
        cpu_pct=chance.uniform(0, 300), disk=5 << 30, rx=second * 1000, tx=second * 2000,
        uptime=3600.0 + second,
    )  # fmt: skip


def write(judge: ReplayRules, path: Path, happened: list[Event]) -> int:
    """Records a daemon that is given them and whose calls are done at once. How many events that were."""
    limits, clock = judge.limits_for(Arm.LIVE), StandingClock()
    engine = Engine(judge.book, limits, clock.now(), {})
    recorder = Recorder(engine, clock, lambda: (judge.book, limits))
    recording = recorder.begin(1 << 40, began_with={})
    count = 0
    with path.open("wb") as file:
        for event in happened:
            left = [event]
            while left:
                one = left.pop(0)
                count += 1
                recorder.took(one)
                for decision in engine.handle(one):
                    recorder.asked(decision)
                    left += [
                        ev.CallEnded(server=asked.call.server, at=one.at, number=asked.number, outcome=DONE)
                        for asked in decision.calls
                    ]
            if count % 1000 == 0:
                file.write(recording.rest())
        file.write(recording.rest())
    return count


def main() -> None:
    """Prints the figures."""
    versions = f"msgspec {version('msgspec')}, Python {platform.python_version()}, {platform.machine()}"
    judge, _ = rules_for_replay(None, [Path(str(one)) for one in recipes()], Arm.LIVE)
    sys.stdout.write(f"{len(judge.book.rules)} rules of the recipes, one core; {versions}\n")
    happened = events(Random(7))
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    mixes: dict[str, type[Event]] = {
        f"one to one (goal {GOAL:,})": Event,
        "readings alone": ev.StatsReported,
        "lines alone": ev.LinePrinted,
    }
    for name, kind in mixes.items():
        _measure(name, judge, [one for one in happened if isinstance(one, (kind, *FOR_ALL))])


def _measure(name: str, judge: ReplayRules, happened: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        count = write(judge, path, happened)
        size = path.stat().st_size / (1 << 20)
        rate = statistics.median(_rate(judge, path, count) for _ in range(ROUNDS))
        reading = statistics.median(_reading_rate(path, count) for _ in range(ROUNDS))
    sys.stdout.write(
        f"{name}: {count:,} events, {size:.0f} MiB; judged {rate:,.0f} a second, only read {reading:,.0f}\n"
    )


def _rate(judge: ReplayRules, path: Path, count: int) -> float:
    side = ReplaySide(judge)
    began = time.process_time()
    play_recording(group_by_recording([path])[0], [side], lambda _: None)
    rate = count / (time.process_time() - began)
    assert side.events == count
    assert side.is_exact
    return rate


def _reading_rate(path: Path, count: int) -> float:
    began = time.process_time()
    with path.open("rb") as file:
        for line in file:
            read_row(line)
    return count / (time.process_time() - began)


if __name__ == "__main__":
    main()
