"""The readings of a test's server: unknown until they are fed, then as a stats frame brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEMORY_LIMIT = 10_000 * 1024 * 1024
DISK_LIMIT = 10_000 * 1024 * 1024
"""Where only a percent is fed: of so many bytes each hundredth of it is a whole number."""

OVERWRITES = {"memory": "memory_pct", "memory_pct": "memory", "disk": "disk_pct", "disk_pct": "disk"}


@dataclass(slots=True)
class Gauge:
    """`fed` are the readings as they were fed last; the size and its percent take each other's place."""

    fed: dict[str, float] = field(default_factory=dict)
    since: float = 0.0

    def feed(self, stats: Mapping[str, float], now: float) -> None:
        """These are changed; the others stay."""
        for name, value in stats.items():
            self.fed.pop(OVERWRITES.get(name, ""), None)
            if name == "uptime":
                self.since = now - value
            self.fed[name] = value

    def booted(self, now: float) -> None:
        """A new process: its uptime counts from here."""
        self.since = now

    def frame(self, now: float, *, is_up: bool, disk_limit: int | None) -> dict[str, float]:
        """The fields of a reading. Zero while the server is off, but for what its disk holds."""
        fed = self.fed
        limit = fed.get("memory_limit", MEMORY_LIMIT if "memory_pct" in fed else 0)
        disk = fed.get("disk", (disk_limit or 0) * fed.get("disk_pct", 0.0) / 100.0)
        live = {
            "memory": fed.get("memory", limit * fed.get("memory_pct", 0.0) / 100.0),
            "cpu_pct": fed.get("cpu_pct", 0.0),
            "rx": fed.get("rx", 0),
            "tx": fed.get("tx", 0),
            "uptime": now - self.since,
        }
        if not is_up:
            live = dict.fromkeys(live, 0)
        return {**live, "memory_limit": limit, "disk": disk}
