"""The main job, from a line on a console to a power action and a message to people."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.acceptance.processes import eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watching

RESTARTS = r"""
rules:
  - id: out-of-heap
    when: {console: '^(?:Exception in thread "[^"]*" )?java\.lang\.OutOfMemoryError'}
    do:
      - {notify: ops, text: "${name} ran out of heap"}
      - {power: restart}
"""


def test_a_line_on_the_console_restarts_the_server_and_tells_people(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.rules(RESTARTS)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            simulation.fault("print", lines=["java.lang.OutOfMemoryError: Java heap space"])
            simulation.until("power", server, "restart")
            eventually(lambda: receiver.got(f"{server} ran out of heap"), lambda: receiver.texts)

        assert simulation.seen("power", server, "restart") == ["restart"]


def test_what_was_said_before_the_end_is_delivered(tmp_path: Path) -> None:
    """SIGTERM right after a rule fired: the message goes out first."""
    with simulated(tmp_path) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.rules("rules: [{id: bye, when: {console: '^bye'}, do: [{notify: ops, text: farewell}]}]")
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            simulation.fault("print", lines=["bye"])
            daemon.tells("rule.fired", "rule=bye")
            daemon.signal(signal.SIGTERM)

            assert daemon.ended() == 0
        assert receiver.got("farewell")
