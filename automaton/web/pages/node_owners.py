"""Who owns each node, where members of a cluster share the fleet: asked of our own member again and again.

Law: it is what that member sees; another may see it otherwise for some seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import anyio

from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError
from automaton.web.routes.cluster import ClusterView, ShardRow

LOOKED_EVERY = 2.0  # seconds: as often as an open page is looked at anyway
NODE = "node:"
"""How the text of a node's shard begins."""


@dataclass(frozen=True, slots=True)
class NodeOwner:
    """The member that owns a node, empty for nobody, and then for how long. `state` is as in ShardRow.

    Of two that are equal nothing different is shown in a row of the fleet: seconds and sentences are not
    compared.
    """

    member: str
    state: str
    epoch: int
    acts_in: float | None = field(default=None, compare=False)
    why: str = field(default="", compare=False)
    unowned_for: float | None = field(default=None, compare=False)

    @property
    def is_first(self) -> bool:
        """Whether nobody owned the node before its owner did, as its log says."""
        return self.epoch == 1

    @property
    def trouble(self) -> str:
        """Why nothing is done on the node's servers now, in few words; empty where it is."""
        if not self.member:
            return "no member owns its node"
        return "not acting yet" if self.acts_in is not None else ""


Take = Callable[[Mapping[str, NodeOwner]], object]
"""Is given the owners of all nodes, by the node's name."""


class NodeOwners:
    """Asks, and hands on what it was told. While nobody answers, what was said last stays."""

    def __init__(self, control: ControlClient, take: Take) -> None:
        self._control = control
        self._take = take

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await anyio.sleep(LOOKED_EVERY)

    async def look(self) -> None:
        """Asks once. That nobody answers is told by the feed."""
        try:
            view = await self._control.read("/v1/cluster", ClusterView)
        except (DaemonSilentError, DaemonRefusedError):
            return
        self._take(owners_in(view))


def owners_in(view: ClusterView) -> dict[str, NodeOwner]:
    """The owners of all nodes, by the node's name."""
    return {row.shard.removeprefix(NODE): _owner_in(row) for row in view.shards if row.shard.startswith(NODE)}


def _owner_in(row: ShardRow) -> NodeOwner:
    return NodeOwner(row.owner, row.state, row.epoch, row.acts_in, row.why, row.since)
