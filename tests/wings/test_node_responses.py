"""What Wings' answers look like."""

from __future__ import annotations

import json

import pytest

from automaton.wings.node_responses import read_server

OWN = {"uuid": "aaaaaaaa-0000-4000-8000-00000000000a", "meta": {"name": "lobby"}}


def told(**configuration: object) -> bytes:
    return json.dumps({"configuration": {**OWN, **configuration}}).encode()


def test_where_players_connect_is_its_default_allocation() -> None:
    allocations = {"default": {"ip": "192.0.2.7", "port": 27015}, "mappings": {"192.0.2.7": [27015, 27016]}}
    environment = {"QUERY_PORT": 27016, "RCON_PASS": "hunter2", "SERVER_MEMORY": 1024}
    found = read_server(told(allocations=allocations, environment=environment), "eu")

    assert found is not None
    assert (found.host, found.port, found.ports) == ("192.0.2.7", 27015, (("QUERY_PORT", 27016),))


ODD: list[object] = [None, [], "x", 7, {"default": "x"}, {"default": {"ip": 7}}, {"default": {"port": "x"}}]


@pytest.mark.parametrize("odd", ODD)
def test_an_allocation_of_another_shape_hides_no_server(odd: object) -> None:
    found = read_server(told(allocations=odd, environment=odd), "eu")

    assert found is not None
    assert (found.name, found.host, found.port) == ("lobby", "", 0)
