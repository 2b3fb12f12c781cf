"""automaton: a rule each that tells a channel, and the lines as rows of a recording.

`automaton replay` reads the rows, judges them by the daemon's engine, and compares each call with the one
that was recorded. A hit counts once it made its call, and a run counts where it is exact.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import Event, Profile, State
from automaton.workbench.replay_rules import rules_for_replay
from tests.benchmarks.replay import StandingClock, write

SERVERS = 10
SECONDS_BETWEEN = 0.01  # from a line to the next


class AutomatonReplay:
    """The checkout."""

    name = "automaton"
    most_lines: int | None = None

    def version(self) -> str | None:
        python, re2 = platform.python_version(), version("google-re2")
        return f"{version('ptero-automaton')}, Python {python}, google-re2 {re2}"

    def rules(self, patterns: Sequence[str]) -> str:
        """Its rule file."""
        quoted = (one.replace("'", "''") for one in patterns)
        return "rules:\n" + "".join(
            f"  - {{id: r{number}, when: {{console: '{one}'}}, do: [{{notify: ops}}]}}\n"
            for number, one in enumerate(quoted)
        )

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        rules, recording = folder / "rules.yml", folder / "recording"
        rules.write_text(self.rules(patterns), encoding="utf-8")
        judge, _ = rules_for_replay(None, [rules], Arm.LIVE)
        write(judge, recording, _events(lines))
        command = str(Path(sys.executable).with_name("automaton"))
        return [command, "replay", "--json", str(recording), str(rules)]

    def hits(self, output: str) -> int:
        report = json.loads(output)
        return sum(rule["sent"] for rule in report["rules"]) if report["exact"] else -1


def _events(lines: Sequence[str]) -> list[Event]:
    """The lines, each server's in turn, behind what a daemon hears of servers before their first."""
    begin = StandingClock().now()
    profiles = [
        Profile(
            uuid=f"{number:08x}-0000-4000-8000-000000000000", id=f"{number:08x}", name=f"server-{number}",
            node="node-1", egg="Paper", disk_limit=10 << 30,
        )
        for number in range(SERVERS)
    ]  # fmt: skip
    made: list[Event] = []
    for profile in profiles:
        made.append(ev.ServerListed(server=profile.uuid, at=begin, profile=profile))
        made.append(ev.LinkUp(server=profile.uuid, at=begin))
        made.append(ev.StateReported(server=profile.uuid, at=begin, state=State.RUNNING))
    for number, line in enumerate(lines, 1):
        server = profiles[number % SERVERS].uuid
        made.append(ev.LinePrinted(server=server, at=begin + number * SECONDS_BETWEEN, text=line))
    return made
