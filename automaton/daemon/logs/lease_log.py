"""Tells the log what was written to a server when its lease was over: somebody must look at that server."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from automaton.wings.server_actions import Outlived

REASON = (
    "this process was stopped, or its machine was, exactly between the look at the lease and the write: "
    "another member may have acted on the server as well; look at what it does now"
)


class LeaseLog:
    """`name_of` gives the name that people know."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._log = structlog.get_logger()

    def tell(self, late: Outlived) -> None:
        """Logs one call, as `ServerActions` tells it."""
        self._log.error(
            "lease.outlived",
            server=self._name_of(late.server),
            call=late.what,
            seconds=round(late.seconds, 1),
            reason=REASON,
        )
