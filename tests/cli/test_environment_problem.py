"""Whatever is wrong around a command, it says so in a sentence, and ends with a code that systemd knows.

Every command is started in every broken environment; none may show a traceback.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import pytest

from automaton.cli.main import names
from tests.cli.started import Start, Starter

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
SERVES = {"demo", "run", "simulate"}
"""They go on until Ctrl-C, where an environment breaks nothing of theirs."""
CODES = {0, 1, 2, 3, 75, 78}
"""What there is beside a fault of ours, which is a traceback: `1` is what was asked for and not found."""


@dataclass
class Surroundings:
    """A folder with a right configuration, and how a command is started; each break takes some of it."""

    folder: Path
    start: Start
    port: int = 0
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
    for path in (at.config, at.folder / "rules.d", at.folder / "console.log", at.folder / "state"):
        path.chmod(0)
    at.start = replace(at.start, obeys_modes=True)


def read_only(at: Surroundings) -> None:
    for path in (at.folder / "state", at.folder / "out", at.folder):
        path.chmod(0o500)
    at.start = replace(at.start, obeys_modes=True)


def broken_config(at: Surroundings) -> None:
    at.config.write_text("panels: {main: [\n\tstate: x\n")


def binary_files(at: Surroundings) -> None:
    for name in ("automaton.yml", "rules.d/rules.yml", "console.log", "recording.jsonl", "copy.db", "key"):
        (at.folder / name).write_bytes(b"\xff\xfe\x00\x1b[2J\x9b" * 50)


def full_disk(at: Surroundings) -> None:
    at.start = replace(at.start, stdout="/dev/full")


def closed_pipe(at: Surroundings) -> None:
    at.start = replace(at.start, stdout="pipe")


def no_home(at: Surroundings) -> None:
    nothing = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "TERM", "PATH", "RUNTIME_DIRECTORY", "TMPDIR"), "")
    at.start = replace(at.start, env={**at.start.env, **nothing})


def no_utf8(at: Surroundings) -> None:
    at.start = replace(at.start, encoding="ascii")


def socket_of_no_daemon(at: Surroundings) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(at.folder / "state" / "control.sock"))


def socket_of_something_else(at: Surroundings) -> None:
    """It takes connections, and says nothing that is understood."""
    listener = at.stack.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(str(at.folder / "state" / "control.sock"))
    listener.listen(8)
    thread = Thread(target=_answers, args=(listener,))
    thread.start()
    at.stack.callback(thread.join)
    at.stack.callback(listener.shutdown, socket.SHUT_RDWR)


def _answers(listener: socket.socket) -> None:
    with suppress(OSError):  # its end
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def busy_port(at: Surroundings) -> None:
    taken = at.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    at.port = taken.getsockname()[1]
    at.config.write_text(CONFIG + f'listen: {{http: "127.0.0.1:{at.port}"}}\n')


def folder_that_is_gone(at: Surroundings) -> None:
    """The working directory was removed: a relative path leads nowhere, and there is no absolute one."""
    at.start = replace(at.start, folder_is_gone=True)


ENVIRONMENTS: dict[str, Break] = {
    one.__name__: one
    for one in (
        missing_config, folder_for_a_file, file_for_a_folder, nothing_readable, read_only, broken_config,
        binary_files, full_disk, closed_pipe, no_home, no_utf8, socket_of_no_daemon, socket_of_something_else,
        busy_port, folder_that_is_gone,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    with closing(Starter(tmp_path_factory.mktemp("streams"))) as made:
        yield made


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[Surroundings]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "key").chmod(0o600)
    folders = [tmp_path / name for name in ("state", "out")]
    for folder in folders:
        folder.mkdir()
    made = Surroundings(
        tmp_path, Start([], str(tmp_path), {"AUTOMATON_CONFIG": str(tmp_path / "automaton.yml")})
    )
    with made.stack:
        yield made
    for path in (tmp_path, tmp_path / "rules.d", *folders):  # pytest takes them away
        path.chmod(0o700)


def test_every_command_is_started() -> None:
    assert sorted(ARGUMENTS) == names()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("broken", ENVIRONMENTS)
def test_no_command_shows_a_traceback_whatever_is_wrong_around_it(
    name: str, broken: str, surroundings: Surroundings, starter: Starter
) -> None:
    ENVIRONMENTS[broken](surroundings)
    arguments = [one.format(port=surroundings.port) for one in ARGUMENTS[name]]
    waits = 1.0 if name in SERVES else 0.0
    ended = starter.start(replace(surroundings.start, arguments=[name, *arguments], interrupt_after=waits))

    assert "Traceback" not in ended.err
    assert ended.code in CODES
    if ended.code:
        assert ended.err.strip()
