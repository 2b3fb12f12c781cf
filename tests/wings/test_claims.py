"""A server that several list: a Panel has it before a node; of two of a kind, neither has."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.wings.claims import Contest, ServerClaims

AT = Moment(10.0, 10.0)
LATER = Moment(20.0, 20.0)


class Lister:
    """A Panel, or a node where `rank` is 1, that remembers what it was told."""

    def __init__(self, name: str, rank: int) -> None:
        self.name = name
        self.rank = rank
        self.told: list[str] = []

    def lose(self, server: str) -> None:
        self.told.append(f"lose {server}")

    def gain(self, server: str) -> None:
        self.told.append(f"gain {server}")


def nodes(*names: str) -> list[Lister]:
    return [Lister(name, 1) for name in names]


def test_one_that_lists_a_server_alone_has_it_until_it_lists_it_no_more() -> None:
    claims, (node,) = ServerClaims(), nodes("a")

    assert claims.claim("s", node, AT)
    assert claims.claim("s", node, LATER), "listed again"
    assert not claims.is_shared("s")
    assert claims.release("s", node, LATER)
    assert (node.told, claims.contests) == ([], 0)


def test_whose_a_server_is_can_be_asked_and_one_that_nobody_lists_or_several_is_nobodys() -> None:
    claims, (first, second, third) = ServerClaims(), nodes("a", "b", "c")
    claims.claim("s", first, AT)
    claims.claim("t", second, AT)
    claims.claim("t", third, AT)

    assert [claims.is_of("s", one) for one in (first, second)] == [True, False]
    assert [claims.is_of("t", one) for one in (second, third)] == [False, False]
    assert not claims.is_of("u", first)


def test_of_two_nodes_neither_has_it_and_the_first_tells_of_both() -> None:
    claims, (first, second) = ServerClaims(), nodes("a", "b")
    claims.claim("s", first, AT)

    assert not claims.claim("s", second, LATER)
    assert not claims.claim("s", first, LATER)
    assert (first.told, second.told) == (["lose s"], [])
    assert claims.contest("s", first) == Contest(("a", "b"), LATER)
    assert claims.contest("s", second) is None
    assert claims.contests == 1


def test_it_is_known_how_many_servers_several_list() -> None:
    claims, (first, second, third) = ServerClaims(), nodes("a", "b", "c")
    for node, shared in ((first, 0), (second, 1), (third, 1)):
        claims.claim("s", node, AT)
        assert claims.shared == shared
    claims.claim("t", first, AT)
    claims.claim("s", second, LATER)
    assert claims.shared == 1

    for node, shared in ((first, 1), (second, 0), (third, 0)):
        claims.release("s", node, LATER)
        assert claims.shared == shared


def test_the_one_that_is_left_has_it_again_whoever_that_is() -> None:
    claims, (first, second, third) = ServerClaims(), nodes("a", "b", "c")
    for node in (first, second, third):
        claims.claim("s", node, AT)

    assert not claims.release("s", first, LATER)
    assert claims.contest("s", second) == Contest(("b", "c"), AT)
    assert not claims.release("s", third, LATER)
    assert second.told == ["gain s"]
    assert claims.contest("s", second) is None
    assert claims.release("s", second, LATER)


def test_each_server_that_becomes_nobodys_is_counted_and_one_that_becomes_so_again() -> None:
    claims, (first, second) = ServerClaims(), nodes("a", "b")
    for server in ("s", "t"):
        claims.claim(server, first, AT)
        claims.claim(server, second, AT)
    claims.release("s", second, LATER)
    claims.claim("s", second, LATER)

    assert claims.contests == 3
    assert claims.contest("s", first) == Contest(("a", "b"), LATER)
    assert claims.contest("t", first) == Contest(("a", "b"), AT)
    assert claims.contest("u", first) is None


def test_a_panel_has_what_a_node_lists_too_whichever_was_first() -> None:
    for panel_first in (True, False):
        claims, panel, node = ServerClaims(), Lister("main", 0), Lister("edge", 1)
        order = [panel, node] if panel_first else [node, panel]
        had = [claims.claim("s", one, AT) for one in order]

        assert had == [True, not panel_first]
        assert panel.told == []
        assert claims.is_shared("s")
        assert node.told == ([] if panel_first else ["lose s"])
        assert (claims.has_lower("s", 1), claims.has_lower("s", 0)) == (True, False)
        assert (claims.contest("s", node), claims.contests) == (None, 0)


def test_a_hostile_node_takes_nothing_from_a_panel_and_gets_it_only_when_the_panel_lists_it_no_more() -> None:
    claims, panel, (first, second) = ServerClaims(), Lister("main", 0), nodes("a", "b")
    for one in (panel, first, second):
        claims.claim("s", one, AT)
    claims.release("s", first, LATER)
    assert panel.told == []

    claims.release("s", panel, LATER)
    assert second.told == ["gain s"]


def test_two_panels_contest_a_server_though_a_node_lists_it_too() -> None:
    claims, first, second, (node,) = ServerClaims(), Lister("main", 0), Lister("other", 0), nodes("edge")
    for one in (node, first, second):
        claims.claim("s", one, AT)

    assert node.told == first.told == ["lose s"]
    assert claims.contest("s", first) == Contest(("main", "other"), AT)
    assert claims.contest("s", node) is None


def test_a_contest_that_a_panel_had_hidden_begins_when_it_lists_the_server_no_more() -> None:
    claims, (first, second), panel = ServerClaims(), nodes("a", "b"), Lister("p", 0)
    for lister in (panel, first, second):
        claims.claim("s", lister, AT)

    claims.release("s", panel, LATER)

    assert claims.contest("s", first) == Contest(("a", "b"), LATER)
    assert claims.contests == 1
    assert (first.told, second.told) == ([], [])
