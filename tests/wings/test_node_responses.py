"""What Wings' answers look like."""

from __future__ import annotations

import json

import pytest

from automaton.wings.node_responses import read_server, read_servers

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


@pytest.mark.parametrize(
    "odd", [{"meta": []}, {"suspended": 1}, {"invocation": None}, {"build": "x"}, {"container": 7}], ids=str
)
def test_one_server_of_another_shape_hides_no_other_and_is_listed_itself(odd: dict[str, object]) -> None:
    servers = [json.loads(told()), json.loads(told(uuid="bbbbbbbb-1", **odd))]
    found = read_servers(json.dumps(servers).encode(), "eu")

    assert found is not None
    assert [(one.uuid, one.name) for one in found] == [
        (OWN["uuid"], "lobby"), ("bbbbbbbb-1", "bbbbbbbb" if "meta" in odd else "lobby"),
    ]  # fmt: skip


def test_a_list_with_a_server_that_nobody_can_name_is_none() -> None:
    servers = [json.loads(told()), json.loads(told(uuid=None))]

    assert read_servers(json.dumps(servers).encode(), "eu") is None
