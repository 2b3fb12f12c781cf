"""Whatever is wrong around a command, it says so in a sentence, and ends with a code that systemd knows.

Every command is started in every broken environment; none may show a traceback.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from automaton.cli.environment_problem import environment_problem
from automaton.cli.main import main, names
from automaton.errors import Refused, Unreachable
from tests.cli.file_modes import modes_obeyed

CONFIG = """\
panels: {main: {url: "http://127.0.0.1:1", keys: [{file: key}]}}
state: state
rules: rules.d
"""
RULES = """\
rules:
  - {id: one, when: {state: any -> offline}, do: [{notify: ops}]}
tests: []
"""
FILES = {
    "automaton.yml": CONFIG,
    "key": "ptlc_x\n",
    "rules.d/rules.yml": RULES,
    "console.log": "[12:00:00] [Server thread/INFO]: Done\n",
}
ARGUMENTS: dict[str, list[str]] = {
    "ack": ["one"],
    "backup": ["out/copy.db"],
    "breaker": [],
    "channel": ["route", "one", "lobby"],
    "check": [],
    "deliveries": [],
    "demo": [],
    "drill": ["one", "lobby"],
    "explain": ["one", "lobby"],
    "forget": ["Steve"],
    "history": [],
    "hold": [],
    "incidents": [],
    "init": ["out/automaton"],
    "logs": ["lobby"],
    "plan": [],
    "power": ["lobby", "start"],
    "record": ["out/recording"],
    "regex": ["console.log", "Done"],
    "release": [],
    "reload": [],
    "replay": ["recording.jsonl", "rules.d"],
    "restore": ["copy.db"],
    "rules": [],
    "run": ["--record", "out/recording"],
    "schema": [],
    "send": ["lobby", "list"],
    "servers": [],
    "silence": [],
    "simulate": ["--panel-port", "{port}"],
    "status": [],
    "test": ["rules.d"],
    "version": [],
    "why-not": ["one", "lobby"],
}
CODES = {0, 1, 2, 3, 75, 78}
"""What there is beside a fault of ours, which is a traceback: `1` is what was asked for and not found."""


@dataclass
class Surroundings:
    """A folder with a right configuration, and what a command is given; each environment breaks something."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    stdin: str = os.devnull
    encoding: str = "utf-8"
    port: int = 0
    stdout: int | None = None
    """A descriptor; None for a file that is read afterwards."""
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def config(self) -> Path:
        """The daemon's own file."""
        return self.folder / "automaton.yml"


Break = Callable[[Surroundings], None]


def missing_config(at: Surroundings) -> None:
    at.config.unlink()


def folder_for_a_file(at: Surroundings) -> None:
    for name in ("automaton.yml", "console.log", "recording.jsonl", "copy.db"):
        (at.folder / name).unlink(missing_ok=True)
        (at.folder / name).mkdir()


def file_for_a_folder(at: Surroundings) -> None:
    for name in ("state", "out"):
        (at.folder / name).rmdir()
        (at.folder / name).write_text("")


def nothing_readable(at: Surroundings) -> None:
    for path in (at.config, at.folder / "rules.d", at.folder / "console.log"):
        path.chmod(0)
    at.stack.callback((at.folder / "rules.d").chmod, 0o700)
    at.stack.enter_context(modes_obeyed())


def read_only(at: Surroundings) -> None:
    for path in (at.folder, at.folder / "state", at.folder / "out"):
        path.chmod(0o500)
        at.stack.callback(path.chmod, 0o700)
    at.stack.enter_context(modes_obeyed())


def broken_config(at: Surroundings) -> None:
    at.config.write_text("panels: {main: [\n\tstate: x\n")


def binary_files(at: Surroundings) -> None:
    for name in ("automaton.yml", "rules.d/rules.yml", "console.log", "recording.jsonl", "copy.db", "key"):
        (at.folder / name).write_bytes(b"\xff\xfe\x00\x1b[2J\x9b" * 50)


