"""Whatever is wrong around a command, it says so in a sentence, and ends with a code that systemd knows.

Every command is started in every broken environment; none may show a traceback.
"""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import pytest

from automaton.cli.environment_problem import environment_problem
from automaton.cli.main import names
from automaton.errors import Refused, Unreachable, Unusable
from tests.cli.started import Start, Starter

CONFIG = """\
panels: {main: {url: "http://127.0.0.1:1", keys: [{file: key}]}}
channels: {ops: {urls: [{file: ops.url}]}}
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
    "ops.url": "json://127.0.0.1:1/\n",
    "rules.d/rules.yml": RULES,
    "console.log": "[12:00:00] [Server thread/INFO]: Done\n",
}
ARGUMENTS: dict[str, list[str]] = {
    "ack": ["one"],
    "backup": ["out/copy.db"],
    "breaker": [],
    "channel": ["route", "one", "lobby"],
    "check": [],
    "cluster": [],
    "deliveries": [],
    "demo": [],
    "drill": ["one", "lobby"],
    "explain": ["one", "lobby"],
    "forget": ["Steve"],
    "history": [],
    "hold": [],
    "arm": ["welcome", "off"],
    "incidents": [],
    "init": ["out/automaton"],
    "logs": ["lobby"],
    "monitoring": ["prometheus"],
    "pack": ["new", "console.log"],
    "packs": [],
    "plan": [],
    "power": ["lobby", "start"],
    "recipes": [],
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
    "web": ["totp", "anna"],
    "why-not": ["one", "lobby"],
}
UNHARMED = {
    "demo": {"missing_config", "folder_for_a_file", "file_for_a_folder", "nothing_readable", "read_only",
             "broken_config", "binary_files", "full_disk", "closed_pipe", "no_home", "no_utf8",
             "socket_of_no_daemon", "socket_of_something_else", "busy_port"},
    "simulate": {"missing_config", "folder_for_a_file", "file_for_a_folder", "nothing_readable", "read_only",
                 "broken_config", "binary_files", "no_home", "no_utf8", "socket_of_no_daemon",
                 "socket_of_something_else", "folder_that_is_gone"},
    "run": {"read_only", "full_disk", "closed_pipe", "no_home", "no_utf8", "socket_of_no_daemon",
            "busy_port"},
}  # fmt: skip
"""What serves until Ctrl-C goes on where nothing of its own is broken, and is interrupted soon."""
SOON, LATE = 0.3, 20.0
CODES = {0, 1, 2, 3, 75, 78, 130}
"""What there is beside a fault of ours, which is a traceback: `1` says that nothing was found."""


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
        shutil.rmtree(at.folder / name)
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


@pytest.fixture(scope="module")
def used(starter: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the daemon has run: with a journal, a copy of it, and a recording."""
    folder = tmp_path_factory.mktemp("used")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for name in ("key", "ops.url"):
        (folder / name).chmod(0o600)
    (folder / "out").mkdir()
    start = Start([], str(folder), {"AUTOMATON_CONFIG": str(folder / "automaton.yml")})
    until_it_listens = replace(start, interrupt_after=0.5, interrupt_when="state/control.sock")
    ran = starter.start(replace(until_it_listens, arguments=["run", "--record", "recording.jsonl"]))
    copied = starter.start(replace(start, arguments=["backup", "copy.db"]))
    assert (ran.code, copied.code) == (0, 0), (ran, copied)
    return folder


@pytest.fixture
def surroundings(used: Path, tmp_path: Path) -> Iterator[Surroundings]:
    folder = tmp_path / "here"
    shutil.copytree(used, folder)
    named = {"AUTOMATON_CONFIG": str(folder / "automaton.yml")}
    made = Surroundings(folder, Start([], str(folder), named))
    with made.stack:
        yield made
    for path in (folder, *(folder / name for name in ("rules.d", "state", "out"))):
        path.chmod(0o700)  # pytest takes them away


def test_every_command_is_started() -> None:
    assert sorted(ARGUMENTS) == names()


# Each command and each environment is met by a few of them; the other pairs are long.
PAIRS = [
    pytest.param(broken, name, marks=() if (row + column) % 8 == 0 else pytest.mark.long)
    for row, broken in enumerate(ENVIRONMENTS)
    for column, name in enumerate(names())
]


