"""The lease under which a server is acted upon."""

from __future__ import annotations

from automaton.cluster.lease import Lease
from automaton.cluster.shard import Shard, ShardKind
from automaton.daemon.cluster.server_leases import ServerLeases


def test_a_server_is_acted_upon_under_the_lease_of_its_node_and_of_no_other() -> None:
    lease = Lease()
    lease.begin(0.0)
    lease.extend(110.0)
    ours = Shard(ShardKind.NODE, "eu-1")
    nodes = {"a": "eu-1", "b": "us-1"}
    leases = ServerLeases(nodes.get, lambda shard: lease if shard == ours else None, lambda: 103.0)

    assert leases.left("a") == 7.0
    assert leases.left("b") < 0  # another member's node
    assert leases.left("unknown") < 0
    assert leases.boot() == 103.0
