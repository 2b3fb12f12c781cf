"""The figures of a run, and the file in which the last one that was taken over stands."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.peers.comparison import Rates

FILE = Path(__file__).with_name("figures.yml")
_HEAD = (
    "# Written by `python -m tests.benchmarks.peers --write`; `make bench` holds a run's ratios to these.\n"
)


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """`versions`, None for a tool that was not here; `rates` by CPU time and `by_clock`; `lines` judged."""

    machine: str
    rounds: int
    versions: Mapping[str, str | None]
    rates: Rates
    by_clock: Rates
    lines: Mapping[str, Mapping[int, int]]


def machine() -> str:
    """The kind of machine, without its name."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, {platform.system()}"


def text_of(figures: PeerFigures) -> str:
    """The figures as YAML."""
    plain = {**asdict(figures), "rates": _whole(figures.rates), "by_clock": _whole(figures.by_clock)}
    return _HEAD + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


def read(text: str) -> PeerFigures:
    """The figures of such a text."""
    plain: dict[str, Any] = yaml.safe_load(text)
    return PeerFigures(**plain)


def committed() -> PeerFigures | None:
    """Those of the file; None where nothing was taken over yet."""
    return read(FILE.read_text(encoding="utf-8")) if FILE.exists() else None


def _whole(rates: Rates) -> dict[str, dict[int, int]]:
    return {tool: {rules: round(rate) for rules, rate in some.items()} for tool, some in rates.items()}
