"""JetStream's own answers, on a real server."""

from __future__ import annotations

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


@pytest.mark.long
def test_copies_for_which_there_are_no_servers_are_weather_and_the_reason_says_what_to_do(
    tmp_path: Path,
) -> None:
    wanted = {"name": "one", "num_replicas": 3, "placement": {"tags": ["nowhere"]}}
    with nats_servers(tmp_path, 3) as servers:
        thread = NatsThread(Access(tuple(servers.urls)), "tests")
        thread.wait(thread.connection.wait_until_up())

        with pytest.raises(Unreachable, match="restart them"):
            thread.wait(ask_api(thread.connection, "STREAM.CREATE.one", wanted))

        thread.close()


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
