"""Every bound on what comes from outside: its value from the code, and from bounds.yml what happens at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import yaml

BOUNDS_FILE = Path(__file__).with_name("bounds.yml")
_SIZES = ((1024**2, "MiB"), (1024, "KiB"), (1, "bytes"))
_TIMES = ((3600.0, "h"), (60.0, "min"), (1.0, "s"))


@dataclass(frozen=True, slots=True)
class Bound:
    """`at` is `FILE.py:NAME` below automaton/; `unit` is bytes, seconds or what is counted."""

    subject: str
    what: str
    at: str
    unit: str
    hit: str

    @property
    def value(self) -> float:
        """As the code has it. Raises AttributeError or ModuleNotFoundError where it is not any more."""
        file, _, name = self.at.partition(":")
        value: float = getattr(import_module(f"automaton.{file.removesuffix('.py').replace('/', '.')}"), name)
        return value

    @property
    def shown(self) -> str:
        """The value as people write it: `1 MiB`, `30 s`, `200 messages`."""
        steps = {"bytes": _SIZES, "seconds": _TIMES}.get(self.unit)
        if steps is None:
            return f"{self.value:,.0f} {self.unit}"
        size, name = next(step for step in steps if self.value >= step[0] and self.value % step[0] == 0)
        return f"{self.value / size:,.0f} {name}"


@cache
def read_bounds() -> tuple[Bound, ...]:
    """bounds.yml as it is written."""
    content = yaml.safe_load(BOUNDS_FILE.read_text(encoding="utf-8"))
    return tuple(
        Bound(subject, row["what"], row["at"], row["unit"], row["hit"])
        for subject, rows in content.items()
        for row in rows
    )


def table() -> str:
    """The part of the page."""
    lines = ["| of | what | at most | when it is hit |", "|---|---|---|---|"]
    lines += [
        f"| {one.subject} | {one.what} (`{one.at.rpartition(':')[2]}`) | {one.shown} | {one.hit} |"
        for one in read_bounds()
    ]
    return "\n".join(lines) + "\n"
