"""Starts the command many times out of one process that has imported it all: a start is a fork.

Each has its own streams, folder, environment and rights, as a shell would give them; what Python does at its
end is not seen here.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from automaton.packs.load import read_packs

LONGEST = 30
"""Seconds that a command may take; then it hangs, and is killed."""


@dataclass(frozen=True)
class Start:
    """What is typed, and where. `stdout` is a path, or `pipe` for one that nobody reads."""

    arguments: list[str]
    folder: str
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str = os.devnull
    stdout: str = ""
    encoding: str = "utf-8"
    obeys_modes: bool = False
    folder_is_gone: bool = False
    interrupt_after: float = 0.0
    """Seconds until it gets a Ctrl-C, and then one every five seconds; 0 for none."""
    interrupt_when: str = ""
    """A file: none comes before it is there, which is looked for every half second."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Starter:
    """The process that forks. One at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.started"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def start(self, wanted: Start) -> Ended:
        """Starts a command and waits for its end."""
        assert self._process.stdin
        assert self._process.stdout
        out, err = (self._folder / name for name in ("stdout", "stderr"))
        print(json.dumps([asdict(wanted), str(out), str(err)]), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        texts = [path.read_text("utf-8", errors="replace") for path in (out, err)]
        return Ended(code, *texts)

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(LONGEST)
        self._process.stdout.close()


def _serve() -> None:
    rooms: Any = [
        importlib.import_module(f"automaton.{room}") for room in ("cli", "workbench", "daemon", "simulator")
    ]
    for room in rooms:  # before the first fork: each would import them anew
        for one in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            importlib.import_module(one.name)
    importlib.import_module("automaton.demo.show")
    read_packs(())  # and each would read the shipped packs
    gc.freeze()  # else each fork would copy what its collector looks at
    for line in sys.stdin:
        wanted, out, err = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(Start(**wanted), out, err)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(wanted: Start, out: str, err: str) -> None:
    """In the fork: never returns."""
    code: Any = 99
    try:
        _become(wanted, out, err)
        from automaton.cli.main import main

        try:
            main(wanted.arguments)
        except SystemExit as ended:
            code = ended.code
        with suppress(OSError, ValueError):  # Python, too, would tell it on stderr at most
            sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 98)


def _become(wanted: Start, out: str, err: str) -> None:
    Path(out).write_bytes(b"")
    os.environ |= wanted.env
    os.chdir(wanted.folder)
    streams = [os.open(wanted.stdin, os.O_RDONLY), _stdout(wanted.stdout or out), _stdout(err)]
    if wanted.folder_is_gone:
        gone = Path(wanted.folder, "gone")
        gone.mkdir()
        os.chdir(gone)
        gone.rmdir()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin = os.fdopen(0, encoding=wanted.encoding)
    sys.stdout = os.fdopen(1, "w", encoding=wanted.encoding)
    sys.stderr = os.fdopen(2, "w", 1, encoding=wanted.encoding)
    if wanted.obeys_modes:
        from tests.cli.file_modes import obey_modes

        obey_modes()
    signal.alarm(LONGEST)
    if wanted.interrupt_after:
        signal.signal(signal.SIGALRM, lambda *_: _interrupt(wanted.interrupt_when))
        signal.setitimer(signal.ITIMER_REAL, wanted.interrupt_after, 0.5 if wanted.interrupt_when else 5.0)


def _interrupt(when: str) -> None:
    if not when or os.path.exists(when):
        os.kill(os.getpid(), signal.SIGINT)


def _stdout(path: str) -> int:
    if path == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
        return writer
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


if __name__ == "__main__":
    _serve()
