"""One daemon of a cluster, life after life, as processes that may be killed and stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.acceptance.processes import COMMAND, Process, surroundings
from tests.hostile.bent_clock import Clock

ROOT = Path(__file__).parents[2]


class Member:
    """One daemon, life after life, and what it says of who owns what."""

    def __init__(self, name: str, home: Path) -> None:
        self.name, self.home = name, home
        self.file = home / "automaton.yml"
        self.clock = Clock(home)
        self.process: Process | None = None
        self.is_stopped = False
        self.options: list[str] = []  # of `member_process.py`
        self._popen: subprocess.Popen[bytes] | None = None
        self._lives = 0

    @property
    def is_running(self) -> bool:
        """Whether there is a process, stopped or not."""
        return self._popen is not None and self._popen.poll() is None

    def stands_still(self) -> bool:
        """Whether it is stopped, by whomever."""
        if self._popen is None:
            return False
        told = Path(f"/proc/{self._popen.pid}/stat").read_text()
        return told.rpartition(")")[2].split()[0] == "T"

    def start(self) -> None:
        """Its next life; nothing where it runs."""
        if self.is_running:
            return
        self._lives += 1
        output = self.home / f"life-{self._lives}.out"
        command = [str(COMMAND), "run"]
        if self.options:
            command = [sys.executable, "-m", "tests.chaos.member_process", *self.options]
        env = surroundings({"PYTHONPATH": f"{self.clock.bent}:{ROOT}"})
        with output.open("wb") as file:
            self._popen = subprocess.Popen(
                [*command, "-c", str(self.file)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=ROOT,
            )
        self.process = Process(self._popen, output)

    def signal(self, number: signal.Signals) -> None:
        """To the process, if there is one."""
        if self.is_running and self._popen is not None:
            self._popen.send_signal(number)

    def stop(self) -> None:
        """It stands still, and its sockets stay open."""
        self.is_stopped = True
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `stop`."""
        self.is_stopped = False
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """At once."""
        if self._popen is not None:
            self.go_on()
            self.signal(signal.SIGKILL)
            self._popen.wait()

    def end(self, within: float = 60.0) -> None:
        """As `systemctl stop` does."""
        if self._popen is not None:
            self.go_on()
            self.signal(signal.SIGTERM)
            try:
                self._popen.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.name} did not end: {self.output()[-3000:]}") from None

    def output(self) -> str:
        """All lives."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("life-*.out")))
