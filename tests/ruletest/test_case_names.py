"""What the servers of a test are called."""

from __future__ import annotations

from automaton.problem import FilePlace
from automaton.ruletest.case import InitialServer
from automaton.ruletest.case_names import nodes_of, servers_of
from automaton.ruletest.fed_facts import FactValue, FedFacts
from automaton.ruletest.feed import FeedEntry


def server(**profile: FactValue) -> InitialServer:
    return InitialServer(facts=FedFacts(profile=profile))


def fed(**profile: FactValue) -> FeedEntry:
    return FeedEntry(at=0.0, place=FilePlace("r.yml"), facts=FedFacts(profile=profile))


def test_a_server_is_called_by_its_name_its_short_id_and_those_that_are_fed_later() -> None:
    assert servers_of([server()], ()) == ["server"]
    assert servers_of([server(name="a", id="1f"), server()], [fed(name="c")]) == ["a", "1f", "c", "server-2"]


def test_nodes_are_those_that_are_fed() -> None:
    assert nodes_of([server(node="n1"), server()], [fed(node="n2")]) == ["n1", "n2"]
