"""The daemon's side of the fleet's benchmark: a process with the recipes, 20 more rules and a journal."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import anyio
import structlog

from automaton.configuration.load import load_configuration
from automaton.configuration.recipes import all_recipes
from automaton.core import events as ev
from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.daemon.lag import STEPS, Lag
from automaton.daemon.state_folder import StateFolder
from automaton.delivery.message import Message
from automaton.pace.clock import Clock, SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.secret import Secret
from tests.benchmarks.load.frames import PING
from tests.benchmarks.load.play import Fleet, Reached, Sent, allow_files
from tests.benchmarks.load.with_parent import end_with_parent

SETTINGS = """\
{places}
channels:
  ops: {{urls: [{{file: url}}], rate: 1000/1s, group_by: ["..."], group_wait: 0s, group_interval: 1s}}
  oncall: {{urls: [{{file: url}}]}}
limits:
  arm: live
  allow:
    power: [start, stop, restart, kill]
    send: [say, save-all, list, serverchat, saveworld, listplayers, server-save, players, status, save, info,
      "c_save()", server.save, autosavenow, msg, alert, c_announce, shout, broadcast, bc, announce, servermsg,
      glist, 'print("players', server_info, playing]
rules: rules.d
state: state
"""
# Twelve patterns, six thresholds, a state, and the one that answers: what an operator adds to the recipes.
RULES = (
    f"rules:\n  - {{id: ping, when: {{console: '^{PING} (?P<sent>[0-9.]+)$'}}, "
    'do: [{notify: ops, text: "${it.sent}"}]}\n'
    + "".join(
        f"  - {{id: word-{n}, when: {{console: 'Words {n} (?P<who>[a-z]+) did'}}, do: [{{notify: ops}}]}}\n"
        for n in range(12)
    )
    + "".join(
        f"  - {{id: hot-{n}, while: cpu_pct > {9000 + n} and memory_pct > {40 + n}, for: 1m, "
        "do: [{notify: ops}]}\n"
        for n in range(6)
    )
    + "  - {id: down-now, when: {state: running -> offline}, do: [{notify: ops}]}\n"
)
ALL_JUDGED_WITHIN = 20.0  # seconds after the last was sent


@dataclass(slots=True)
class FleetFigures:
    """What one run came to: seconds, MB, and shares of a core."""

    servers: int
    sent: Sent
    up: float
    up_cpu: float
    up_lag: float
    asked: dict[str, int]
    rules: int
    seconds: float = 0.0
    stats: int = 0
    lines: int = 0
    overflows: int = 0
    events: int = 0
    lag: tuple[float, float, float] = (0.0, 0.0, 0.0)  # p50, p99, longest
    pings: list[float] = field(default_factory=list)
    core: float = 0.0
    queued: float = 0.0  # of the time, in which it could have gone on and others had its core
    memory: tuple[float, float, float] = (0.0, 0.0, 0.0)  # before the first server, all up, at the end


class Pings:
    """A chat service that takes the time: of the last `most` messages, of all where None."""

    def __init__(self, clock: Clock, most: int | None = None) -> None:
        self.took: deque[float] = deque(maxlen=most)
        self._clock = clock

    async def send(self, url: Secret, message: Message) -> None:
        text = message.lines[0].text
        if text.replace(".", "").isdigit():
            self.took.append(self._clock.now().mono - float(text))


def configure(folder: Path, reached: Reached, recipes: Path | None = None) -> Path:
    """What an operator writes; gives automaton.yml. `recipes` is a folder with others than the program's."""
    rules = folder / "rules.d"
    rules.mkdir()
    (folder / "state").mkdir(0o700)  # as the lock does for `automaton run`: without it no journal is opened
    if recipes is not None:
        shutil.copytree(recipes, rules, dirs_exist_ok=True)
    else:
        for recipe in all_recipes():
            if recipe.stands_alone:
                (rules / recipe.file).write_text(recipe.text, encoding="utf-8")
    (rules / "bench.yml").write_text(RULES)
    secrets = {"url": "json://bench", **{f"key-{n}": key for n, key in enumerate(reached.keys)}}
    if reached.keys:
        keys = ", ".join(f"{{file: key-{n}}}" for n in range(len(reached.keys)))
        places = f'panels: {{main: {{url: "{reached.panel}", keys: [{keys}]}}}}'
    else:
        secrets |= {f"{name}.yml": text for name, text in reached.nodes.items()}
        places = "nodes:\n" + "\n".join(
            f'  {name}: {{config: {{file: {name}.yml}}, servers: [{{id: "*", egg: Paper}}]}}'
            for name in reached.nodes
        )
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(SETTINGS.format(places=places))
    return folder / "automaton.yml"


