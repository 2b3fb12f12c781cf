"""Each event to the queue of its server's node."""

from __future__ import annotations

from automaton.core.events import Event, LinePrinted, LinkUp, PanelLost, Profile, ServerGone, ServerListed
from automaton.core.moment import Moment
from automaton.wings.event_router import EventRouter

NOW = Moment(1.0, 2.0)


class Taken:
    """A queue that keeps all."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def put(self, event: Event) -> None:
        self.events.append(event)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(type(event).__name__, event.server) for event in self.events]


def listed(server: str, node: str) -> ServerListed:
    return ServerListed(
        server=server, at=NOW, profile=Profile(uuid=server, id=server, name=server, node=node)
    )


def line(server: str) -> LinePrinted:
    return LinePrinted(server=server, at=NOW, text="x")


def two() -> tuple[EventRouter, Taken, Taken]:
    router, first, second = EventRouter(), Taken(), Taken()
    router.attach("n1", first)
    router.attach("n2", second)
    router.put(listed("a", "n1"))
    router.put(listed("b", "n2"))
    return router, first, second


def test_each_node_hears_of_its_own_servers() -> None:
    router, first, second = two()
    for event in (LinkUp(server="a", at=NOW), line("b"), PanelLost(server="a", at=NOW, detail="503")):
        router.put(event)

    assert first.told == [("ServerListed", "a"), ("LinkUp", "a"), ("PanelLost", "a")]
    assert second.told == [("ServerListed", "b"), ("LinePrinted", "b")]


def test_what_is_of_no_node_with_a_queue_goes_nowhere() -> None:
    router, first, second = two()
    router.put(listed("c", "n3"))
    for server in ("c", "never listed"):
        router.put(line(server))

    assert (len(first.events), len(second.events)) == (1, 1)


def test_a_node_that_is_detached_hears_no_more_and_its_next_queue_only_what_is_listed_anew() -> None:
    router, first, _ = two()
    router.detach("n1")
    router.detach("n1")
    router.put(line("a"))
    anew = Taken()
    router.attach("n1", anew)
    router.put(line("a"))
    router.put(listed("a", "n1"))
    router.put(line("a"))

    assert first.told == [("ServerListed", "a")]
    assert anew.told == [("ServerListed", "a"), ("LinePrinted", "a")]


def test_a_server_that_moves_to_another_node_is_gone_from_the_first() -> None:
    router, first, second = two()
    router.put(listed("a", "n2"))
    router.put(line("a"))

    assert first.told == [("ServerListed", "a"), ("ServerGone", "a")]
    assert isinstance(gone := first.events[-1], ServerGone)
    assert gone.reason == "it is on the node n2 now"
    assert second.told == [("ServerListed", "b"), ("ServerListed", "a"), ("LinePrinted", "a")]


def test_a_server_that_moves_to_a_node_of_another_daemon_is_gone_here() -> None:
    router, first, _ = two()
    router.put(listed("a", "n3"))
    router.put(line("a"))

    assert first.told == [("ServerListed", "a"), ("ServerGone", "a")]


def test_after_its_end_a_server_is_not_known_any_more() -> None:
    router, first, _ = two()
    router.put(ServerGone(server="a", at=NOW, reason="deleted"))
    router.put(line("a"))

    assert first.told == [("ServerListed", "a"), ("ServerGone", "a")]
