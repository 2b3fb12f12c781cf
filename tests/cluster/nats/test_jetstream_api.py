"""JetStream's own answers, on a real server."""

from __future__ import annotations

import pytest

from automaton.cluster.nats.jetstream_api import ApiError, Found, ask_api, get_message
from automaton.cluster.nats.thread import NatsThread
from automaton.errors import Unreachable


def test_a_refusal_has_its_number(thread: NatsThread) -> None:
    with pytest.raises(ApiError) as refused:
        thread.wait(ask_api(thread.connection, "STREAM.INFO.nothing", {}))

    assert refused.value.number == 10059


def test_what_no_jetstream_answers_is_weather(thread: NatsThread) -> None:
    with pytest.raises(Unreachable):
        thread.wait(ask_api(thread.connection, "NO.SUCH.QUESTION", {}))


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