def full_disk(at: Surroundings) -> None:
    at.stdout = os.open("/dev/full", os.O_WRONLY)


def closed_pipe(at: Surroundings) -> None:
    reader, at.stdout = os.pipe()
    os.close(reader)


def no_home(at: Surroundings) -> None:
    at.env |= {"HOME": "", "XDG_RUNTIME_DIR": "", "TERM": "", "PATH": "", "RUNTIME_DIRECTORY": ""}


def no_utf8(at: Surroundings) -> None:
    at.env |= {"LC_ALL": "C", "LANG": "C"}
    at.encoding = "ascii"


def socket_of_no_daemon(at: Surroundings) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(at.folder / "state" / "control.sock"))


def socket_of_something_else(at: Surroundings) -> None:
    """It takes connections, and says nothing that is understood."""
    listener = at.stack.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(str(at.folder / "state" / "control.sock"))
    listener.listen(8)
    pid = os.fork()
    if pid == 0:  # a process of its own: the command asks and waits in this one
        signal.setitimer(signal.ITIMER_REAL, 60)
        while True:
            connection, _ = listener.accept()
            connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
            connection.close()
    at.stack.callback(os.waitpid, pid, 0)
    at.stack.callback(os.kill, pid, signal.SIGKILL)


def busy_port(at: Surroundings) -> None:
    taken = at.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    at.port = taken.getsockname()[1]
    at.config.write_text(CONFIG + f'listen: {{http: "127.0.0.1:{at.port}"}}\n')


def folder_that_is_gone(at: Surroundings) -> None:
    """The working directory was removed: a relative path leads nowhere, and there is no absolute one."""
    gone = at.folder / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()


ENVIRONMENTS: dict[str, Break] = {
    one.__name__: one
    for one in (
        missing_config, folder_for_a_file, file_for_a_folder, nothing_readable, read_only, broken_config,
        binary_files, full_disk, closed_pipe, no_home, no_utf8, socket_of_no_daemon, socket_of_something_else,
        busy_port, folder_that_is_gone,
    )
}  # fmt: skip


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "key").chmod(0o600)
    for name in ("state", "out"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    made = Surroundings(tmp_path, env={"AUTOMATON_CONFIG": str(tmp_path / "automaton.yml")})
    with made.stack:
        yield made


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: object
    out: str
    err: str


def started(name: str, at: Surroundings, monkeypatch: pytest.MonkeyPatch) -> Ended:
    """The command in this process, as `automaton NAME …` would be started there."""
    for key, value in at.env.items():
        monkeypatch.setenv(key, value)
    arguments = [one.format(port=at.port) for one in ARGUMENTS[name]]
    shown = io.BytesIO()
    out = shown if at.stdout is None else io.FileIO(at.stdout, "w")
    err = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", open(at.stdin, encoding="utf-8"))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(out), encoding=at.encoding))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding=at.encoding, write_through=True))
    with pytest.raises(SystemExit) as ended, interrupted_in_the_end():
        main([name, *arguments])
    if at.stdout is None:
        sys.stdout.flush()
    return Ended(ended.value.code, shown.getvalue().decode(at.encoding), err.getvalue().decode(at.encoding))


@contextmanager
def interrupted_in_the_end() -> Iterator[None]:
    """What serves until Ctrl-C gets one, again and again: an environment that breaks nothing lets it serve."""
    signal.setitimer(signal.ITIMER_REAL, 2.0, 0.5)
    before = signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_every_command_is_started() -> None:
    assert sorted(ARGUMENTS) == names()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("broken", ENVIRONMENTS)
def test_no_command_shows_a_traceback_whatever_is_wrong_around_it(
    name: str, broken: str, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ENVIRONMENTS[broken](surroundings)
    ended = started(name, surroundings, monkeypatch)

    assert "Traceback" not in ended.err
    assert ended.code in CODES
    if ended.code:
        assert ended.err.strip()
