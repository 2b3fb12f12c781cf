"""A tool of our own for tests: it prints what it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.corpus import hits_in


@dataclass
class OneThatPrints:
    """A hit for each that the lines have, and `more`. `fails`: it ends with an error instead."""

    name: str = "one"
    most_lines: int | None = None
    more: int = 0
    fails: bool = False

    def version(self) -> str | None:
        return "1"

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        if self.fails:
            return ["sh", "-c", "echo no such rule >&2; exit 3"]
        (folder / "found").write_text("hit\n" * (hits_in(len(lines)) + self.more), encoding="utf-8")
        return ["cat", str(folder / "found")]

    def hits(self, output: str) -> int:
        return output.count("hit")
