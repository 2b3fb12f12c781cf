"""A frame's way from the socket to the decision, where each of many links has one a second: CPU and calls.

    python -m tests.benchmarks.trickle [--links 1000] [--seconds 8] [--rounds 2] [--after 2]
                                       [--against PATH] [--pythons PATH,PATH] [--loops]

The whole daemon runs with the recipes over real sockets; Panel and Wings are a process of their own. `stats`
are readings that no rule acts on, `line` lines that concern nobody. It is measured `--after` so many seconds
with all links up: Linux takes a minute or two to put the heap on huge pages. With `--against` another
checkout is measured in turns with this one, each time in a fresh process. `--pythons` are interpreters that
have the project's packages, in turns too, and `--loops` has each of them run on asyncio's own loop too,
without and with eager tasks. Calls are those of Python functions, and of built-in ones beside them, as
`sys.setprofile` sees them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import anyio
import structlog

from automaton.configuration.load import load_configuration
from automaton.configuration.recipes import recipes
from automaton.core import events as ev
from automaton.core.events import State
from automaton.daemon import main as daemon_main
from automaton.daemon.app import Daemon
from automaton.pace.clock import SystemClock
from tests.benchmarks import many_servers
from tests.benchmarks.receiving import text_frame

HERE = Path(__file__).resolve()
SETTINGS = """\
panels: {{main: {{url: "http://127.0.0.1:{port}", keys: [{{file: key}}]}}}}
channels:
  ops: {{urls: [{{file: url}}]}}
  oncall: {{urls: [{{file: url}}]}}
limits:
  arm: shadow  # no game is asked by its console
  allow: {{power: [start, stop, restart, kill], send: [
    say, save-all, serverchat, msg, alert, c_announce, shout, broadcast, bc, announce, servermsg, server_info,
    saveworld, listplayers, save, "c_save()", server-save, "server.save", autosavenow, info, status, list]}}
rules: rules.d
"""
KINDS = ("stats", "line")
NOT_ALONE = ("deploy-hook.yml", "new-build.yml", "wipe.yml")  # they need more of automaton.yml
UP_WITHIN = 180.0
SETTLED_AFTER = 2.0  # seconds with all links up
CALLS_FOR = 2.0  # seconds
ASYNCIO, EAGER = "TRICKLE_ASYNCIO", "TRICKLE_EAGER"  # set in the environment of a run
LINE = "[12:34:56] [Server thread/INFO]: Saving chunks for level 'ServerLevel[world]'/minecraft:overworld"


class Wings(many_servers.Wings):
    """Sends what is measured in the place of readings."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        if kind == "line":
            many_servers._reading = line


def line(chance: random.Random, turn: int) -> bytes:
    """A line, and now and then a reading: a server that sends none for a minute is given up."""
    if turn // many_servers.SLICES % 20 == 0:
        return reading(chance, turn)
    return text_frame(json.dumps({"event": "console output", "args": [LINE]}))


reading = many_servers._reading


def peer(port: int, links: int, kind: str) -> None:
    """A Panel at this port, and Wings beside it, until the process is ended."""
    many_servers.Wings = lambda: Wings(kind)  # type: ignore[assignment,misc] # the one place that makes it
    many_servers.serve(port, links)


