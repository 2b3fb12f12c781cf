"""Runs a tool on one core, with lines and without, and says how many lines a second it judged.

Its start, with the rules, is measured with no lines at all, and taken off. CPU time is that of the process
and of all that it waited for; where others use the machine it tells more than the clock.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from automaton.pace.clock import SystemClock
from tests.benchmarks.peers.corpus import Corpus, hits_in
from tests.benchmarks.peers.tool import ComparedTool

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}  # a person's own settings are none of theirs
LEAST = 1e-3  # seconds: no measurement divides by less


class ToolFailed(Exception):
    """It ended with an error, or found other hits than there are."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one process, or of what it did for its lines."""

    cpu: float
    wall: float

    def __sub__(self, start: Spent) -> Spent:
        return Spent(max(LEAST, self.cpu - start.cpu), max(LEAST, self.wall - start.wall))


@dataclass(frozen=True, slots=True)
class Rate:
    """Lines a second of CPU time and by the clock, and how many lines that was measured with."""

    cpu: float
    wall: float
    lines: int


class Subject:
    """One tool with one set of rules, measured in rounds. It owns a folder until `close`."""

    def __init__(self, tool: ComparedTool, corpus: Corpus) -> None:
        self.tool = tool
        self.lines = 0
        self._corpus = corpus
        self._folder = tempfile.TemporaryDirectory(prefix="automaton-peers-")
        self._rounds: list[Spent] = []

    def choose_lines(self, least: int, seconds: float, most_times: int) -> None:
        """So many lines that it takes some seconds: `least` of them, or that many times over.

        Raises ToolFailed, as `round` does.
        """
        tried = max(1, least // 10)
        start, whole = self._run(0), self._run(tried)
        rate = tried / (whole - start).cpu
        if self.tool.most_lines is not None and self.tool.most_lines < least:
            self.lines = self.tool.most_lines
        else:
            self.lines = least * max(1, min(most_times, round(seconds * rate / least)))

    def round(self) -> None:
        """Measures once."""
        start, whole = self._run(0), self._run(self.lines)
        self._rounds.append(whole - start)

    def rate(self) -> Rate:
        """The median of all rounds."""
        cpu, wall = (
            statistics.median(getattr(one, kind) for one in self._rounds) for kind in ("cpu", "wall")
        )
        return Rate(self.lines / cpu, self.lines / wall, self.lines)

    def close(self) -> None:
        """Removes what it was given to read."""
        self._folder.cleanup()

    def _run(self, lines: int) -> Spent:
        folder = Path(self._folder.name) / str(lines)
        if not folder.exists():
            folder.mkdir()
            command = self.tool.prepare(folder, self._corpus.patterns, self._corpus.first(lines))
            (folder / "command").write_text("\n".join(command), encoding="utf-8")
        command = (folder / "command").read_text(encoding="utf-8").split("\n")
        spent, output = spend(command, folder)
        found = self.tool.hits(output)
        if found != hits_in(lines):
            raise ToolFailed(f"found {found} hits of {hits_in(lines)} in {lines} lines")
        return spent


def spend(command: Sequence[str], folder: Path) -> tuple[Spent, str]:
    """What a command takes on the last core that there is, and what it printed. Raises ToolFailed."""
    clock = SystemClock()
    core = max(os.sched_getaffinity(0))
    with (folder / "output").open("w+b") as output, (folder / "errors").open("w+b") as errors:
        began = clock.now()
        process = subprocess.Popen(
            ["taskset", "--cpu-list", str(core), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env={**ENVIRONMENT, "HOME": str(folder)},
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = clock.now() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            raise ToolFailed(f"ended with {process.returncode}: {said[-500:]}")
        output.seek(0)
        return Spent(used.ru_utime + used.ru_stime, wall), output.read().decode()
