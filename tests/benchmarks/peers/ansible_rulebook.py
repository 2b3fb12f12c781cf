"""ansible-rulebook: a rule each on the line's text, judged by Drools, and a `debug` that writes a line.

The source is a plugin of a few lines, for the file that it comes with follows a log and never ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.benchmarks.peers.tool import HIT, answer_of, number_in, write_lines
from tests.docs.pages import ROOT

INSTALLED = ROOT / "build" / "peers" / "ansible-rulebook" / "bin"

_SOURCE = """\
async def main(queue, args):
    with open(args["path"], encoding="utf-8") as lines:
        for line in lines:
            await queue.put({"line": line.rstrip("\\n")})
"""


class AnsibleRulebook:
    """From the Python index, in an environment of its own; with Debian's Java."""

    name = "ansible-rulebook"
    most_lines: int | None = 6_000  # it is slow: this is some seconds for it

    def version(self) -> str | None:
        said = answer_of(*self._command(), "--version")
        found = number_in(said, r"ansible-rulebook \[")
        drools, java = (number_in(said, rf"{what} version =") for what in ("Drools_jpy", "Java"))
        return found and java and f"{found}, drools_jpy {drools}, Java {java}"

    def rules(self, patterns: Sequence[str], lines: str = "lines") -> str:
        """Its rulebook. Java names a group without the P."""
        book = {
            "name": "peers",
            "hosts": "all",
            "match_multiple_rules": True,
            "sources": [{"file_of_lines": {"path": lines}}],
            "rules": [
                {
                    "name": f"r{number}",
                    "condition": f'event.line is search("{one.replace("(?P<", "(?<")}")',
                    "action": {"debug": {"msg": f"{HIT}r{number}"}},
                }
                for number, one in enumerate(patterns)
            ],
        }
        return yaml.safe_dump([book], sort_keys=False)

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        (folder / "file_of_lines.py").write_text(_SOURCE, encoding="utf-8")
        (folder / "inventory.yml").write_text("all: {hosts: {localhost: {}}}\n", encoding="utf-8")
        read = write_lines(folder / "lines", lines)
        (folder / "rules.yml").write_text(self.rules(patterns, str(read)), encoding="utf-8")
        files = ("--rulebook", "rules.yml"), ("--inventory", "inventory.yml")
        named = [part for option, name in files for part in (option, str(folder / name))]
        return [*self._command(), *named, "--source-dir", str(folder)]

    def hits(self, output: str) -> int:
        return sum(line.startswith(HIT) for line in output.splitlines())

    def _command(self) -> list[str]:
        """It asks for ansible-galaxy of its own environment by the path."""
        return ["env", f"PATH={INSTALLED}:/usr/bin:/bin", str(INSTALLED / "ansible-rulebook")]
