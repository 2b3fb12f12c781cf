"""What a server says of itself, and what is to be changed."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from automaton.cluster.nats.monitor import ServerFacts, judged, server_facts
from automaton.errors import Unreachable
from automaton.pace.http_client import HttpClient
from tests.cluster.nats_servers import NatsServers

GOOD = ServerFacts("http://n1:8222", "n1", "2.12.3", 1 << 20, 0.0, 3, "n1")


def test_a_real_server_tells_its_version_and_how_it_syncs(server: NatsServers) -> None:
    async def ask() -> ServerFacts:
        async with HttpClient(ssl.create_default_context()) as client:
            return await server_facts(client, server.monitors[0])

    facts = asyncio.run(ask())

    assert facts.name == "n0"
    assert facts.version.startswith("2.")
    assert (facts.sync_interval, facts.size, facts.max_payload) == (0.0, 1, 1 << 20)


def test_another_address_is_told() -> None:
    async def ask() -> None:
        async with HttpClient(ssl.create_default_context()) as client:
            await server_facts(client, "http://127.0.0.1:1")

    with pytest.raises(Unreachable):
        asyncio.run(ask())


def test_servers_that_are_as_they_should_be_need_nothing() -> None:
    assert judged([GOOD, GOOD, GOOD], 3) == []


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (ServerFacts("u", "n1", "2.9.1", 1 << 20, 0.0, 3, "n1"), "needs 2.10 or newer"),
        (ServerFacts("u", "n1", "2.10.27", 1 << 20, 0.0, 3, "n1"), "2.12.3 or newer is recommended"),
        (ServerFacts("u", "n1", "2.12.3", 1 << 20, 120.0, 3, "n1"), "set `sync_interval: always`"),
        (ServerFacts("u", "n1", "2.12.3", 1 << 20, None, 3, "n1"), "JetStream is off"),
        (ServerFacts("u", "n1", "2.12.3", 65536, 0.0, 3, "n1"), "`max_payload`"),
        (ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, 1, "n1"), "`cluster.replicas` is 3"),
        (ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, 3, ""), "no leader"),
    ],
)
def test_what_is_wrong_is_told_as_what_to_do(server: ServerFacts, sentence: str) -> None:
    (problem,) = judged([server], 3)

    assert sentence in problem.message


@pytest.mark.parametrize(
    ("size", "replicas", "counted", "written"),
    [(1, 3, "1 server", 1), (2, 3, "2 servers", 1), (4, 5, "4 servers", 3)],
)
def test_of_too_few_servers_it_is_told_how_many_there_are_and_a_number_that_may_be_written(
    size: int, replicas: int, counted: str, written: int
) -> None:
    (problem,) = judged([ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, size, "n1")], replicas)

    assert f"JetStream counts {counted}: set up" in problem.message
    assert problem.message.endswith(f"or set `replicas: {written}`")


def test_a_server_that_runs_and_is_not_counted_is_to_be_restarted() -> None:
    leads = ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, 2, "n1", frozenset({"n2"}))
    others = [ServerFacts("u", name, "2.12.3", 1 << 20, 0.0, 2, "n1") for name in ("n2", "n3")]

    (problem,) = judged([leads, *others], 3)

    assert "does not count n3" in problem.message
    assert problem.message.endswith("restart n3")


def test_who_leads_none_of_those_that_answered_says_nothing_of_who_is_counted() -> None:
    """Of another cluster's servers nobody counts these, and rightly."""
    leads = ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, 2, "n1", frozenset({"n2"}))
    other = ServerFacts("u", "m1", "2.12.3", 1 << 20, 0.0, 2, "m2")

    assert judged([leads, other], 2) == []


@pytest.mark.parametrize(
    ("led", "told"),
    [({"n2", "Server name unknown at this time (peerID: x)"}, False), ({"n2", "n-that-is-gone"}, True)],
)
def test_one_that_is_counted_and_not_known_by_name_yet_need_not_be_restarted(
    led: set[str], *, told: bool
) -> None:
    leads = ServerFacts("u", "n1", "2.12.3", 1 << 20, 0.0, 3, "n1", frozenset(led))
    others = [ServerFacts("u", name, "2.12.3", 1 << 20, 0.0, 3, "n1") for name in ("n2", "n3")]

    assert any("restart n3" in problem.message for problem in judged([leads, *others], 3)) == told


def test_servers_of_different_versions_are_told() -> None:
    other = ServerFacts("u", "n2", "2.12.4", 1 << 20, 0.0, 3, "n1")

    (problem,) = judged([GOOD, other], 3)

    assert problem.message == "the NATS servers have different versions: 2.12.3, 2.12.4"
