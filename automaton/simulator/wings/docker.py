"""Docker on a node, which may be gone for a while: then nothing is started there (protocol.md 5.1)."""

from __future__ import annotations

from automaton.simulator.timer_schedule import Timer, TimerSchedule

UNREACHABLE = (
    "environment/docker: failed to run pre-boot process: Cannot connect to the Docker daemon "
    "at unix:///var/run/docker.sock. Is the docker daemon running?"
)


class Docker:
    """`gone` while nobody answers at its socket. What it ran, its node ends."""

    def __init__(self, schedule: TimerSchedule) -> None:
        self.gone = False
        self._schedule = schedule
        self._return: Timer | None = None

    def go(self, seconds: float) -> None:
        """Gone for so many seconds from now, whatever was said before."""
        self.come_back()
        self.gone = True
        self._return = self._schedule.after(seconds, self.come_back)

    def come_back(self) -> None:
        """Answers again. What it ran before does not run."""
        self.gone = False
        if self._return is not None:
            self._return.cancel()
            self._return = None
