"""Docker on a node. While it is down no container starts there (protocol.md 5.1)."""

from __future__ import annotations

from automaton.simulator.timer_schedule import Timer, TimerSchedule

UNREACHABLE = (
    "environment/docker: failed to run pre-boot process: Cannot connect to the Docker daemon "
    "at unix:///var/run/docker.sock. Is the docker daemon running?"
)


class Docker:
    """`gone` while its socket does not answer; the node ends what it ran."""

    def __init__(self, schedule: TimerSchedule) -> None:
        self.gone = False
        self._schedule = schedule
        self._return: Timer | None = None

    def go_down(self, seconds: float) -> None:
        """Goes down for so many seconds from now, whatever was planned before."""
        self.come_back()
        self.gone = True
        self._return = self._schedule.after(seconds, self.come_back)

    def come_back(self) -> None:
        """Answers again; what it ran before stays ended."""
        self.gone = False
        if self._return is not None:
            self._return.cancel()
            self._return = None
