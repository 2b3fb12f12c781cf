"""What stands in the address of the fleet's page."""

from __future__ import annotations

import pytest

from automaton.web.pages.fleet_choice import EVERYTHING, LONGEST_WORD, FleetChoice
from automaton.web.pages.fleet_glance import Open
from automaton.web.pages.node_owners import NodeOwner
from tests.web.pages.fleet_world import glance

SERVERS = [
    glance("Lobby", node="eu-1", panel="main", pack="minecraft", tags=["prod"], cpu=5.0),
    glance("Rust", Open(1, "critical", held=True), node="eu-2", pack="rust", state="offline", cpu=50.0),
    glance(
        "Test",
        Open(1, "warning"),
        owner=NodeOwner("m-a", "owned", 1),
        node="lab",
        egg="Paper",
        status_groups=["Fun"],
    ),
]


def names(**query: str) -> list[str]:
    return [one.row.name for one in FleetChoice.read(query).ordered(SERVERS)]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["Rust", "Test", "Lobby"]),
        ({"q": "lob"}, ["Lobby"]),
        ({"q": "EU-"}, ["Rust", "Lobby"]),
        ({"state": "offline"}, ["Rust"]),
        ({"incidents": "any"}, ["Rust", "Test"]),
        ({"incidents": "warning"}, ["Test"]),
        ({"incidents": "held"}, ["Rust"]),
        ({"tag": "prod"}, ["Lobby"]),
        ({"node": "lab"}, ["Test"]),
        ({"owner": "m-a"}, ["Test"]),
        ({"owner": "m-b"}, []),
        ({"sort": "owner"}, ["Lobby", "Rust", "Test"]),
        ({"game": "Paper"}, ["Test"]),
        ({"group": "Fun"}, ["Test"]),
        ({"panel": "main"}, ["Lobby"]),
        ({"sort": "name"}, ["Lobby", "Rust", "Test"]),
        ({"sort": "-name"}, ["Test", "Rust", "Lobby"]),
        ({"sort": "cpu"}, ["Rust", "Lobby", "Test"]),
        ({"q": "nobody"}, []),
    ],
)
def test_an_address_chooses_servers_and_their_order(query: dict[str, str], shown: list[str]) -> None:
    assert names(**query) == shown


def test_what_is_not_understood_counts_as_not_written() -> None:
    assert FleetChoice.read({"state": "<b>", "incidents": "x", "sort": "uuid", "other": "1"}) == EVERYTHING
    assert FleetChoice.read({"sort": "trouble"}) == EVERYTHING
    assert len(FleetChoice.read({"q": "x" * 10_000}).q) == LONGEST_WORD


def test_a_choice_comes_back_as_the_address_that_it_was_read_from() -> None:
    choice = FleetChoice(q="a&b=c", tag="ü", sort="-cpu")

    assert choice.query == "?q=a%26b%3Dc&tag=%C3%BC&sort=-cpu"
    assert choice.link(tag="", sort="") == "/?q=a%26b%3Dc"
    assert EVERYTHING.link() == "/"


def test_a_column_that_is_chosen_again_turns_the_order_round() -> None:
    assert EVERYTHING.sorted_by("name") == "/?sort=name"
    assert FleetChoice(sort="name").sorted_by("name") == "/?sort=-name"


def test_rows_move_while_one_looks_unless_they_are_sorted_by_a_figure() -> None:
    assert not EVERYTHING.is_by_figure
    assert FleetChoice(sort="-cpu").is_by_figure
