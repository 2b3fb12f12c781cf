"""Whatever ends the daemon, its budgets are not begun anew by it, and what it remembers is not lost by it.

Ended by force a rule has no power action for two minutes; ended by a signal, at whatever moment, all is kept.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, finished
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

RESTARTS = """\
rules:
  - id: restarts
    when: {console: '^restart me$'}
    cooldown: 1h
    breaker: {max: 1, within: 1h, reset: 2h}
    do: [{power: restart}]
"""
CROWD = """\
rules:
  - id: crowd
    when: {console: '^hello (?P<text>.*)$'}
    by: [it.text]
    until: 1h
    do: [{send: list}]
"""
KILLS = 2


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    with simulated(tmp_path_factory.mktemp("simulation"), servers=3) as simulation:
        simulation.all_are("running")
        yield simulation


@pytest.fixture
def site(tmp_path: Path, simulation: Simulation) -> Site:
    site = Site(tmp_path, simulation.panel, simulation.key)
    settings = site.file.read_text().replace("settle: 0s", "settle: 0s\n  power: {server: 1/1h}")
    site.file.write_text(settings)
    return site


def linked(daemon: Process) -> Process:
    """Once all its links are up."""
    daemon.tells("link.up", times=3)
    return daemon


def killed(daemon: Process) -> None:
    daemon.signal(signal.SIGKILL)
    daemon.ended()


def test_kills_in_a_row_restart_no_server_again_where_its_budget_is_one_an_hour(
    site: Site, simulation: Simulation
) -> None:
    """Neither by the rule that restarted it before, nor one that had not come to it yet."""
    ours, others, _ = simulation.servers
    site.rules(RESTARTS)
    config = str(site.file)
    with watching(site) as first:
        linked(first)
        simulation.fault("print", server=ours, lines=["restart me"])
        simulation.until("power", ours, "restart")
        killed(first)
    for _ in range(KILLS):
        with watching(site) as daemon:
            daemon.tells("memory.missing", "no power action for two minutes")
            linked(daemon)
            for server in (ours, others):
                simulation.fault("print", server=server, lines=["restart me"])
                daemon.tells("rule.settling", server, "after an end that was not clean")
            status, why = (
                finished("status", "-c", config),
                finished("why-not", "-c", config, "restarts", ours),
            )
            killed(daemon)

    assert simulation.seen("power", ours, "restart") == ["restart"]
    assert simulation.seen("power", others, "restart") == []
    assert status.returncode == 4
    assert "the end before was not clean: rules have no power action for" in status.stdout
    assert "after an end that was not clean" in why.stdout


def test_a_clean_end_soon_after_a_kill_gives_no_power_back_but_a_person_has_it(
    site: Site, simulation: Simulation
) -> None:
    _, _, server = simulation.servers
    site.rules(RESTARTS)
    with watching(site) as first:
        linked(first)
        killed(first)
    with watching(site) as second:
        linked(second)
    with watching(site) as third:
        third.tells("memory.taken")
        linked(third)
        simulation.fault("print", server=server, lines=["restart me"])
        third.tells("rule.settling", server, "after an end that was not clean")
        assert simulation.seen("power", server, "restart") == []
        assert finished("power", "-c", str(site.file), server, "restart").returncode == 0

    assert simulation.seen("power", server, "restart") == ["restart"]


def test_a_sigterm_at_any_moment_of_a_start_loses_no_memory(site: Site, simulation: Simulation) -> None:
    """Each start finds what the one before had, however early that was told to end."""
    site.rules(CROWD)
    with watching(site) as first:
        linked(first)
        simulation.fault("print", lines=["hello Eve"])
        first.tells("rule.fired", "crowd", times=3)
    memory = site.folder / "state" / "memory.json"
    for moment in ("memory.taken", "memory.taken", "daemon.started"):
        with watching(site) as daemon:
            daemon.tells(moment)
            assert not daemon.says("memory.missing")
            daemon.signal(signal.SIGTERM)
            daemon.ended()
        assert memory.exists()
    with watching(site) as last:
        last.tells("memory.taken")
        linked(last)
        for server in simulation.servers:
            simulation.fault("print", server=server, lines=["hello Eve"])
        simulation.fault("print", server=simulation.servers[0], lines=["hello Bob"])
        last.tells("rule.fired", "crowd", "Bob")

        assert not last.says("rule.fired", "Eve")


def test_a_thousand_keys_of_emoji_are_short_and_are_read_back(site: Site, simulation: Simulation) -> None:
    server = simulation.servers[0]
    site.rules(CROWD)
    with watching(site) as first:
        linked(first)
        lines = [f"hello {number} {'😀' * 1000}" for number in range(200)]
        simulation.fault("print", server=server, lines=lines)
        first.tells("rule.fired", "crowd", times=200)
    memory = json.loads((site.folder / "state" / "memory.json").read_text())["memory"]
    keys = [
        one["more"][0]
        for place in memory["places"].values()
        for one in place["standings"]
        if one["rule"] == "crowd"
    ]
    with watching(site) as second:
        second.tells("memory.taken")

    assert len(set(keys)) == 200
    assert max(map(len, keys)) <= 128
