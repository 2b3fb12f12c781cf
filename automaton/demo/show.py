"""Joins simulator, daemon and live view: the daemon's main job, seen from outside.

Everything runs in one process and talks over real sockets of the loopback interface.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import anyio
from anyio.abc import TaskGroup
from rich.console import Console
from rich.live import Live
from rich.text import Text

from automaton.configuration.load import CheckedConfiguration, load_configuration
from automaton.configuration.recipes import all_recipes
from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.daemon.logs import log_setup
from automaton.daemon.state_folder import StateFolder
from automaton.demo import script, view
from automaton.demo.receiver import Receiver, receiving
from automaton.demo.script import Evidence, ScriptedIncident
from automaton.pace.clock import SystemClock
from automaton.password_hash import hash_password
from automaton.printable import say
from automaton.settings.control_socket import control_socket
from automaton.simulator.serve import Simulation, simulated
from automaton.workbench.harmless_console import HarmlessConsole

SERVERS, NODES = 12, 2
GAMES = ("minecraft", "valheim")  # what the simulator plays where nobody names a game
FRAMES = 4  # a second
UP_WITHIN = 30.0
WITHOUT_A_TERMINAL = script.LENGTH + 2.0
"""Seconds until it ends by itself where nobody can look at it: it would go on and say nothing."""

OK, FAILED = 0, 1

CONFIG = """\
panels: {{sim: {{url: "{panel}", keys: [{{file: key}}]}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], rate: 100/1m, group_wait: 0s, group_interval: 1s}}
  oncall: {{urls: [{{file: ops.url}}], min_severity: critical, group_interval: 1s}}
limits:
  arm: live
  allow: {{power: [start, stop, restart, kill], send: [say, tell, save-all, list]}}
  report: ops
rules: rules.d
state: state
listen: {{http: "127.0.0.1:{port}"}}
web: {{users: {{demo: {{password: {{file: web_password}}, role: operator}}}}}}
"""
USUAL_PORT = 9532


@dataclass(frozen=True, slots=True)
class DemoPage:
    """Where the page is, and the password of `demo`, who may act."""

    port: int
    password: str

    def __str__(self) -> str:
        return f"in the browser: http://127.0.0.1:{self.port}  name demo  password {self.password}"


async def show(seconds: float | None, console: Console) -> int:
    """Runs until interrupted, or for so many seconds; then says what came of it.

    The exit code is 1 only where the whole script had its time and an incident did not lead to its action.
    """
    if seconds is None and not console.is_terminal:
        seconds = WITHOUT_A_TERMINAL
        console.print(f"without a terminal nothing is shown live: a summary comes in {seconds:.0f} seconds")
    with TemporaryDirectory(prefix="automaton-demo-") as name:
        folder = Path(name)
        async with simulated(servers=SERVERS, nodes=NODES) as simulation, receiving() as receiver:
            page = DemoPage(_free_port(), secrets.token_urlsafe(9))
            if not console.is_terminal:  # else it stands under the title
                console.print(str(page), highlight=False, soft_wrap=True)
            load = configure(folder, simulation, receiver, page)
            evidence = Evidence(simulation.world, receiver)
            with (folder / "automaton.log").open("w", encoding="utf-8") as log:
                log_setup.configure("info", "text", log, os.environ)
                daemon = _daemon_of(load, log)
                code = await _perform(daemon, evidence, seconds, console, page)
            if code != OK:
                say((folder / "automaton.log").read_text(encoding="utf-8"), err=True, nl=False)
            return code


def configure(
    folder: Path, simulation: Simulation, receiver: Receiver, page: DemoPage
) -> Callable[[], CheckedConfiguration]:
    """Writes what an operator would: automaton.yml, the key, the recipes, and the demo's own rules."""
    (folder / "automaton.yml").write_text(CONFIG.format(panel=simulation.panel, port=page.port))
    hashed = hash_password(page.password)
    for name, secret in (("key", simulation.key), ("ops.url", receiver.url), ("web_password", hashed)):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "state").mkdir(0o700)  # as the lock does for `automaton run`: without it no journal is opened
    rules = folder / "rules.d"
    rules.mkdir()
    shipped = {one.file: one.text for one in all_recipes() if one.stands_alone and one.fits(GAMES)}
    own = (files("automaton.demo") / "demo.yml").read_text(encoding="utf-8")
    for file, text in {**shipped, "demo.yml": own}.items():
        (rules / file).write_text(text, encoding="utf-8")
    return lambda: load_configuration(folder / "automaton.yml", {})


