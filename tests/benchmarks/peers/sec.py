"""SEC, the Simple Event Correlator: a `Single` rule each, and all rules look at each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.tool import HIT, answer_of, number_in, write_lines


class Sec:
    """Debian's package `sec`."""

    name = "SEC"
    most_lines: int | None = None

    def version(self) -> str | None:
        found = number_in(answer_of("sec", "--version"), r"SEC \(Simple Event Correlator\)")
        perl = number_in(answer_of("perl", "--version"), r"\(")
        return found and f"{found}, Perl {perl}"

    def rules(self, patterns: Sequence[str]) -> str:
        """Its configuration."""
        return "\n".join(
            f"type=Single\ncontinue=TakeNext\nptype=RegExp\npattern={one}\ndesc=r{number}\n"
            f"action=write - {HIT}r{number}\n"
            for number, one in enumerate(patterns)
        )

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        (folder / "rules").write_text(self.rules(patterns), encoding="utf-8")
        read = write_lines(folder / "lines", lines)
        return ["sec", f"--conf={folder / 'rules'}", f"--input={read}", "--notail"]

    def hits(self, output: str) -> int:
        return sum(line.startswith(HIT) for line in output.splitlines())