@pytest.mark.parametrize(("broken", "name"), PAIRS)
def test_no_command_shows_a_traceback_whatever_is_wrong_around_it(
    name: str, broken: str, surroundings: Surroundings, starter: Starter
) -> None:
    ENVIRONMENTS[broken](surroundings)
    arguments = [one.format(port=surroundings.port) for one in ARGUMENTS[name]]
    waits = SOON if broken in UNHARMED.get(name, ()) else LATE
    ended = starter.start(replace(surroundings.start, arguments=[name, *arguments], interrupt_after=waits))

    if waits == LATE or "KeyboardInterrupt" not in ended.err:  # Python tells of one within an import
        assert "Traceback" not in ended.err
    assert ended.code in CODES
    if ended.code not in (0, 130) and broken != "closed_pipe":  # nobody reads on, and nobody is told
        assert ended.err.strip() or ended.out.strip()


@pytest.mark.parametrize(
    ("broken", "typed", "code", "told"),
    [
        ("missing_config", "status", 78, "{folder}/automaton.yml:1:1: error: there is no such file"),
        ("missing_config", "send", 78, "{folder}/automaton.yml:1:1: error: there is no such file"),
        (
            "folder_for_a_file",
            "regex",
            78,
            "{folder}/automaton.yml:1:1: error: the file cannot be read: it is no regular file",
        ),
        ("file_for_a_folder", "backup", 78, "there is no folder out"),
        (
            "nothing_readable",
            "regex",
            78,
            "{folder}/automaton.yml:1:1: error: the file cannot be read: Permission denied",
        ),
        ("read_only", "backup", 75, "out/copy.db cannot be written: Permission denied"),
        ("full_disk", "version", 75, "automaton: it cannot print: No space left on device"),
        ("full_disk", "regex", 75, "automaton: it cannot print: No space left on device"),
        (
            "socket_of_no_daemon",
            "status",
            3,
            "no daemon runs by {folder}/automaton.yml: start it with"
            " `automaton run -c {folder}/automaton.yml`",
        ),
        (
            "folder_that_is_gone",
            "check",
            78,
            "automaton: the folder that you are in was removed: go to another one",
        ),
        ("folder_that_is_gone", "restore", 78, "there is no copy.db"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(
    broken: str, typed: str, code: int, told: str, surroundings: Surroundings, starter: Starter
) -> None:
    ENVIRONMENTS[broken](surroundings)
    ended = starter.start(replace(surroundings.start, arguments=[typed, *ARGUMENTS[typed]]))

    assert (ended.code, ended.err) == (code, told.format(folder=surroundings.folder) + "\n")


def test_a_busy_port_is_told_in_one_sentence(surroundings: Surroundings, starter: Starter) -> None:
    busy_port(surroundings)
    ended = starter.start(
        replace(surroundings.start, arguments=["simulate", "--panel-port", str(surroundings.port)])
    )

    assert (ended.code, ended.err.count("\n")) == (75, 1)
    assert str(surroundings.port) in ended.err


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("automaton schema | true", "75 0", ""),
        ("automaton --help | true", "75 0", ""),
        ("automaton version > /dev/full", "75", "automaton: it cannot print: No space left on device\n"),
        ("automaton --help > /dev/full", "75", "automaton: No space left on device\n"),
    ],
)
def test_python_tells_nothing_of_it_a_second_time_at_its_end(command: str, code: str, told: str) -> None:
    """As processes of their own, for that comes after the command has ended."""
    script = f'PATH="{Path(sys.executable).parent}:$PATH"; {command}; echo "${{PIPESTATUS[@]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr) == (code + "\n", told)


def test_what_may_be_otherwise_later_is_told_from_what_a_person_has_to_change() -> None:
    def codes(*problems: BaseException) -> list[int | None]:
        found = [environment_problem(one) for one in problems]
        return [one.exit_code if one else None for one in found]

    full, lost = OSError(errno.ENOSPC, "full", "a"), OSError(errno.ENOENT, "lost", "a")
    assert codes(full, lost, Unreachable("x"), Refused("x"), Unusable("x")) == [75, 78, 75, 1, 78]
    assert codes(ExceptionGroup("", [full])) == [75]


def test_a_fault_of_ours_is_none_of_these() -> None:
    assert environment_problem(KeyError("x")) is None
    assert environment_problem(ExceptionGroup("", [OSError(errno.ENOSPC, "full"), KeyError("x")])) is None
