"""Which nodes have links that have yet to come up."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.moment import Moment
from automaton.daemon.cluster.settling_nodes import LOOKED_EVERY, SettlingNodes
from automaton.wings.link_supervisor import LinkState, LinkStatus


@dataclass
class Hand:
    """A clock that is set by hand."""

    mono: float = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, self.mono)


def link(server: str, state: LinkState) -> LinkStatus:
    return LinkStatus(
        server=server,
        panel="main",
        state=state,
        cause="",
        reason="",
        since=Moment(0.0, 0.0),
        tries=0,
        next_try=None,
    )


def test_a_node_settles_until_each_of_its_links_is_up_or_waits_for_a_person() -> None:
    clock, nodes = Hand(), {"a": "eu-1", "b": "eu-1", "c": "us-1"}
    links = [link("a", LinkState.LIVE), link("b", LinkState.CONNECTING), link("c", LinkState.PARKED)]
    settling = SettlingNodes(lambda: links, nodes.get, clock)

    assert settling.nodes() == {"eu-1"}
    links[1] = link("b", LinkState.SUSPENDED)
    assert settling.nodes() == {"eu-1"}  # looked at a moment ago
    clock.mono += LOOKED_EVERY
    assert settling.nodes() == set()
