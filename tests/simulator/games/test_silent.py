from __future__ import annotations

from automaton.simulator.eggs import VALHEIM
from tests.simulator.games.run import Run


def test_a_game_without_a_console_says_nothing_and_reads_nothing() -> None:
    run = Run(VALHEIM, chatter=5.0)
    run.wait(10)

    run.container.type("save")
    said = run.wait(600)

    assert (said, run.ends) == (["save"], [])
