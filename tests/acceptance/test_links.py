"""What goes wrong with Wings and its tokens: where each ends, with how many requests, and what is said.

The states are those of the decision table in protocol.md.
"""

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


def test_a_restart_of_wings_is_told_and_survived(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("restart-wings", seconds=2)
        lost = daemon.tells("link.lost", server)
        daemon.tells("link.up", "after=", server)

    assert "cause=dropped" in lost or "cause=unreachable" in lost
    assert len(simulation.seen("token", server)) <= 3, "a restart denies old tokens: one new, not many"
    assert simulation.seen("socket", server, "open") == ["open", "open"]


def test_a_half_open_link_is_found_by_its_silence(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("half-open")
        lost = daemon.tells("link.lost", "cause=silent", server)
        daemon.tells("link.up", "after=", server)

    assert "nothing came through" in lost
    assert simulation.seen("token", server) == ["issued"], "the token is good, it is kept"


def test_an_expired_token_is_replaced_on_the_same_socket(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("expire")
        simulation.until("socket", server, "auth", times=2)
        simulation.fault("print", lines=["hello automaton"])
        daemon.tells("rule.fired", "answers", server)

    assert simulation.seen("token", server) == ["issued", "issued"]
    assert simulation.seen("socket", server, "open") == ["open"]


def test_a_token_is_renewed_in_time_on_the_same_socket(tmp_path: Path) -> None:
    """Tokens of 20 seconds, so that it is seen soon: real ones live ten minutes."""
    with simulated(tmp_path, options=("--token-life", "20")) as simulation:
        (server,) = simulation.servers
        with watched(tmp_path, simulation) as daemon:
            simulation.until("socket", server, "auth", times=3)

            assert not daemon.says("link.lost")
        assert simulation.seen("socket", server, "open") == ["open"]


def test_a_denied_token_is_replaced_on_the_same_socket(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("deny")
        simulation.until("socket", server, "auth", times=2)
        simulation.fault("print", lines=["hello automaton"])
        daemon.tells("rule.fired", "answers", server)

    assert simulation.seen("token", server) == ["issued", "issued"]
    assert simulation.seen("socket", server, "open") == ["open"]


def test_a_wrong_origin_parks_the_link_and_says_what_to_set(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    simulation.fault("origin", remote="https://panel.example.org")
    with watching(Site(tmp_path, simulation.panel, simulation.key)) as daemon:
        parked = daemon.tells("link.parked", "cause=origin_refused", server)

    assert "set `origin` of this panel" in parked
    assert simulation.seen("token", server) == ["issued"]


def test_a_node_with_another_token_parks_the_link_after_one_more_try(
    tmp_path: Path, simulation: Simulation
) -> None:
    (server,) = simulation.servers
    simulation.fault("rotate-token")
    with watching(Site(tmp_path, simulation.panel, simulation.key)) as daemon:
        parked = daemon.tells("link.parked", "cause=node_token_differs", server)

    assert "the node's token differs from the Panel's" in parked
    assert simulation.seen("token", server) == ["issued", "issued"]


def test_a_suspension_ends_the_link_and_is_told_once_by_its_name(
    tmp_path: Path, simulation: Simulation
) -> None:
    (server,) = simulation.servers
    with watched(tmp_path, simulation) as daemon:
        simulation.fault("suspend")
        told = daemon.tells("link.suspended", server)

        assert "cause=suspended" in told
        assert len(simulation.seen("token", server)) <= 2
        assert simulation.server(server)["sockets"] == 0


def test_an_installation_leaves_the_link_up(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    site = Site(tmp_path, simulation.panel, simulation.key)
    site.rules("rules: [{id: done, when: {event: install.completed}, do: [{notify: ops, text: ok}]}]")
    with watching(site) as daemon:
        daemon.tells("link.up", server)
        simulation.fault("reinstall")
        daemon.tells("rule.fired", "rule=done", server)

        assert not daemon.says("link.lost")
    assert simulation.seen("token", server) == ["issued"]
    assert simulation.seen("socket", server, "open") == ["open"]
