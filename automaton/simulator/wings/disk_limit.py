"""The disk limit: a server that exceeds it is stopped, and does not start until there is room again."""

from __future__ import annotations

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.power_state import PowerState

EXCEEDED = "Server is exceeding the assigned disk space limit, stopping process now."
PATIENCE = 60.0  # seconds; then it is killed


def fill(server: GameServer, size: int) -> None:
    """Sets how many bytes the server's files take."""
    server.meter.disk = size
    if not server.meter.is_disk_full or server.state in (PowerState.OFFLINE, PowerState.STOPPING):
        return
    server.say(EXCEEDED)
    run = server.container
    server.power.request("stop", "wings: disk limit", lambda _: None)

    def lose_patience() -> None:
        if server.container is run:
            server.kill()

    server.schedule.after(PATIENCE, lose_patience)
