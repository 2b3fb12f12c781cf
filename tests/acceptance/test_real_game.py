"""The whole product on a real game: freeciv-server on a terminal, with readline, signals and a real end.

Where it is not installed these tests are left out (tests/conftest.py).
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually
from tests.acceptance.receiver import Receiver, receiving
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching
from tests.conftest import FREECIV

pytestmark = pytest.mark.freeciv

ANSWERS = r"""
rules:
  - id: asks
    when: {console: "^Unknown command 'who'"}
    do: [{send: list}]
  - id: hears
    when: {console: '^AI\*1 \[#(?P<colour>\w+)\]: Team (?P<team>\d+)'}
    do: [{notify: ops, text: "team ${it.team} is there"}]
"""
RESTARTS = r"""
rules:
  - id: again
    when: {console: "^Unknown command 'restart'"}
    do: [{power: restart, within: 1m}, {notify: ops, text: "${name} is ${state} again"}]
"""
CRASHES = r"""
rules:
  - id: seen
    when: {event: crash}
    do: [{notify: ops, text: "crash, code ${it.exit_code}, out of memory ${it.oom}"}]
  - id: raised
    when: {event: crash.unhandled}
    do: [{power: start, within: 1m}, {notify: ops, text: "given up, code ${it.exit_code}, now ${state}"}]
"""
FIGURES = r"""
rules:
  - id: measured
    while: memory > 1MiB and cpu_pct >= 0 and memory < memory_limit
    do: [{notify: ops, text: "it uses memory"}]
"""


@dataclass(frozen=True, slots=True)
class Played:
    """A game that runs, the daemon that watches it, and who is told."""

    simulation: Simulation
    daemon: Process
    receiver: Receiver
    port: int

    def type(self, command: str) -> None:
        """As a human does."""
        self.simulation.fault("command", server="civ", command=command)

    def told(self, *parts: str) -> None:
        eventually(lambda: self.receiver.got(*parts), lambda: (self.receiver.texts, self.daemon.output()))

    def pid(self) -> int:
        """The game's process, 0 where there is none."""
        mine = [FREECIV, "-p", str(self.port)]
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "cmdline").read_text().split("\0")[:-1] == mine:
                    return int(folder.name)
            except OSError:
                continue  # it ended while it was looked at
        return 0

    def runs_anew(self, before: int) -> None:
        """Waits until another process of the game runs."""
        eventually(lambda: self.pid() not in (0, before), self.daemon.output)
        self.simulation.runs("civ")


@contextmanager
def played(folder: Path, rules: str) -> Iterator[Played]:
    """A game that is up, and a daemon whose link to it is."""
    port = free_port()
    user = "user=nobody," if os.geteuid() == 0 else ""
    program = f"name=civ,cmd={FREECIV} -p {port},{user}stop=quit,done=Now accepting"
    with simulated(folder, options=("--process", program)) as simulation, receiving() as receiver:
        simulation.runs("civ")
        site = Site(folder, simulation.panel, simulation.key, receiver.url)
        site.rules(rules)
        with watching(site) as daemon:
            daemon.tells("link.up", "civ")
            yield Played(simulation, daemon, receiver, port)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_line_of_the_game_types_a_command_and_the_game_answers(tmp_path: Path) -> None:
    with played(tmp_path, ANSWERS) as play:
        play.type("who")

        play.told("team 1 is there")
        assert play.simulation.seen("command", "civ") == ["who", "list"]


def test_what_the_game_uses_is_known(tmp_path: Path) -> None:
    with played(tmp_path, FIGURES) as play:
        play.told("it uses memory")


def test_a_restart_is_done_when_the_game_runs_anew(tmp_path: Path) -> None:
    with played(tmp_path, RESTARTS) as play:
        before = play.pid()

        play.type("restart")

        play.told("civ is running again")
        assert play.pid() not in (0, before)
        assert play.simulation.seen("power", "civ") == ["start", "restart"]


def test_a_killed_game_is_started_by_wings_and_one_that_wings_gives_up_by_a_rule(tmp_path: Path) -> None:
    with played(tmp_path, CRASHES) as play:
        first = play.pid()

        os.kill(first, signal.SIGKILL)
        play.told("crash, code 137, out of memory no")
        play.runs_anew(first)
        second = play.pid()
        assert not play.receiver.got("given up")
        os.kill(second, signal.SIGKILL)

        play.told("given up, code 137, now running")
        assert play.pid() not in (0, first, second)


def test_nothing_is_left_when_the_simulator_ends(tmp_path: Path) -> None:
    with played(tmp_path, ANSWERS) as play:
        assert play.pid() != 0

    assert play.pid() == 0
