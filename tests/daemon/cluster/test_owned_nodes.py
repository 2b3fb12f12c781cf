"""Which nodes are judged here."""

from __future__ import annotations

from collections.abc import Iterable

from automaton.core.events import Event, ServerListed, StateChanged
from automaton.daemon.cluster.owned_nodes import OwnedNodes
from automaton.wings.event_router import EventRouter
from tests.daemon.cluster.stage import listed, state_of


class FakePool:
    """Remembers what it was told to own, and what had a queue by then."""

    def __init__(self) -> None:
        self.owned: list[frozenset[str]] = []

    def own(self, nodes: Iterable[str] | None) -> None:
        self.owned.append(frozenset(nodes or ()))


class Heard(list[Event]):
    """A queue."""

    def put(self, event: Event) -> None:
        self.append(event)


def test_nothing_is_linked_before_a_node_is_owned_and_nothing_is_told_after_it_left() -> None:
    pool, router, heard = FakePool(), EventRouter(), Heard()
    nodes = OwnedNodes(pool, router)

    router.put(listed("one", node="eu-1"))
    nodes.add("eu-1", heard)
    router.put(listed("one", node="eu-1"))
    router.put(state_of("one"))
    nodes.remove("eu-1")
    router.put(state_of("one"))

    assert pool.owned == [frozenset(), {"eu-1"}, frozenset()]
    assert [type(event) for event in heard] == [ServerListed, StateChanged]


def test_nodes_are_owned_beside_each_other_each_with_its_queue() -> None:
    pool, router, one, two = FakePool(), EventRouter(), Heard(), Heard()
    nodes = OwnedNodes(pool, router)

    nodes.add("eu-1", one)
    nodes.add("us-1", two)
    router.put(listed("a", node="eu-1"))
    router.put(listed("b", node="us-1"))

    assert pool.owned[-1] == {"eu-1", "us-1"}
    assert ([event.server for event in one], [event.server for event in two]) == (["a"], ["b"])
