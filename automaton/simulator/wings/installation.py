"""An installation: started, its output for admins, completed (protocol.md 4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.power_state import PowerState

# Seconds that the installer's container takes to come and to go [T 11].
BEFORE, AFTER = 0.3, 0.1
PATIENCE = 10.0  # seconds for what runs to stop; then it is killed
SCRIPT = (
    (0.0, "Downloading server.jar"),
    (3.0, "100%[===================>] 47.21M"),
    (5.0, "Installation done"),
)
BUSY = "Cannot execute server reinstall event while another power action is running."
STARTING = "Starting installation process, this could take a few minutes..."


def install(server: GameServer, script: Sequence[tuple[float, str]] = SCRIPT) -> bool:
    """Stops what runs, then plays an installation. `script` are lines, each with its second.

    Does nothing and returns False while a power action goes on.
    """
    if server.power.is_acting:
        return False
    server.reinstalling = True
    if server.state is PowerState.OFFLINE:
        _begin(server, script)
    else:
        server.power.end_then(partial(_begin, server, script), PATIENCE)
    return True


def _begin(server: GameServer, script: Sequence[tuple[float, str]]) -> None:
    server.installing = True
    server.publish("install started", "")
    server.schedule.after(BEFORE, partial(server.publish, "daemon message", STARTING))
    for second, line in script:
        show = partial(server.publish, "install output", line, permission="admin.websocket.install")
        server.schedule.after(BEFORE + second, show)
    end = max((second for second, _ in script), default=0.0)
    server.schedule.after(BEFORE + end + AFTER, partial(_complete, server))


def _complete(server: GameServer) -> None:
    server.installing = server.reinstalling = False
    server.files.install()
    server.publish("install completed", "")
