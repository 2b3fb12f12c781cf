"""The installed daemon among strangers: its Panel, node, chat services and files are the test's own.

One world serves a whole module: an attack has a server, a rule or a player of its own. A test waits for
what it can see: `served` has the daemon answer a line, and what came before that line is done by then.
"""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count, product
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import httpx

from tests.acceptance.processes import PATIENCE, Process, finished, started
from tests.hostile.house import House, Server
from tests.hostile.inbox import Inbox

SETTINGS = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}], allow_plain: true}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], rate: 1000/1s, group_by: ["..."], group_wait: 0s, group_interval: 1s}}
{channels}
limits:
  arm: live
  settle: 0s
  allow: {{power: [start, stop, restart, kill], send: ["*"]}}
{limits}
rules: rules.d
state: state
{settings}
"""

# What proves that a server's queue was served: a word and a key of its own each time, so that nothing
# holds it as a loop or as open already.
MARKERS = """\
rules:
  - id: markers
    when: {console: '^marker (?P<word>[a-z]+)$'}
    by: [it.word]
    do: [{send: "say served ${it.word}"}]
"""
SERVED = "say served {}"


class World:
    """`house` is what the daemon is connected to, `inbox` what its channels lead to, `daemon` its process."""

    def __init__(self, folder: Path, house: House, inbox: Inbox, fresh: Sequence[Server]) -> None:
        self.folder = folder
        self.house = house
        self.inbox = inbox
        self.file = folder / "automaton.yml"
        self.env: dict[str, str] = {}
        self.through: list[str] = []  # a command that runs the daemon
        self._markers = map("".join, product(ascii_lowercase, repeat=4))
        self._fresh = iter(fresh)
        self._runs = count(1)
        self.form = ""  # of the log, where a test has several
        self.hooks = ""  # where hooks are called
        self.turns: Iterator[str] = iter(())  # of hooks
        self._daemon: Process | None = None

    @property
    def daemon(self) -> Process:
        assert self._daemon is not None, "the daemon was not started"
        return self._daemon

    def secret(self, name: str, text: str) -> Path:
        """A file that only its owner reads."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def rules(self, text: str, name: str = "rules.yml") -> Path:
        """A file of rules."""
        path = self.folder / "rules.d" / name
        path.write_text(text)
        return path

    def settings(self, *, channels: str = "", limits: str = "", settings: str = "") -> None:
        """automaton.yml anew; each text is put where its name says."""
        self.file.write_text(
            SETTINGS.format(panel=self.house.url, channels=channels, limits=limits, settings=settings)
        )

    def __getitem__(self, name: str) -> Server:
        return self.house[name]

    @contextmanager
    def running(self, *arguments: str, linked: bool = True) -> Iterator[Process]:
        """The daemon, once all its links are up; it must end cleanly when the block is left."""
        output = self.folder / f"run-{next(self._runs)}.out"
        whole = ["run", "-c", str(self.file), *arguments]
        with started(output, whole, {**self.inbox.env, **self.env}, through=self.through) as process:
            self._daemon = process
            if linked:
                for name in self.house.servers:
                    process.tells("link.up", name)
            yield process
            self.ends()

    def ends(self) -> None:
        """SIGTERM; a clean exit, and no bug on the way."""
        if self.daemon.is_running:
            self.daemon.signal(signal.SIGTERM)
        output = self.daemon.output
        assert self.daemon.ended() == 0, output()
        assert "Traceback" not in output(), output()

    def fresh(self) -> Server:
        """A server that no test has had: rules hold what looks like a loop on one."""
        return next(self._fresh)

    def served(self, *servers: Server) -> None:
        """Waits until these served all that they printed so far."""
        words = [next(self._markers) for _ in servers]
        for server, word in zip(servers, words, strict=True):
            server.prints(f"marker {word}")
        for server, word in zip(servers, words, strict=True):
            server.typed(SERVED.format(word))

    def served_at_last(self, server: Server) -> None:
        """As `served`, after so many lines that some are lost, perhaps the marker too: asks anew until then."""
        for _ in range(20):
            word = next(self._markers)
            server.prints(f"marker {word}")
            with suppress(AssertionError):
                server.until(lambda one: SERVED.format(word) in one.commands, patience=3)  # noqa: B023
                return
        self.served(server)

    def answers(self, server: Server, *attacks: str | bytes) -> list[str]:
        """What is typed because of these: a text is a console line, bytes go on the socket as they are."""
        already = len(server.commands)
        for attack in attacks:
            if isinstance(attack, str):
                server.prints(attack)
            else:
                server.sends(attack)
        self.served(server)
        return [one for one in server.commands[already:] if not one.startswith(SERVED.format(""))]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer of the control socket."""
        with self.control() as control:
            response = control.request(method, path, json=body)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def control(self) -> httpx.Client:
        """A client of the control socket."""
        transport = httpx.HTTPTransport(uds=str(self.folder / "state" / "control.sock"))
        return httpx.Client(transport=transport, base_url="http://automaton", timeout=PATIENCE)

    def command(self, *arguments: str) -> str:
        """What an `automaton` command printed on both channels, and its exit code before it."""
        done = finished(*arguments, env={"AUTOMATON_CONFIG": str(self.file)})
        return f"exit {done.returncode}\n{done.stdout}{done.stderr}"

    def lines(self, *parts: str) -> list[str]:
        """The lines of the daemon's log with all these parts."""
        return [line for line in self.daemon.output().splitlines() if all(part in line for part in parts)]

    def peak(self) -> int:
        """The most memory that the daemon ever had, in bytes."""
        status = Path(f"/proc/{self.daemon.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@contextmanager
def world(
    folder: Path,
    rules: str = "",
    *,
    servers: Sequence[str] | Mapping[str, str] = ("lobby",),
    fresh: int = 0,
    channels: str = "",
    limits: str = "",
    settings: str = "",
) -> Iterator[World]:
    """Everything but the daemon, which is started by `running`.

    `servers` by name, each perhaps with its egg; so many more are `fresh`.
    """
    with ExitStack() as stack:
        house = stack.enter_context(House().open())
        inbox = stack.enter_context(Inbox(folder).open())
        for name in servers:
            house.add(name, servers[name] if isinstance(servers, Mapping) else "Paper")
        made = World(folder, house, inbox, [house.add(f"fresh-{number}") for number in range(fresh)])
        (folder / "rules.d").mkdir()
        made.settings(channels=channels, limits=limits, settings=settings)
        made.secret("key", house.key)
        made.secret("ops.url", inbox.url)
        made.rules(MARKERS, "markers.yml")
        if rules:
            made.rules(rules)
        yield made


def free_port() -> int:
    """A port of the loopback at which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def record_of(line: str) -> dict[str, Any]:
    """A line of a log in JSON."""
    found: dict[str, Any] = json.loads(line)
    return found
