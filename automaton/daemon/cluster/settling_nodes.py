"""Which nodes have a link that has yet to come up: a member is given nothing more before all of its have.

Looked at once a second at most: of thousands of links each look takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from math import inf

from automaton.pace.clock import Clock
from automaton.wings.link_supervisor import LinkState, LinkStatus

LOOKED_EVERY = 1.0

UP = frozenset({LinkState.LIVE, LinkState.PARKED, LinkState.SUSPENDED})
"""The states of links that wait for nothing of ours."""


class SettlingNodes:
    """`links` gives the state of each link of this process, `node_of` the node of a server."""

    def __init__(
        self, links: Callable[[], Iterable[LinkStatus]], node_of: Callable[[str], str | None], clock: Clock
    ) -> None:
        self._links = links
        self._node_of = node_of
        self._clock = clock
        self._looked_at = -inf
        self._found: Set[str | None] = frozenset()

    def nodes(self) -> Set[str | None]:
        """Those nodes."""
        now = self._clock.now().mono
        if now - self._looked_at >= LOOKED_EVERY:
            self._looked_at = now
            self._found = {self._node_of(one.server) for one in self._links() if one.state not in UP}
        return self._found
