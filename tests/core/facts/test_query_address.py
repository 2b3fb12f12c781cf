"""Where a game is asked: by the Panel, the pack and automaton.yml, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core.events import Profile
from automaton.core.facts.query_address import (
    AS_LISTED,
    MOST_PORTS,
    NOT_INSTALLED,
    OFF,
    QueryAddress,
    QueryChoice,
    host_of,
    is_host,
    port_in,
    ports_among,
    query_address,
)
from automaton.core.pack import QueryForm, QueryProtocol

A2S = QueryForm(QueryProtocol.A2S)
SERVER = Profile(uuid="u", id="i", name="n", host="192.0.2.7", port=27015, ports=(("QUERY_PORT", 27016),))


@pytest.mark.parametrize(
    ("form", "chosen", "found"),
    [
        (A2S, AS_LISTED, ("192.0.2.7", 27015)),
        (replace(A2S, offset=1), AS_LISTED, ("192.0.2.7", 27016)),
        (replace(A2S, port=5000), AS_LISTED, ("192.0.2.7", 5000)),
        (replace(A2S, variables=("QUERY_PORT",)), AS_LISTED, ("192.0.2.7", 27016)),
        (replace(A2S, variables=("OTHER_PORT",)), AS_LISTED, ("192.0.2.7", 27015)),
        (replace(A2S, variables=("OTHER_PORT", "QUERY_PORT"), port=1), AS_LISTED, ("192.0.2.7", 27016)),
        (replace(A2S, variables=("OTHER_PORT",), port=5000), AS_LISTED, ("192.0.2.7", 5000)),
        (replace(A2S, variables=("OTHER_PORT",), offset=1), AS_LISTED, ("192.0.2.7", 27016)),
        (A2S, QueryChoice("10.0.0.5"), ("10.0.0.5", 27015)),
        (A2S, QueryChoice("mc.example.org"), ("mc.example.org", 27015)),
        (A2S, QueryChoice("10.0.0.5", replace(A2S, port=1)), ("10.0.0.5", 1)),
        (None, QueryChoice(form=A2S), ("192.0.2.7", 27015)),
    ],
)
def test_it_is_asked_there(form: QueryForm | None, chosen: QueryChoice, found: tuple[str, int]) -> None:
    assert query_address(SERVER, form, chosen) == QueryAddress(QueryProtocol.A2S, *found)


@pytest.mark.parametrize(
    ("profile", "form", "chosen", "why"),
    [
        (SERVER, None, AS_LISTED, "its pack has no `query`"),
        (SERVER, A2S, OFF, "`query` of automaton.yml says `off`"),
        (SERVER, A2S, NOT_INSTALLED, "the extra `query` is not installed"),
        (replace(SERVER, host=""), A2S, AS_LISTED, "nobody says its address"),
        (replace(SERVER, host="0.0.0.0"), A2S, AS_LISTED, "it listens at `0.0.0.0`"),
        (replace(SERVER, host="::"), A2S, AS_LISTED, "it listens at `::`"),
        (replace(SERVER, port=0), A2S, AS_LISTED, "nobody says its port"),
        (replace(SERVER, port=65535), replace(A2S, offset=1), AS_LISTED, "nobody says its port"),
        (replace(SERVER, port=1), replace(A2S, offset=-1), AS_LISTED, "nobody says its port"),
    ],
)
def test_it_is_not_asked_and_why(
    profile: Profile, form: QueryForm | None, chosen: QueryChoice, why: str
) -> None:
    assert str(query_address(profile, form, chosen)).startswith(why)


@pytest.mark.parametrize(
    "text", ["mc.example.org", "192.0.2.7", "2001:db8::7", "fe80::1%eth0", "node_1", "a.b."]
)
def test_a_host_is_one(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text", ["", "EU 1", "a/b", "a:b:x", "user@host", "-a", "a\n", "höst", "a" * 300, "[::1]"]
)
def test_a_label_is_no_host(text: str) -> None:
    assert not is_host(text)
    assert host_of(text, "192.0.2.7") == "192.0.2.7"


def test_an_alias_goes_before_the_address() -> None:
    assert host_of("mc.example.org", "10.0.0.5") == "mc.example.org"
    assert host_of(None, "") == ""


@pytest.mark.parametrize(
    ("value", "port"),
    [
        ("27016", 27016),
        (27016, 27016),
        ("0", 0),
        ("65535", 65535),
        ("65536", 0),
        ("027016", 0),
        ("x", 0),
        (None, 0),
        ("٣", 0),
        ("1e3", 0),
    ],
)
def test_a_port_is_a_number(value: object, port: int) -> None:
    assert port_in(value) == port


def test_only_ports_are_kept_of_an_eggs_variables() -> None:
    variables = {
        "QUERY_PORT": "27016",
        "RCON_PASS": "27017",
        "SUPPORT": "yes",
        "PORT\n": "5",
        "rcon_port": "27018",
    }

    assert ports_among(variables) == (("QUERY_PORT", 27016), ("rcon_port", 27018))
    assert len(ports_among({f"PORT_{number}": "1" for number in range(99)})) == MOST_PORTS