def _daemon_of(load: Callable[[], CheckedConfiguration], log: TextIO) -> Daemon:
    """As the service runs it, with its journal and its page, which say what they have to in the log."""
    configuration = load().or_raise()
    return Daemon(
        configuration, load, SystemClock(), env={}, page_output=log,
        control=control_socket(configuration.settings, {}), state=StateFolder(configuration.settings),
    )  # fmt: skip


def _free_port() -> int:
    """The usual one, or any where that is taken: then a daemon runs here already."""
    for port in (USUAL_PORT, 0):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)) as tried:
            return int(tried.getsockname()[1])
    return 0


async def _perform(
    daemon: Daemon, evidence: Evidence, seconds: float | None, console: Console, page: DemoPage
) -> int:
    clock = daemon.clock
    began = clock.now().mono
    scripted = script.scripted_incidents()
    end = inf if seconds is None else began + seconds
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_daemon, daemon, name="daemon")
        tasks.start_soon(_act, daemon, evidence, scripted, name="script")
        tasks.start_soon(_wait_for_interrupt, tasks, name="interrupt")
        await _watch(daemon, evidence, scripted, end, console, page)
        tasks.cancel_scope.cancel()
    had_its_time = clock.now().mono - began >= script.LENGTH  # else the time was short, or somebody ended it
    proved = _sum_up(evidence, scripted, console, had_its_time=had_its_time)
    return OK if proved or seconds is None or not had_its_time else FAILED


async def _daemon(daemon: Daemon) -> None:
    await daemon.run(signals=False)


async def _act(daemon: Daemon, evidence: Evidence, scripted: tuple[ScriptedIncident, ...]) -> None:
    """Causes the faults at their moments, counted from when all servers run."""
    with anyio.move_on_after(UP_WITHIN):
        while not _all_up(daemon):  # noqa: ASYNC110 - looks on from outside, as a person would
            await anyio.sleep(0.1)
    faults = [(incident.server, fault) for incident in scripted for fault in incident.faults]
    passed = 0.0
    for server, fault in sorted(faults, key=lambda one: one[1].at):
        await anyio.sleep(fault.at - passed)
        passed = fault.at
        fault.cause(evidence.world, server)


def _all_up(daemon: Daemon) -> bool:
    states = [server.facts.state for server in daemon.host.engine.servers().values()]
    return states.count(State.RUNNING) == SERVERS


async def _wait_for_interrupt(tasks: TaskGroup) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
        async for _ in received:
            tasks.cancel_scope.cancel()
            return


async def _watch(
    daemon: Daemon,
    evidence: Evidence,
    scripted: tuple[ScriptedIncident, ...],
    end: float,
    console: Console,
    page: DemoPage,
) -> None:
    """Draws the screen until the end; without a terminal nothing is shown before the summary."""
    with Live(
        console=console,
        auto_refresh=False,
        screen=console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:
        while (left := end - daemon.clock.now().mono) > 0:
            if console.is_terminal:
                time_left = None if end == inf else left
                screen = view.render(daemon, evidence, scripted, time_left, console.size, str(page))
                live.update(screen, refresh=True)
            await anyio.sleep(min(1 / FRAMES, left))


def _sum_up(
    evidence: Evidence, scripted: tuple[ScriptedIncident, ...], console: Console, *, had_its_time: bool
) -> bool:
    """Prints what came of each incident. True if all led to their action."""
    proved = [incident.proof(evidence) for incident in scripted]
    missed = Text("✗", style="red") if had_its_time else Text("…", style="yellow")
    for incident, is_proved in zip(scripted, proved, strict=True):
        mark = Text("✓", style="green") if is_proved else missed
        console.print(
            mark, f"{incident.server}: {incident.title} → {incident.action}", highlight=False, soft_wrap=True
        )
    commands = [entry for entry in evidence.world.log.entries("command") if entry.by != "human"]
    console.print(
        f"{sum(proved)} of {len(proved)} scripted incidents led to their action; the simulator saw "
        f"{len(commands)} commands, the receiver got {len(evidence.receiver.messages)} messages",
        highlight=False,
        soft_wrap=True,
    )
    if not had_its_time:
        console.print(f"the whole script takes {script.LENGTH:.0f} seconds", highlight=False)
    return all(proved)


def main(seconds: float | None) -> int:
    """Runs the demo on stdout; the exit code of `show`."""
    return anyio.run(show, seconds, HarmlessConsole(sys.stdout))
