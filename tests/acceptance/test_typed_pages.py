"""Every command of README.md and docs/, typed as it stands, in the order of its page: each has to end well.

A daemon watches simulated servers; the words RULE and SERVER of a page stand for one of each. What is not
typed here stands with its reason in tests/docs/typed.py.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import COMMAND, PATIENCE, Process, eventually, finished, started, surroundings
from tests.acceptance.receiver import Receiver, receiving
from tests.acceptance.simulation import Simulation, simulated
from tests.docs.typed import commands_of, is_typed, pages_to_type

SETTINGS = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}]}}}}
channels: {{ops: {{urls: [{{file: chat}}]}}, oncall: {{urls: [{{file: chat}}]}}}}
limits: {{arm: live, settle: 0s}}
listen: {{http: "127.0.0.1:0", hooks: "127.0.0.1:0"}}
hooks: {{deploy: {{token: {{file: token}}}}}}
web: {{tokens: {{deploy: {{token: {{file: token}}, role: operator}}}}}}
state: state
"""
RULES = """\
rules:
  - id: mem-high
    while: memory_pct > 0
    do: [{notify: ops, text: "${name} has ${memory_pct}"}]
    escalate: [{after: 1h, unless: acked, do: [{notify: ops}]}]
  - id: crash-start
    when: {console: '^trip '}
    breaker: {max: 1, within: 1h}
    do: [{notify: ops}]
"""
CONSOLE = """\
[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21
[12:00:04] [Server thread/INFO]: Done (4.021s)! For help, type "help"
[12:01:00] [Server thread/INFO]: Anna joined the game
[12:01:09] [Server thread/INFO]: <Anna> hello
[12:02:00] [Server thread/INFO]: Ben joined the game
[12:02:11] [Server thread/INFO]: <Ben> hello
[12:03:00] [Server thread/INFO]: Anna left the game
[12:03:30] [Server thread/INFO]: Ben left the game
"""
TOKEN = "a-token-of-a-test"
PASTED = "a long password of anna's\n"
"""What a command that asks is answered."""
SHIMS = """\
sudo() { while [[ "$1" == *=* ]]; do export "$1"; shift; done; "$@"; }
curl() { command curl --silent --show-error --fail-with-body "$@"; }
"""
WITHOUT_A_DAEMON = r"(?:sudo )?automaton restore "
"""What says that it wants the daemon to be down: it is typed after its end."""


@pytest.fixture
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """One for each page: what the page before had typed may have left a server stopped, or busy."""
    with simulated(tmp_path_factory.mktemp("simulation"), servers=3) as served:
        yield served


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


class Reader:
    """Who types, in a folder like that of the first hour."""

    def __init__(self, folder: Path, simulation: Simulation, receiver: Receiver) -> None:
        self._folder = folder
        self._panel = simulation.panel
        self._uuid = str(simulation.server("lobby")["uuid"])
        self.page = self.hooks = ""
        for name in ("rules.d", "var/backups", "root"):
            (folder / name).mkdir(parents=True)
        for name, text in {
            "automaton.yml": SETTINGS.format(panel=simulation.panel),
            "rules.d/mine.yml": RULES,
            "console.log": CONSOLE,
            "latest.log": CONSOLE,
            "key": simulation.key,
            "chat": receiver.url,
            "token": TOKEN,
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o600)

    def types(self, command: str) -> None:
        """Types it; it has to end well."""
        there = (
            (r"\bRULE\b", "mem-high"), (r"\bSERVER\b", "lobby"), ("crash-recover lobby", "crash-start lobby"),
            ("/(var/backups|root)/", rf"{self._folder}/\1/"), ("https://panel.example.org", self._panel),
            (r"127\.0\.0\.1:9532", self.page), (r"127\.0\.0\.1:9533", self.hooks), ("UUID", self._uuid),
        )  # fmt: skip
        for usual, ours in there:
            command = re.sub(usual, ours, command)
        ended = subprocess.run(
            ["bash", "-eu", "-c", f"{SHIMS}{command}"],
            cwd=self._folder,
            env=surroundings(self.environment),
            input=PASTED,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, (command, ended.stdout, ended.stderr)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}",
            "AUTOMATON_CONFIG": str(self._folder / "automaton.yml"),
            "TOKEN": TOKEN,
        }

    def sees(self, *arguments: str, what: str) -> None:
        """Waits until a command of automaton shows this."""

        def shown() -> str:
            return finished(*arguments, env=self.environment).stdout

        eventually(lambda: what in shown(), shown)


@pytest.mark.parametrize("page", pages_to_type())
def test_what_a_page_has_its_reader_type_ends_well(
    page: str, tmp_path: Path, simulation: Simulation, receiver: Receiver
) -> None:
    commands = [one for one in commands_of(page) if is_typed(one)]
    reader = Reader(tmp_path, simulation, receiver)
    with started(tmp_path / "run.log", ["run"], reader.environment) as daemon:
        _under_way(daemon, reader, simulation)
        for command in commands:
            if not re.match(WITHOUT_A_DAEMON, command):
                reader.types(command)
        daemon.signal(signal.SIGTERM)
        assert daemon.ended() == 0
    for command in commands:
        if re.match(WITHOUT_A_DAEMON, command):
            reader.types(command)


def _under_way(daemon: Process, reader: Reader, simulation: Simulation) -> None:
    """Waits until there is something to ask about: open incidents, and a rule that has tripped."""
    daemon.tells("link.up", times=len(simulation.servers))
    reader.hooks = _address(daemon.tells("hooks.listening"))
    reader.page = _address(daemon.tells("page.listening"))
    simulation.runs("lobby")
    simulation.fault("print", server="lobby", lines=["trip now"])
    # Else the second would find its run going.
    daemon.tells("rule.cleared", "rule=crash-start", "server=lobby")
    simulation.fault("print", server="lobby", lines=["trip now"])
    daemon.tells("rule.tripped", "server=lobby")
    reader.sees("incidents", what="mem-high")


def _address(line: str) -> str:
    return re.sub(r".* address=\"?([\w.:]+).*", r"\1", line)