def watch(
    load: Connection, told: Connection, fleet: Fleet, core: int | None, up_within: float,
    look: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Runs the daemon until all is judged, and tells what it came to.

    `look` is called where all are up, and again where all was judged.
    """
    end_with_parent()
    if core is not None:
        os.sched_setaffinity(0, {core})
    allow_files(fleet.servers)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
        figures = anyio.run(_watch, load, fleet, Path(folder), up_within, look, backend_options=fast_loop())
    told.send(figures)


async def _watch(
    load: Connection, fleet: Fleet, folder: Path, up_within: float, look: Callable[[], None]
) -> FleetFigures:
    path = configure(folder, await anyio.to_thread.run_sync(load.recv), fleet.recipes)
    clock = SystemClock()
    pings = Pings(clock)
    configuration = load_configuration(path, {}).or_raise()
    daemon = Daemon(
        configuration,
        lambda: load_configuration(path, {}),
        clock,
        env={},
        sender=pings,
        state=StateFolder(configuration.settings),
    )
    empty = resident()
    async with anyio.create_task_group() as tasks:
        began, cpu = clock.now(), _cpu()
        tasks.start_soon(_run, daemon)
        with anyio.fail_after(up_within):
            while not _all_up(daemon, fleet.servers):  # noqa: ASYNC110 - looks on from outside
                await anyio.sleep(0.25)
        up, up_cpu, loop = clock.now() - began, _cpu() - cpu, daemon.host.loop
        # Out of order it would keep what it has to write, and write nothing: no figure of a daemon at work.
        assert daemon.host.writer is not None
        assert daemon.host.writer.state.is_healthy
        load.send("asked")
        asked = await anyio.to_thread.run_sync(load.recv)
        await anyio.sleep(2.0)
        look()
        quiet, up_lag = resident(), loop.lag.longest
        loop.lag, judged, cpu, queued, start = Lag(), loop.judged.copy(), _cpu(), _queued(), clock.now()
        load.send("go")
        sent: Sent = await anyio.to_thread.run_sync(load.recv)
        seconds, cpu, queued = clock.now() - start, _cpu() - cpu, _queued() - queued
        figures = FleetFigures(fleet.servers, sent, up, up_cpu, up_lag, asked, len(daemon.active.book.rules))
        with anyio.move_on_after(ALL_JUDGED_WITHIN):
            while _counted(loop.judged - judged) < sent.stats + sent.lines:  # noqa: ASYNC110 - looks on from outside
                await anyio.sleep(0.1)
        seen, lag = loop.judged - judged, loop.lag
        figures.seconds, figures.events = seconds, lag.events
        figures.stats, figures.lines = seen[ev.StatsReported], seen[ev.LinePrinted]
        figures.overflows = seen[ev.Overflow]
        figures.lag = (percentile(lag, 0.5), percentile(lag, 0.99), lag.longest)
        figures.core, figures.queued = cpu / seconds, queued / seconds
        figures.memory = (empty, quiet, resident())
        figures.pings = list(pings.took)
        look()
        tasks.cancel_scope.cancel()
    return figures


def _counted(judged: Counter[type[ev.Event]]) -> int:
    return judged[ev.StatsReported] + judged[ev.LinePrinted]


async def _run(daemon: Daemon) -> None:
    await daemon.run(signals=False)


def _all_up(daemon: Daemon, servers: int) -> bool:
    known = daemon.host.engine.servers()
    return len(known) == servers and all(one.facts.state is State.RUNNING for one in known.values())


def percentile(lag: Lag, share: float) -> float:
    """Within how many seconds this share of the events was judged: the upper bound of a step."""
    wanted, seen = share * lag.events, 0
    for count, step in zip(lag.counts, STEPS, strict=False):
        seen += count
        if seen >= wanted:
            return min(step, lag.longest)
    return lag.longest


def spread(seconds: list[float]) -> str:
    """Milliseconds, of many."""
    if len(seconds) < 2:
        return "none came"
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f} p99 {cuts[98] * 1000:.1f} max {max(seconds) * 1000:.1f}"


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _queued() -> float:
    """Seconds that the main thread waited for a core."""
    return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9


def resident() -> float:
    """MB that this process has now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
