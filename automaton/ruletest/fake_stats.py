"""The readings of a test's server: unknown until they are fed, then as a stats frame brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.facts.readings import FIGURES

MEMORY_LIMIT = 10_000 * 1024 * 1024
DISK_LIMIT = 10_000 * 1024 * 1024
"""The limits where only a percent is fed: a hundredth of them is a whole number of bytes."""

SHARES = {"memory_pct": "memory", "disk_pct": "disk"}
"""Facts that no reading brings but a test may feed, each with the size that it is a share of."""

OVERWRITES = {**SHARES, **{size: share for share, size in SHARES.items()}}


@dataclass(slots=True)
class FakeStats:
    """`fed` are the readings as they were fed last; a size replaces its percent, and the reverse."""

    fed: dict[str, float] = field(default_factory=dict)
    since: float = 0.0

    def feed(self, stats: Mapping[str, float], now: float) -> None:
        """Changes these; the others stay."""
        for name, value in stats.items():
            self.fed.pop(OVERWRITES.get(name, ""), None)
            if name == "uptime":
                self.since = now - value
            self.fed[name] = value

    def booted(self, now: float) -> None:
        """Starts the uptime again, for a new process."""
        self.since = now

    def frame(self, now: float, *, is_up: bool, disk_limit: int | None) -> dict[str, float | None]:
        """The fields of a reading, None for what was never fed: it is unknown.

        Zero while the server is off, but for what its disk holds. With a limit of the disk its use is
        never unknown, only zero: the percent is counted from both.
        """
        fed = self.fed
        limit = self._memory_limit()
        live = {name: fed.get(name) for name in FIGURES}
        live["memory"] = fed.get("memory", self._percent_of(limit, "memory_pct"))
        live["uptime"] = now - self.since
        if not is_up:
            live = {name: None if value is None else 0 for name, value in live.items()}
        disk = fed.get("disk", self._percent_of(disk_limit, "disk_pct"))
        return {**live, "memory_limit": limit, "disk": 0 if disk is None and disk_limit else disk}

    def _memory_limit(self) -> float:
        """0 where Wings would not know it, and where nothing was fed of how much is in use."""
        if "memory_pct" in self.fed:
            return self.fed.get("memory_limit", MEMORY_LIMIT)
        return self.fed.get("memory_limit", 0) if "memory" in self.fed else 0

    def _percent_of(self, whole: float | None, name: str) -> float | None:
        percent = self.fed.get(name)
        return None if percent is None or whole is None else whole * percent / 100.0
