"""Whatever ends the daemon, its budgets are not begun anew by it, and what it remembers is not lost by it.

A kill costs no more than a clean end does: cooldowns, breakers and budgets are where they were.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from automaton.core.parts import STATE
from automaton.journal.sqlite_journals import SqliteJournals
from tests.acceptance.processes import Process, eventually, finished
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

# One rule for each of what is counted; the last one says that a line was judged, with a key of its own each time.
RESTARTS = """\
rules:
  - {{id: cools, servers: {{name: {0}}}, when: {{console: '^restart me$'}}, cooldown: 1h, do: [{{power: restart}}]}}
  - {{id: trips, servers: {{name: {1}}}, when: {{console: '^restart me$'}}, breaker: {{max: 1, within: 1h}}, do: [{{power: restart}}]}}
  - {{id: spends, servers: {{name: {2}}}, when: {{console: '^restart me$'}}, do: [{{power: restart}}]}}
  - {{id: hears, when: {{console: '^turn (?P<number>[0-9]+)$'}}, by: [it.number], do: [{{send: "say ${{it.number}}"}}]}}
"""
CROWD = """\
rules:
  - id: crowd
    when: {console: '^hello (?P<text>.*)$'}
    by: [it.text]
    until: 1h
    do: [{send: list}]
"""
KILLS = 10
TURNS = count(1)


SERVERS = 3
TOKENS_COME_WITHIN = 150.0  # seconds: two of the Panel's minutes, and some for a busy machine


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    with simulated(tmp_path_factory.mktemp("simulation"), servers=SERVERS) as simulation:
        simulation.all_are("running")
        yield simulation


@pytest.fixture
def site(tmp_path: Path, simulation: Simulation) -> Site:
    site = Site(tmp_path, simulation.panel, simulation.key)
    settings = site.file.read_text().replace("settle: 0s", "settle: 0s\n  power: {server: 1/1h}")
    site.file.write_text(settings)
    return site


def linked(daemon: Process) -> Process:
    """Once all its links are up. The Panel gives five tokens a minute and server, so that may take its time."""
    eventually(
        lambda: daemon.output().count(" link.up ") >= SERVERS, daemon.output, patience=TOKENS_COME_WITHIN
    )
    return daemon


def is_sound(daemon: Process) -> bool:
    """Whether nothing was wrong with its journal."""
    faults = ("forgotten", "lost", "out_of_order", "set_aside", "part_lost")
    return not any(daemon.says(f"journal.{fault}") for fault in faults)


def ended(daemon: Process, how: signal.Signals) -> None:
    daemon.signal(how)
    daemon.ended()


def hears(simulation: Simulation, *lines: str) -> None:
    """Every server prints these, and the daemon judges them."""
    for server in simulation.servers:
        turn = str(next(TURNS))
        simulation.fault("print", server=server, lines=[*lines, f"turn {turn}"])
        simulation.until("command", server, f"say {turn}")


@pytest.mark.long
def test_ten_kills_in_a_row_restart_no_server_twice_and_a_person_may(
    site: Site, simulation: Simulation
) -> None:
    """Not while a cooldown, a breaker or a budget of one an hour says so; nor after a clean end in between."""
    site.rules(RESTARTS.format(*simulation.servers))
    config = str(site.file)
    with watching(site) as first:
        linked(first)
        for server in simulation.servers:
            simulation.fault("print", server=server, lines=["restart me"])
            simulation.until("power", server, "restart")
        ended(first, signal.SIGKILL)
    for number in range(KILLS):
        with watching(site) as daemon:
            linked(daemon)
            simulation.all_are("running")
            hears(simulation, "restart me")
            ended(daemon, signal.SIGTERM if number == KILLS // 2 else signal.SIGKILL)
            assert is_sound(daemon)
    with watching(site) as last:
        linked(last)
        told = [
            finished("why-not", "-c", config, rule, server).stdout
            for rule, server in zip(("cools", "trips", "spends"), simulation.servers, strict=True)
        ]
        assert [simulation.seen("power", server, "restart") for server in simulation.servers] == [
            ["restart"], ["restart"], ["restart"],
        ]  # fmt: skip
        by_hand = finished("power", "-c", config, simulation.servers[0], "restart")

    assert [word in text for word, text in zip(("cooldown", "breaker", "1 in 1h"), told, strict=True)] == [
        True, True, True,
    ], told  # fmt: skip
    assert by_hand.returncode == 0
    assert simulation.seen("power", simulation.servers[0], "restart") == ["restart", "restart"]


def test_an_end_at_any_moment_of_a_start_loses_no_memory(site: Site, simulation: Simulation) -> None:
    """Each start finds what the one before had, however early that was told to end, or killed."""
    site.rules(CROWD)
    with watching(site) as first:
        linked(first)
        simulation.fault("print", lines=["hello Eve"])
        first.tells("rule.fired", "crowd", times=3)
    for how in (signal.SIGTERM, signal.SIGKILL):
        for moment in ("daemon.started", "control.listening"):
            with watching(site) as daemon:
                daemon.tells(moment)
                ended(daemon, how)
    with watching(site) as last:
        linked(last)
        for server in simulation.servers:
            simulation.fault("print", server=server, lines=["hello Eve"])
        simulation.fault("print", server=simulation.servers[0], lines=["hello Bob"])
        last.tells("rule.fired", "crowd", "Bob")

        assert not last.says("rule.fired", "Eve")
        assert is_sound(last)


def test_a_thousand_keys_of_emoji_are_short_and_are_read_back(site: Site, simulation: Simulation) -> None:
    server = simulation.servers[0]
    site.rules(CROWD)
    with watching(site) as first:
        linked(first)
        lines = [f"hello {number} {'😀' * 1000}" for number in range(200)]
        simulation.fault("print", server=server, lines=lines)
        first.tells("rule.fired", "crowd", times=200)
    opened = SqliteJournals(site.folder / "state").open()
    assert opened.journal is not None
    assert opened.snapshot is not None
    opened.journal.close()
    states = [json.loads(body) for name, body in opened.snapshot.parts.items() if name.startswith(STATE)]
    keys = [one["more"][0] for one in states if one["rule"] == "crowd"]
    with watching(site) as second:
        linked(second)

    assert len(set(keys)) == 200
    assert max(map(len, keys)) <= 128
    assert is_sound(second)
