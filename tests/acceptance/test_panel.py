"""A Panel that cannot, will not or must not answer: links stay up, actions find a way, and it is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watched, watching


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    with simulated(tmp_path) as simulation:
        yield simulation


def test_while_the_panel_is_down_links_stay_up_and_actions_go_over_the_websocket(
    tmp_path: Path, simulation: Simulation
) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("panel-down", seconds=600)
        simulation.fault("print", lines=["hello automaton"])
        simulation.until("command", server, "list")
        ended = daemon.tells("call.ended", "action=send")

        assert "way=websocket" in ended
        assert not daemon.says("link.lost")
    assert simulation.seen("socket", server, "open") == ["open"]


def test_a_panel_that_is_down_at_the_start_is_weather(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    simulation.fault("panel-down", seconds=5)
    with watching(Site(tmp_path, simulation.panel, simulation.key)) as daemon:
        daemon.tells("daemon.ready")
        daemon.tells("link.up", server)

    assert simulation.seen("token", server) == ["issued"]


def test_tokens_refused_for_too_many_requests_are_asked_for_again_sparingly(
    tmp_path: Path, simulation: Simulation
) -> None:
    (server,) = simulation.servers
    simulation.fault("no-tokens", seconds=10)
    with watching(Site(tmp_path, simulation.panel, simulation.key)) as daemon:
        lost = daemon.tells("link.lost", "cause=panel_later", server)
        daemon.tells("link.up", server)

    assert "rate limit" in lost
    tokens = simulation.seen("token", server)
    assert tokens[-1] == "issued"
    assert 2 <= len(tokens) <= 3


def test_a_refused_key_is_told_with_what_to_do(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    with watching(Site(tmp_path, simulation.panel, "ptlc_" + "x" * 43)) as daemon:
        told = daemon.tells("client key")

    assert "`keys`" in told
    assert simulation.seen("token", server) == []
