"""The thread of the logs: asked from others, and gone without a trace."""

from __future__ import annotations

import threading

import pytest

from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.thread import NatsThread
from automaton.errors import Unreachable


def test_what_is_asked_of_it_is_done_in_its_thread_and_what_that_raises_comes_back() -> None:
    thread = NatsThread(Access(("nats://127.0.0.1:1",)), "tests")

    async def name() -> str:
        return threading.current_thread().name

    async def fails() -> None:
        raise ZeroDivisionError

    assert thread.wait(name()) == "nats"
    with pytest.raises(ZeroDivisionError):
        thread.wait(fails())
    thread.close()


def test_whoever_still_waits_when_it_is_closed_is_let_go() -> None:
    thread = NatsThread(Access(("nats://127.0.0.1:1",)), "tests")
    ended: list[Exception] = []

    def ask() -> None:
        try:
            thread.wait(thread.connection.wait_until_up())
        except Unreachable as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    thread.close()
    asking.join(10)

    assert len(ended) == 1
    with pytest.raises(Unreachable, match="ending"):
        thread.wait(thread.connection.wait_until_up())
    thread.close()
