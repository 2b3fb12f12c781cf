"""Events of the links, each to the queue of the node that its server is on: every node is judged by itself.

Law: what is of a node without a queue goes nowhere. Whoever attaches a queue is told all that it judges, for
the servers of a node are listed anew when it is owned.
"""

from __future__ import annotations

from typing import Protocol

from automaton.core.events import Event, ServerGone, ServerListed


class TakesEvents(Protocol):
    """Where events are put. It never waits."""

    def put(self, event: Event) -> None:
        """Takes an event, of any server."""


class EventRouter:
    """Knows the node of each server by how it was listed last."""

    def __init__(self) -> None:
        self._by_node: dict[str, TakesEvents] = {}
        self._by_server: dict[str, TakesEvents] = {}

    def attach(self, node: str, queue: TakesEvents) -> None:
        """Events of this node go to that queue from now on. Comes before the pool owns it: none is missed."""
        self.detach(node)
        self._by_node[node] = queue

    def detach(self, node: str) -> None:
        """Events of this node go nowhere from now on."""
        queue = self._by_node.pop(node, None)
        if queue is not None:
            for server in [server for server, its in self._by_server.items() if its is queue]:
                del self._by_server[server]

    def put(self, event: Event) -> None:
        """Hands it to the queue of its server's node."""
        if type(event) is ServerListed:
            self._place(event)
        queue = self._by_server.get(event.server)
        if queue is None:
            return
        queue.put(event)
        if type(event) is ServerGone:
            del self._by_server[event.server]

    def _place(self, listed: ServerListed) -> None:
        """Notes where it is. Where it was, it is gone: that node's engine would wait for it for ever."""
        node = listed.profile.node
        before, after = self._by_server.get(listed.server), self._by_node.get(node)
        if before is not None and before is not after:
            before.put(ServerGone(server=listed.server, at=listed.at, reason=moved_to(node)))
            del self._by_server[listed.server]
        if after is not None:
            self._by_server[listed.server] = after


def moved_to(node: str) -> str:
    """Why a server is gone from where it was."""
    return f"it is on the node {node} now"
