"""The server's configuration, which Wings fetches from its Panel before each start (protocol.md 5.1).

A Panel that is down is asked again for half a minute, under the lock of the power action; only then the
start fails, with nothing of it published yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from automaton.simulator.timer_schedule import TimerSchedule

# Seconds between two requests: Wings backs off up to 12 s, and gives up once half a minute is over.
# These are the example in a comment of its remote client.
PAUSES = (0.55, 1.08, 1.31, 1.58, 2.34, 4.51, 3.22, 5.61, 7.16)
PATIENCE = 30.0  # in all; for one answer too: `remote_query.timeout` of config.yml, unless a host changed it
NOT_SYNCED = "unable to sync server data from Panel instance"


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """How a Panel answers at present: with this status, after so many seconds."""

    status: int = 200
    seconds: float = 0.0


AskPanel = Callable[[], PanelAnswer]


def healthy_panel() -> PanelAnswer:
    """A Panel that answers at once, with 200."""
    return PanelAnswer()


class ConfigSync:
    """The requests of one start. `then` gets the reason of a failure, or None once the Panel answered."""

    def __init__(self, schedule: TimerSchedule, panel: AskPanel, then: Callable[[str | None], None]) -> None:
        self._schedule = schedule
        self._panel = panel
        self._then = then
        self._pauses = iter(PAUSES)
        self._until = schedule.now.mono + PATIENCE

    def ask(self) -> None:
        """Asks now, and again as often as Wings does; then calls `then` once."""
        seconds = self._panel().seconds
        if seconds >= PATIENCE:
            # A request that times out is not repeated.
            self._schedule.after(PATIENCE, lambda: self._then(f"{NOT_SYNCED}: context deadline exceeded"))
        elif seconds > 0:
            self._schedule.after(seconds, self._hear)
        else:
            self._hear()

    def _hear(self) -> None:
        status = self._panel().status
        if status < 400:
            self._then(None)
            return
        # A refusal (4xx) is final.
        pause = next(self._pauses, None) if status >= 500 else None
        if pause is None or self._schedule.now.mono + pause > self._until:
            self._then(refusal(status))
        else:
            self._schedule.after(pause, self.ask)


def refusal(status: int) -> str:
    """Wings' message, for administrators, about a start that failed for this status of the Panel."""
    problem = f"_MissingResponseCode: No error response returned from API endpoint. (HTTP/{status})"
    return f"{NOT_SYNCED}: Error response from Panel: {problem}"
