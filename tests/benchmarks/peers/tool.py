"""What a tool is to the comparison, and what most of them share."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

HIT = "hit "  # how the line begins that a tool writes for a hit, where it can be told what to write


class ComparedTool(Protocol):
    """A tool that reads lines, judges them by rules and writes a line for each hit.

    `most_lines` is how many it gets at the most, None for as many as make a good measurement.
    """

    name: str
    most_lines: int | None

    def version(self) -> str | None:
        """Its version, and what it runs on; None where it is not here."""

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        """Writes rules and lines into the folder. The command that judges them and ends."""

    def hits(self, output: str) -> int:
        """How many hits it wrote of."""


def answer_of(*command: str) -> str:
    """What a command prints, both streams; nothing where there is no such command."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def number_in(text: str, before: str) -> str | None:
    """The version number that stands behind these words."""
    found = re.search(rf"{before}\s*v?([0-9][0-9.]*[0-9])", text)
    return found[1] if found else None


def write_lines(path: Path, lines: Sequence[str]) -> Path:
    """A file of these lines."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
