"""A target with a watch: how many inputs it took, and how long. Its reports outlive a crash."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time

import structlog

from fuzz.targets import Target

LONGEST_CHECK = 1.0
"""Seconds of the processor that one input may take, coverage counted: a loop that stands longer is a hang."""

_EVERY = 0.5  # seconds of the processor between two reports


@dataclass(slots=True)
class Taken:
    """`slowest` in seconds of the processor, for others use the machine as well."""

    inputs: int = 0
    slowest: float = 0.0


class WatchedTarget:
    """Called with each input, as libFuzzer and hypothesis do it."""

    def __init__(self, target: Target, report: Path) -> None:
        self._target = target
        self._report = report
        self._taken = read_report(report)
        self._told = 0.0
        # The log is no part of what is tested here, and costs more than most of it.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

    def __call__(self, data: bytes) -> None:
        """Raises what the target raises, and AssertionError for an input that takes too long."""
        taken, began = self._taken, process_time()
        self._target.check(data)
        seconds = process_time() - began
        taken.inputs += 1
        if seconds > taken.slowest:
            taken.slowest = seconds
            self.tell()
        elif began > self._told + _EVERY:
            self.tell()
        assert seconds <= LONGEST_CHECK, f"an input that takes {seconds:.1f} s"

    def tell(self) -> None:
        """Writes the report."""
        self._told = process_time()
        self._report.write_text(json.dumps(asdict(self._taken)))


def read_report(report: Path) -> Taken:
    """What the processes of this report have taken so far; nothing where there was none."""
    try:
        return Taken(**json.loads(report.read_text()))
    except (FileNotFoundError, ValueError):
        return Taken()
