"""A daemon that ends and begins again knows what it knew."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import ANSWERS, Site, watching


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    with simulated(tmp_path) as simulation:
        yield simulation


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_cooldown_outlives_any_end(tmp_path: Path, simulation: Simulation, end: signal.Signals) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    site = Site(tmp_path, simulation.panel, simulation.key)
    site.rules(ANSWERS + "    cooldown: 1h\n")
    with watching(site) as first:
        first.tells("link.up", server)
        simulation.fault("print", lines=["hello automaton"])
        simulation.until("command", server, "list")
        first.tells("call.ended", "action=send")
        first.signal(end)
        assert first.ended() == (0 if end is signal.SIGTERM else -end)
    with watching(site) as second:
        second.tells("journal.opened", "parts=")
        second.tells("link.up", server)
        simulation.fault("print", lines=["hello automaton"])
        second.tells("rule.cooling", "rule=answers")

    assert simulation.seen("command", server) == ["list"]
