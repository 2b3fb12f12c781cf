"""Docker or the Panel is gone for a while: afterwards every server is up, and nothing was done in excess.

Measured by what the simulator saw: whatever automaton believes does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import Seen, Simulation, simulated
from tests.acceptance.site import Site, watching

RECIPE = Path(__file__).parents[2] / "rules" / "crash-recover.yml"
SERVERS = 40
PARALLEL = 5
OUTAGE = 45.0
PANEL_OUTAGE = 75.0
AT_ONCE = 'group_by: ["..."], group_wait: 0s, group_interval: 1s'
ENOUGH = 300.0  # seconds after the outage

SETTINGS = f"""\
panels: {{{{main: {{{{url: "{{panel}}", keys: [{{{{file: key}}}}], allow_plain: true}}}}}}}}
channels:
  ops: {{{{urls: [{{{{file: ops.url}}}}], rate: 1000/1m, {AT_ONCE}}}}}
  oncall: {{{{urls: [{{{{file: ops.url}}}}], rate: 1000/1m, {AT_ONCE}}}}}
limits:
  arm: live
  settle: 0s
  power: {{{{parallel: {PARALLEL}}}}}
  allow: {{{{power: [start, stop, restart]}}}}
rules: rules.d
state: state
"""

RESTARTS = """\
rules:
  - id: restarts
    when: {console: "^restart me$"}
    do: [{power: restart}]
  - id: restarts-soon
    when: {console: "^restart me soon$"}
    do: [{power: restart, within: 40s}]
"""


def site_of(folder: Path, simulation: Simulation, rules: str, ops: str) -> Site:
    site = Site(folder, simulation.panel, simulation.key, ops)
    site.file.write_text(SETTINGS.format(panel=simulation.panel))
    site.rules(rules)
    return site


def by_automaton(entries: Iterable[Seen]) -> list[Seen]:
    """Power actions that came over the Panel or a websocket: Wings' own and the simulator's are not ours."""
    return [one for one in entries if one.by.startswith(("panel ", "websocket "))]


def most_at_once(starts: list[Seen], states: list[Seen]) -> int:
    """How many of these starts were under way together: each until its server is up, or offline again."""
    ends = [
        next(
            (one.at for one in states if one.server == start.server and one.at > start.at and is_end(one)),
            None,
        )
        for start in starts
    ]
    spans = [(start.at, end) for start, end in zip(starts, ends, strict=True) if end is not None]
    return max((sum(began <= at < end for began, end in spans) for at, _ in spans), default=0)


def is_end(state: Seen) -> bool:
    return state.detail in ("running", "offline")


def first_up(states: list[Seen]) -> dict[str, float]:
    """When each server was up, the first time."""
    up: dict[str, float] = {}
    for one in states:
        if one.detail == "running":
            up.setdefault(one.server, one.at)
    return up


def test_after_45_s_without_docker_40_servers_are_up_in_5_minutes_by_5_starts_at_a_time(
    tmp_path: Path,
) -> None:
    with simulated(tmp_path, servers=SERVERS) as simulation, receiving() as receiver:
        simulation.all_are("running")
        rules = RECIPE.read_text(encoding="utf-8")
        with watching(site_of(tmp_path, simulation, rules, receiver.url)) as daemon:
            daemon.tells("link.up", times=SERVERS)
            simulation.fault("docker", seconds=OUTAGE)
            gone = simulation.log("fault")[-1].at
            eventually(
                lambda: set(first_up(simulation.log("state", gone))) == set(simulation.servers),
                lambda: sorted(set(simulation.servers) - set(first_up(simulation.log("state", gone)))),
                OUTAGE + ENOUGH,
            )
            # Whoever would start one again does it before his run has ended and is told.
            eventually(
                lambda: all(
                    receiver.got(f"{name} crashed", "is running again") for name in simulation.servers
                ),
                lambda: receiver.texts,
            )

        states = simulation.log("state", gone)
        starts = [one for one in by_automaton(simulation.log("power", gone)) if one.detail == "start"]
        up = first_up(states)
        assert max(up.values()) - (gone + OUTAGE) <= ENOUGH
        assert 0 < most_at_once(starts, states) <= PARALLEL
        assert [one for one in starts if one.at > up[one.server]] == []
        assert [one for one in states if one.at > up[one.server]] == []
        assert not receiver.got("does not come up")


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    with simulated(tmp_path, servers=4) as simulation:
        simulation.all_are("running")
        yield simulation


def ask_for_restarts(simulation: Simulation, two: tuple[str, ...]) -> None:
    for name, line in zip(two, ("restart me", "restart me soon"), strict=True):
        simulation.fault("print", server=name, lines=[line])


def test_after_an_outage_of_the_panel_in_which_servers_were_to_be_restarted_none_is_down(
    tmp_path: Path, simulation: Simulation
) -> None:
    """Two as it begins, two while it lasts; of each two, one by a rule whose `within` is shorter than it.

    It is longer, too, than the half minute for which Wings itself asks the Panel: what it stopped stays down.
    """
    early, late = simulation.servers[:2], simulation.servers[2:]
    with receiving() as receiver, watching(site_of(tmp_path, simulation, RESTARTS, receiver.url)) as daemon:
        daemon.tells("link.up", times=len(simulation.servers))
        ask_for_restarts(simulation, early)
        for (
            name
        ) in early:  # asked for while the Panel still answers, for what is written first takes its time
            simulation.until("power", name, "restart")
        simulation.fault("panel-down", seconds=PANEL_OUTAGE)
        first, _, lost = (fault.at for fault in simulation.log("fault"))
        for name in early:
            simulation.until("state", name, "offline")
        ask_for_restarts(simulation, late)
        eventually(
            lambda: set(first_up(simulation.log("state", first))) == set(simulation.servers),
            lambda: simulation.log("state", first),
            PANEL_OUTAGE + 60,
        )

    states = simulation.log("state", first)
    told = {name: [one.detail for one in states if one.server == name] for name in simulation.servers}
    assert told == {name: ["stopping", "offline", "starting", "running"] for name in simulation.servers}
    assert [one for one in states if one.detail == "starting" and one.at < lost + PANEL_OUTAGE] == []
