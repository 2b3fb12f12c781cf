"""Servers, rules and incidents in numbers, and as the one line that `status` and systemd show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FleetSummary:
    """`live` of `servers` links are up; `parked` wait for a person; of `suspended` servers none is wanted."""

    live: int
    servers: int
    parked: int
    rules: int
    incidents: int
    suspended: int = 0

    def __str__(self) -> str:
        parts = [
            f"{self.live}/{self.servers} servers",
            _counted(self.rules, "rule"),
            _counted(self.incidents, "incident"),
        ]
        if self.parked:
            parts.append(f"{self.parked} parked")
        if self.suspended:
            parts.append(f"{self.suspended} suspended")
        return ", ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
