"""`python -m tests.browser.named_servers JSON`: a simulated Panel whose servers have names of one's own.

As `automaton simulate --json`, which gives names of its own; JSON is a list of pairs, name and game. What
follows it is not looked at: tests start this in the place of the command.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

import anyio

from automaton.simulator.games.eggs import PAPER, RUST, SOURCE, VALHEIM
from automaton.simulator.main import simulate
from automaton.simulator.serve import simulated
from automaton.simulator.wings.server_build import ServerBuild

EGGS = {"minecraft": PAPER, "rust": RUST, "source": SOURCE, "valheim": VALHEIM}
CHATTER = 0.3


def builds(named: list[tuple[str, str]]) -> list[ServerBuild]:
    """Servers of these names and games, whose uuids are the same each time."""
    return [
        ServerBuild(
            uuid=str(UUID(int=(0xA0000001 + number) << 96 | 1, version=4)), name=name, egg=EGGS[game],
            memory=1024 * (1 + number % 6), chatter=CHATTER,
        )
        for number, (name, game) in enumerate(named)
    ]  # fmt: skip


def announce(ready: dict[str, object], _text: str) -> None:
    """As the command does."""
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    named = [(str(name), str(game)) for name, game in json.loads(sys.argv[1])]
    anyio.run(simulate, announce, simulated(servers=builds(named), nodes=2, chatter=CHATTER))
