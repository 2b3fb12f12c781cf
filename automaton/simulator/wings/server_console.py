"""The console of one server: what its process prints, kept for `send logs` and sent to all listeners.

A line may also be the one by which Wings takes the server for running.
"""

from __future__ import annotations

from collections import deque

from automaton.simulator.wings import feature_match
from automaton.simulator.wings.console_fanout import ConsoleFanout
from automaton.simulator.wings.console_output import ConsoleThrottle
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_base import ServerBase

LOG_LINES = 150  # Wings' system.websocket_log_count
EARLY = 0.25  # how often `running` comes before the line that proves it; either is seen (protocol.md 4.4)


class ServerConsole:
    """Takes the lines of one server's process, in their order."""

    def __init__(self, server: ServerBase) -> None:
        self._server = server
        self._kept: deque[str] = deque(maxlen=LOG_LINES)
        self._throttle = ConsoleThrottle()
        self._fanout = ConsoleFanout(server.schedule, self._is_held_up, self._show)

    def recent_lines(self) -> list[str]:
        """What `send logs` replays, oldest first: the process' own lines only."""
        return list(self._kept)

    def clear(self) -> None:
        """Drops the lines of the run before."""
        self._kept.clear()

    def print(self, line: str) -> None:
        """Keeps a line, and sends it unless the throttle drops it."""
        self._kept.append(line)
        if not line:
            return  # an empty line is kept, and not sent [T 02]
        if not self._throttle.admits(self._server.schedule.now.mono):
            if self._throttle.is_first_drop:
                self._server.say("Server is outputting console data too quickly -- throttling...")
            return
        self._fanout.add(line)

    def _is_held_up(self) -> bool:
        return any(socket.is_behind for socket in self._server.sockets)

    def _show(self, line: str) -> None:
        server = self._server
        is_done = server.state is PowerState.STARTING and server.build.egg.is_done(line)
        is_early = is_done and server.chance.random() < EARLY
        if is_early:
            server.become(PowerState.RUNNING)
        server.publish("console output", line)
        if server.generation.matches_features and (
            found := feature_match.match(server.build.egg.features, line)
        ):
            server.publish("feature match", found)
        if is_done and not is_early:
            server.become(PowerState.RUNNING)
