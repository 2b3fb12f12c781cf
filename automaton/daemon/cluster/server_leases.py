"""The lease under which this process acts on a server: that of its node's shard."""

from __future__ import annotations

from collections.abc import Callable

from automaton.cluster.lease import Lease
from automaton.cluster.shard import Shard, ShardKind


class ServerLeases:
    """An ActingLease (`pace/acting_lease.py`). `node_of` gives a server's node, `lease_of` that of a shard.

    Asked from the event loop alone, where shards come and go; a lease itself is read from any thread.
    """

    def __init__(
        self,
        node_of: Callable[[str], str | None],
        lease_of: Callable[[Shard], Lease | None],
        boot: Callable[[], float],
    ) -> None:
        self._node_of = node_of
        self._lease_of = lease_of
        self._boot = boot

    def left(self, server: str) -> float:
        """Seconds for which this process may still act on it; below 0 where it may not."""
        node = self._node_of(server)
        lease = self._lease_of(Shard(ShardKind.NODE, node)) if node is not None else None
        return lease.left(self._boot()) if lease is not None else -1.0

    def boot(self) -> float:
        """The clock of leases."""
        return self._boot()
