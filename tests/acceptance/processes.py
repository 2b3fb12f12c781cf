"""The installed command as a process: started, watched, and ended whatever happens.

Tests wait for what they can see, never for a time: `eventually` looks again and again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

COMMAND = Path(sys.executable).with_name("automaton")
LOOK_EVERY = 0.05
PATIENCE = 180.0  # seconds; two dozen daemons that start at once on two cores take a minute

T = TypeVar("T")


def eventually(look: Callable[[], T], what: Callable[[], object], patience: float = PATIENCE) -> T:
    """The first answer of `look` that is true. `what` is shown when none came."""
    for _ in range(int(patience / LOOK_EVERY)):
        if seen := look():
            return seen
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"not seen within {patience:g} s; what there is: {what()}")


class Process:
    """One that runs. Its output, errors too, goes to a file."""

    def __init__(self, popen: subprocess.Popen[bytes], output: Path) -> None:
        self._popen = popen
        self._output = output

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    @property
    def pid(self) -> int:
        return self._popen.pid

    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def tells(self, *parts: str, times: int = 1) -> str:
        """The latest line with all these parts, once there are so many of them."""

        def look() -> str:
            ran = self.is_running  # before its output is read: what it said last counts
            lines = [line for line in self.output().splitlines() if all(part in line for part in parts)]
            if len(lines) >= times:
                return lines[-1]
            assert ran, f"it ended without {parts}:\n{self.output()}"
            return ""

        return eventually(look, lambda: f"no {parts} {times} times in:\n{self.output()}")

    def says(self, *parts: str) -> bool:
        """Whether one of its lines so far has all these parts."""
        return any(all(part in line for part in parts) for line in self.output().splitlines())

    def signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def ended(self, patience: float = PATIENCE) -> int:
        """Waits for its end; the exit code."""
        return self._popen.wait(patience)


@contextmanager
def started(
    output: Path,
    arguments: Sequence[str],
    env: Mapping[str, str] | None = None,
    *,
    through: Sequence[str] = (),
) -> Iterator[Process]:
    """Runs `automaton` with these arguments until the block is left, perhaps by way of another command."""
    with output.open("wb") as file:
        popen = subprocess.Popen(
            [*through, COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=surroundings(env),
        )
    with popen:
        try:
            yield Process(popen, output)
        finally:
            popen.terminate()
            try:
                popen.wait(15)
            except subprocess.TimeoutExpired:
                popen.kill()


def finished(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `automaton` to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=surroundings(env),
    )


def surroundings(env: Mapping[str, str] | None) -> dict[str, str]:
    """Ours, without what would make the command another one."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOMATON_", "NOTIFY_", "WATCHDOG_"))}
    return ours | dict(env or {})
