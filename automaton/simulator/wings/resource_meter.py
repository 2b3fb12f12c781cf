"""What a server uses, and when its `stats` are published (protocol.md 4.1).

Once a second while it is up, and only while it has listeners: an idle server costs nothing.
"""

from __future__ import annotations

from math import floor

from automaton.simulator.timer_schedule import Timer
from automaton.simulator.wings.container import Container
from automaton.simulator.wings.outbound_frame import stats_text
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_base import ServerBase

# Seconds of uptime: Docker's first sample comes at once and is empty, then one a second [T 02].
FIRST_SAMPLE, SECOND_SAMPLE = 0.01, 0.74
OVERHEAD = 1.15  # Wings lets a small container use more than its limit: 256 MiB give 294400000 bytes [T]
READ, WRITTEN = 1024, 20480  # bytes a second on disk
RX, TX = 4211, 9377  # bytes a second, near enough for a small server


def container_limit(megabytes: int) -> int:
    """The bytes that a container may use, where the Panel's limit is so many."""
    return int(megabytes * 1_000_000 * OVERHEAD)


class ResourceMeter:
    """Measures one server, and publishes its readings."""

    def __init__(self, server: ServerBase) -> None:
        self._server = server
        self.period = 1.0  # a busy Docker takes some ms more
        self._ticker: Timer | None = None
        self._limit_known = 0
        self.disk = server.chance.randint(300, 900) << 20
        if server.build.disk:
            self.disk = min(self.disk, (server.build.disk << 20) // 2)

    def figures(self) -> dict[str, object]:
        """One reading, in the order of Wings' struct."""
        run, uptime = self._run, self._uptime()
        empty = run is None or uptime < SECOND_SAMPLE
        self._learn_limit()
        return {
            "memory_bytes": 0 if empty or run is None else run.memory,
            # It outlasts a run, but is missing in the first sample of the next [T].
            "memory_limit_bytes": 0 if run is not None and empty else self._limit_known,
            "cpu_absolute": 0 if empty or run is None else run.cpu,
            "network": {"rx_bytes": int(uptime * RX), "tx_bytes": int(uptime * TX)},
            "uptime": int(uptime * 1000),
            "state": self._server.state,
            "disk_bytes": self.disk,
            **({"disk_io": self._disk_io(uptime)} if self._server.generation.reads_disk_io else {}),
        }

    @property
    def is_disk_full(self) -> bool:
        """True over the limit; without one it never is."""
        return 0 < self._server.build.disk << 20 <= self.disk

    def _disk_io(self, uptime: float) -> dict[str, int]:
        return {"read_bytes": int(uptime * READ), "write_bytes": int(uptime * WRITTEN)}

    def watch(self) -> None:
        """Publishes readings from now on, if a container runs and somebody listens."""
        if self._run is None or not self._server.listeners or self._ticker is not None:
            return
        uptime = self._uptime()
        if uptime < FIRST_SAMPLE:
            delay = FIRST_SAMPLE - uptime
        elif uptime < SECOND_SAMPLE:
            delay = SECOND_SAMPLE - uptime
        else:
            # Periods are counted as a whole number: a remainder of nearly zero would tick without an end.
            told = floor((uptime - SECOND_SAMPLE) / self.period + 1e-6)
            delay = SECOND_SAMPLE + (told + 1) * self.period - uptime
        self._ticker = self._server.schedule.after(delay, self._tick)

    def stop(self) -> None:
        """Stops publishing: the container is gone, or taken for gone."""
        self._learn_limit()
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None

    def publish(self) -> None:
        """Publishes one reading."""
        self._server.publish("stats", stats_text(self.figures(), direct=False))

    def _tick(self) -> None:
        self._ticker = None
        if self._run is not None and self._server.listeners:
            self.publish()
        self.watch()

    def _learn_limit(self) -> None:
        if self._uptime() >= SECOND_SAMPLE:
            self._limit_known = container_limit(self._server.build.memory)

    @property
    def _run(self) -> Container | None:
        """The container that is read: none once Wings publishes `offline`, though the process may live on."""
        return None if self._server.state is PowerState.OFFLINE else self._server.container

    def _uptime(self) -> float:
        run = self._run
        # Rounded: sums of floats drift from whole seconds.
        return round(self._server.schedule.now.mono - run.began, 6) if run else 0.0
