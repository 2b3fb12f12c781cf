"""swatchdog, once swatch: a `watchfor` each, which writes the line, and goes on so that all rules look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.tool import answer_of, number_in, write_lines

_HEAD = "*** swatchdog version"  # what it writes first of all


class Swatchdog:
    """Debian's package `swatch`."""

    name = "swatchdog"
    most_lines: int | None = None

    def version(self) -> str | None:
        found = number_in(answer_of("swatchdog", "--version"), "swatchdog version")
        perl = number_in(answer_of("perl", "--version"), r"\(")
        return found and f"{found}, Perl {perl}"

    def rules(self, patterns: Sequence[str]) -> str:
        """Its configuration."""
        escaped = (one.replace("/", "\\/") for one in patterns)
        return "\n".join(f"watchfor /{one}/\n  echo normal\n  continue\n" for one in escaped)

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        (folder / "rules").write_text(self.rules(patterns), encoding="utf-8")
        read = write_lines(folder / "lines", lines)
        return [
            "swatchdog", f"--config-file={folder / 'rules'}", f"--examine={read}", f"--script-dir={folder}",
        ]  # fmt: skip

    def hits(self, output: str) -> int:
        return sum(bool(line) and not line.startswith(_HEAD) for line in output.splitlines())