def configure(folder: Path, port: int) -> Path:
    rules = folder / "rules.d"
    rules.mkdir()
    for recipe in (one for one in recipes() if one.name not in NOT_ALONE):
        (rules / recipe.name).write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    for name, secret in (("key", "ptlc_key"), ("url", "json://bench")):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(SETTINGS.format(port=port))
    return folder / "automaton.yml"


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured in turns: an interpreter, a checkout, and what is chosen by the environment."""

    name: str
    python: str
    checkout: Path
    env: Mapping[str, str] = field(default_factory=dict)


async def watch(path: Path, links: int, seconds: float, after: float) -> dict[str, float]:
    """Microseconds of CPU a frame, and calls a frame."""
    if sys.version_info >= (3, 12) and os.environ.get(EAGER):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    daemon = Daemon(
        load_configuration(path, {}).or_raise(), lambda: load_configuration(path, {}), SystemClock(), env={}
    )
    figures: dict[str, float] = {}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_run, daemon)
        servers = daemon.host.engine.servers
        with anyio.fail_after(UP_WITHIN):
            while [one.facts.state for one in servers().values()].count(State.RUNNING) < links:  # noqa: ASYNC110 - looks on
                await anyio.sleep(0.5)
        await anyio.sleep(after)  # what belongs to the start is over
        count, cpu = frames(daemon), time.process_time()
        await anyio.sleep(seconds)
        figures["frames"] = frames(daemon) - count
        figures["us"] = (time.process_time() - cpu) / figures["frames"] * 1e6
        figures |= await calls(daemon)
        if folder := os.environ.get("TRICKLE_PROFILE"):
            await profiled(seconds, folder)
        tasks.cancel_scope.cancel()
    return figures


def frames(daemon: Daemon) -> int:
    judged = daemon.host.loop.judged
    return judged[ev.StatsReported] + judged[ev.LinePrinted]


async def calls(daemon: Daemon) -> dict[str, float]:
    counts: Counter[str] = Counter()

    def note(_frame: FrameType, what: str, _of: object) -> None:
        counts[what] += 1

    count = frames(daemon)
    sys.setprofile(note)
    await anyio.sleep(CALLS_FOR)
    sys.setprofile(None)
    judged = frames(daemon) - count
    return {"calls": counts["call"] / judged, "builtin": counts["c_call"] / judged}


async def profiled(seconds: float, to: str) -> None:
    """Writes where the time goes, for `pstats`."""
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    await anyio.sleep(seconds)
    profile.disable()
    profile.dump_stats(to)


async def _run(daemon: Daemon) -> None:
    await daemon.run(signals=False)


def measure(port: int, links: int, seconds: float, after: float) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
        path = configure(Path(folder), port)
        # By the name under which each of the checkouts has it.
        options = {} if os.environ.get(ASYNCIO) else vars(daemon_main)["fast_loop"]()
        figures = anyio.run(watch, path, links, seconds, after, backend_options=options)
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    os._exit(0)  # closing a thousand links is not measured


def one_run(of: Contender, links: int, seconds: float, after: float, kind: str) -> dict[str, float]:
    """In a fresh process, with a fresh peer."""
    processes, port = multiprocessing.get_context("spawn"), _free_port()
    far = processes.Process(target=peer, args=(port, links, kind), daemon=True)
    far.start()
    try:
        ran = subprocess.run(
            [of.python, str(HERE), "--measure", str(port), str(links), str(seconds), str(after)],
            env={**os.environ, **of.env, "PYTHONPATH": str(of.checkout)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        far.terminate()
    if ran.returncode:
        raise SystemExit(ran.stderr)
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        port, links, seconds, after = sys.argv[2:]
        measure(int(port), int(links), float(seconds), float(after))
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--links", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=8.0)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--after", type=float, default=SETTLED_AFTER)
    options.add_argument("--kinds", default=",".join(KINDS))
    options.add_argument("--against", type=Path, help="another checkout of this program")
    options.add_argument("--pythons", default=sys.executable, help="paths, with commas between them")
    options.add_argument("--loops", action="store_true", help="asyncio's own loop, and eager tasks, too")
    asked = options.parse_args()
    sys.stdout.write(f"Python {platform.python_version()}, {asked.links} links\n")
    contenders = list(all_contenders(asked))
    for kind in asked.kinds.split(","):
        found: dict[str, list[dict[str, float]]] = {one.name: [] for one in contenders}
        for _ in range(asked.rounds):
            for one in contenders:
                found[one.name].append(one_run(one, asked.links, asked.seconds, asked.after, kind))
        for name, figures in found.items():
            report(kind, name, figures)


def all_contenders(asked: argparse.Namespace) -> Iterator[Contender]:
    """This checkout under each Python, and the other checkout under this one."""
    here = HERE.parents[2]
    if asked.against:
        yield Contender("other", sys.executable, asked.against.resolve())
    for python in asked.pythons.split(","):
        version = subprocess.check_output(
            [python, "-c", "import platform; print(platform.python_version())"], text=True
        ).strip()
        yield Contender(version, python, here)
        if asked.loops:
            yield Contender(f"{version} asyncio", python, here, {ASYNCIO: "1"})
            # uvloop gives a task factory an argument that Python's own eager one does not take.
            if tuple(map(int, version.split(".")[:2])) >= (3, 12):
                yield Contender(f"{version} eager", python, here, {ASYNCIO: "1", EAGER: "1"})


def report(kind: str, name: str, figures: list[dict[str, float]]) -> None:
    middle = {key: statistics.median(one[key] for one in figures) for key in figures[0]}
    sys.stdout.write(
        f"{kind:6} {name:16} {middle['us']:6.1f} us a frame  {middle['calls']:5.1f} calls "
        f"+ {middle['builtin']:5.1f} built in  ({', '.join(format(one['us'], '.1f') for one in figures)})\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
