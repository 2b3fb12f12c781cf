"""JetStream's own answers, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.jetstream_api import ApiError, Found, ask_api, get_message
from automaton.cluster.nats.thread import NatsThread
from automaton.errors import Unreachable
from tests.cluster.nats_servers import nats_servers


def test_a_refusal_has_its_number(thread: NatsThread) -> None:
    with pytest.raises(ApiError) as refused:
        thread.wait(ask_api(thread.connection, "STREAM.INFO.nothing", {}))

    assert refused.value.number == 10059


def test_what_no_jetstream_answers_is_weather(thread: NatsThread) -> None:
    with pytest.raises(Unreachable):
        thread.wait(ask_api(thread.connection, "NO.SUCH.QUESTION", {}))


SAID = "no suitable peers for placement"


@pytest.mark.parametrize("said", [SAID, f"{SAID}, peer offline"])
def test_where_servers_are_away_the_reason_says_what_to_do_if_they_are_not(said: str) -> None:
    refused = ApiError(10005, said)

    assert refused.lacks_servers
    assert str(refused).startswith(f"{said} (10005): ")
    assert "restart them" in str(refused)


@pytest.mark.parametrize(
    ("number", "said"),
    [(10005, f"{SAID}, insufficient storage"), (10005, f"{SAID}, tags not matched ['x']"), (10074, SAID)],
)
def test_what_is_a_fault_of_the_configuration_is_told_in_the_servers_own_words(
    number: int, said: str
) -> None:
    refused = ApiError(number, said)

    assert not refused.lacks_servers
    assert str(refused) == f"{said} ({number})"


@pytest.fixture
def on_three(tmp_path: Path) -> Iterator[NatsThread]:
    with nats_servers(tmp_path, 3) as servers:
        thread = NatsThread(Access(tuple(servers.urls)), "tests")
        try:
            thread.wait(asyncio.wait_for(thread.connection.wait_until_up(), 60.0))
            yield thread
        finally:
            thread.close()


@pytest.mark.long
def test_real_servers_are_understood(on_three: NatsThread) -> None:
    for wanted, lacks_servers in (
        ({"num_replicas": 5}, True),
        ({"num_replicas": 3, "max_bytes": 8 << 30}, False),  # of 4 GiB that a server has for all
        ({"num_replicas": 3, "placement": {"tags": ["nowhere"]}}, False),
    ):
        with pytest.raises(ApiError) as refused:
            on_three.wait(ask_api(on_three.connection, "STREAM.CREATE.one", {"name": "one", **wanted}))

        assert (refused.value.number, refused.value.lacks_servers) == (10005, lacks_servers)


def test_a_message_is_read_by_its_number_or_as_the_last_of_a_subject(
    thread: NatsThread,
) -> None:
    connection = thread.connection
    thread.wait(ask_api(connection, "STREAM.CREATE.one", {"name": "one", "subjects": ["one.*"]}))
    thread.wait(connection.request("one.a", b"1", 5.0))
    thread.wait(connection.request("one.b", b"2", 5.0))

    first, last = (
        thread.wait(get_message(connection, "one", asked))
        for asked in ({"seq": 1}, {"last_by_subj": "one.b"})
    )

    assert first == Found(1, "one.a", b"1")
    assert last == Found(2, "one.b", b"2")
    assert thread.wait(get_message(connection, "one", {"seq": 3})) is None
    assert thread.wait(get_message(connection, "one", {"last_by_subj": "one.c"})) is None
