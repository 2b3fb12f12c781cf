"""What Wings does when a process ends that nobody stopped (protocol.md 5.3)."""

from __future__ import annotations

from collections.abc import Callable

from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_base import ServerBase

TIMEOUT = 60.0  # seconds between crashes: `timeout` (protocol.md 5.3)


class CrashDetection:
    """Announces a crash, and starts the server again unless it crashed within the last minute."""

    def __init__(self, server: ServerBase, start: Callable[[Callable[[str], None]], None]) -> None:
        """`start` starts the server again, or calls its argument with the cause of a refusal."""
        self._server = server
        self._start = start
        self._last = float("-inf")

    def happened(self, code: int, oom: bool) -> None:
        """Handles an end that nobody asked for; a clean exit counts too, unless configured otherwise."""
        pause = self._server.chance.uniform(0.0, 0.08)
        self._server.schedule.after(pause, lambda: self._tell(code, oom))

    def _tell(self, code: int, oom: bool) -> None:
        server = self._server
        if not server.build.crash_detection:
            server.say("Aborting automatic restart, crash detection is disabled for this instance.")
            return
        if server.state is not PowerState.OFFLINE:
            return  # a power action that waited for the lock was quicker [S]
        if code == 0 and not oom and not server.build.clean_exit_is_crash:
            return
        server.say("---------- Detected server process in a crashed state! ----------")
        server.say(f"Exit code: {code}")
        server.say(f"Out of memory: {str(oom).lower()}")
        now = server.schedule.now.mono
        if now - self._last < TIMEOUT:
            server.say("Aborting automatic restart, last crash occurred less than 60 seconds ago.")
            return
        self._last = now
        self._start(lambda _: self._tell_failure())

    def _tell_failure(self) -> None:
        self._server.say("Server crash was detected but an error occurred while handling it.")
