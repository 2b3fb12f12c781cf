"""Tells the log why the watchdog is not fed, or that it was late: before systemd acts, and once each time."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from automaton.daemon.watchdog import Look


class WatchdogLog:
    """`name_of` gives the name that people know."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._is_well = True
        self._log = structlog.get_logger()

    def tell(self, look: Look) -> None:
        """Logs what is new since the last look."""
        if look.stood:
            reason = "nothing was judged meanwhile: the machine was paused or overloaded, or it is our fault"
            self._log.warning("loop.stood", seconds=round(look.stood, 1), reason=reason)
        if look.unserved and self._is_well:
            server, waits = look.unserved[0]
            self._log.error(
                "watchdog.unfed",
                server=self._name_of(server) if server else "the fleet",
                servers=len(look.unserved),
                waits=f"{waits:.0f}s",
                reason="its events wait and none is taken; the service manager is left to restart automaton",
            )
        if look.is_well and not self._is_well:
            self._log.info("watchdog.fed")
        self._is_well = look.is_well
