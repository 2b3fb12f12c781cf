"""Starts that fail, and stops that nobody of us asked for, as real Wings were seen to do them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.processes import eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watching

RESTARTS = """\
rules:
  - id: restarts
    when: {console: "^restart me$"}
    do: [{power: restart}, {notify: ops, text: "${name} is up anew"}]
"""

BLAMES = """\
rules:
  - id: down
    while: state == "offline" and not installing
    do: [{notify: ops, text: "${name} was stopped by ${stopped_by}"}]
  - id: brings-up
    while: state == "offline" and stopped_by in ["operator", "exit"] and not installing and not suspended
    do: [{power: start, override: operator}]
"""


@pytest.mark.parametrize(
    ("fault", "takes"),
    [("no-image", {}), ("restart-fails", {"lack": "panel"}), ("restart-fails", {"lack": "image"})],
    ids=["no image for a while", "the Panel is silent once", "no image once"],
)
def test_a_restart_whose_second_half_fails_is_brought_to_its_end(
    tmp_path: Path, fault: str, takes: dict[str, object]
) -> None:
    """With tokens of 90 s, of which one is renewed meanwhile."""
    with simulated(tmp_path, options=("--token-life", "90")) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.rules(RESTARTS)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            simulation.fault(fault, server=server, **takes)
            simulation.fault("print", server=server, lines=["restart me"])
            if fault == "no-image":
                simulation.until("state", server, "starting", times=4)  # it was tried again
                simulation.fault(fault, server=server, back=True)
            eventually(lambda: receiver.got(f"{server} is up anew"), daemon.output, 150.0)

            assert simulation.server(server)["state"] == "running"
            assert not daemon.says("rule.failed")
            assert not daemon.says("link.lost")


def test_who_suspends_or_installs_a_running_server_is_no_operator(tmp_path: Path) -> None:
    """Its reason is Wings', though a stop comes first and the Panel tells why only afterwards."""
    options = ("--generation", "g11")  # which keeps its sockets open: the stop is seen
    with simulated(tmp_path, servers=2, options=options) as simulation, receiving() as receiver:
        suspended, installed = simulation.servers
        simulation.all_are("running")
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.rules(BLAMES)
        with watching(site) as daemon:
            daemon.tells("link.up", times=2)
            simulation.fault("suspend", server=suspended)
            simulation.fault("reinstall", server=installed)
            simulation.until("state", suspended, "offline")
            eventually(lambda: receiver.got(f"{installed} was stopped by wings"), daemon.output)
            eventually(lambda: daemon.says("rule.fired", "down", suspended), daemon.output)

            assert not daemon.says("rule.fired", "brings-up")
        assert not receiver.got("by operator")
