"""A person at a real pseudo-terminal: reads what a command asks, and types when it has asked."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("automaton"))
PATIENCE = 60.0  # seconds; this machine may have much else to do


class Typist:
    """`seen` is all that the terminal has shown, what was typed and echoed with it."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._read = 0
        self.seen = ""

    def is_asked(self, *parts: str) -> None:
        """Reads on until these parts were shown in their order, the last one with a blank behind a colon.

        The blank comes once the command listens, and no earlier: what is typed before is lost.
        """
        for number, part in enumerate(parts, 1):
            wanted = part if number < len(parts) else f"{part}: "
            while (at := self.seen.find(wanted, self._read)) < 0:
                assert self._more(), f"never asked `{wanted}`:\n{self.seen}"
            self._read = at + len(wanted)

    def types(self, text: str) -> None:
        """A line and Enter."""
        os.write(self._terminal, f"{text}\n".encode())

    def reads_to_the_end(self) -> int:
        """The exit code."""
        while self._more():
            pass
        return self._process.wait(PATIENCE)

    def _more(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
        assert ready, f"silent for {PATIENCE} s:\n{self.seen}"
        try:
            told = os.read(self._terminal, 65536)
        except OSError:  # the other side is closed: it has ended
            return False
        self.seen += told.decode().replace("\r\n", "\n")
        return bool(told)


@contextmanager
def typing_into(*arguments: str, cwd: Path) -> Iterator[Typist]:
    """Runs the command on a terminal of its own, and ends it whatever happens."""
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *arguments], stdin=other, stdout=other, stderr=other, cwd=cwd, start_new_session=True
    )
    os.close(other)
    try:
        yield Typist(process, terminal)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
