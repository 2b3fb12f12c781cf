"""The port behind which what delivery remembers lies on disk: the daemon joins it to its journal.

What is written is a set of parts, a name and a JSON value each. The state is what the last write of each
name said, so that any prefix of the writes is a state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

ROOT = "delivery/"  # every name begins with it


class MessageStore(Protocol):
    """Where parts are kept."""

    def write(self, changes: Mapping[str, object | None], /) -> None:
        """Takes parts by name, JSON values each; None removes one. Never waits, never fails."""

    async def committed(self) -> bool:
        """Whether all that was written so far is on disk. Where it cannot be, messages go on without."""


class ForgetfulStore:
    """Keeps nothing: for a daemon without a state folder, and for tests that need none."""

    def write(self, changes: Mapping[str, object | None], /) -> None:
        """Forgets it."""

    async def committed(self) -> bool:
        """At once."""
        return True
