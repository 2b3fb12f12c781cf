"""The hold: a person wants no action of any rule, anywhere, until a person says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

RELEASES = "`automaton release` ends it"


@dataclass(frozen=True, slots=True)
class Hold:
    """`since` is wall time. `by` is who asked for it, `reason` why, empty where nothing was said.

    It has no end of its own: what a person stopped in alarm must not begin again by itself.
    """

    since: float
    reason: str = ""
    by: str = ""

    @property
    def detail(self) -> str:
        """Why, and how it ends."""
        return f"{self.reason}; {RELEASES}" if self.reason else RELEASES

    def dump(self) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {"since": self.since, "reason": self.reason, "by": self.by}

    @classmethod
    def load(cls, data: dict[str, Any] | None) -> Self | None:
        """What `dump` returned; None where nothing was on hold."""
        return None if data is None else cls(float(data["since"]), str(data["reason"]), str(data["by"]))
