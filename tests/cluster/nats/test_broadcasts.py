"""What is said to all is heard by each who listens, and kept for nobody."""

from __future__ import annotations

from contextlib import closing
from queue import SimpleQueue

import pytest

from automaton.cluster.nats.broadcasts import Broadcasts
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.thread import NatsThread
from automaton.errors import Unreachable
from tests.cluster.nats_servers import NatsServers

WITHIN = 30.0  # a bound for a hang, not a measure


class Heard:
    """What one listener heard, as whoever waits for it sees it."""

    def __init__(self) -> None:
        self._said = SimpleQueue[tuple[str, bytes]]()

    def __call__(self, subject: str, body: bytes) -> None:
        self._said.put((subject, body))

    def next(self) -> tuple[str, bytes]:
        return self._said.get(timeout=WITHIN)


def test_each_who_listens_hears_what_is_said_from_then_on(server: NatsServers, thread: NatsThread) -> None:
    early, late = Heard(), Heard()
    with closing(NatsThread(Access(tuple(server.urls)), "another")) as other:
        other.wait(other.connection.wait_until_up())
        theirs, ours = Broadcasts(other.connection, early), Broadcasts(thread.connection, late)
        other.wait(theirs.listen("mail.all"))
        other.wait(theirs.publish("mail.all", b"first"))
        assert early.next() == ("mail.all", b"first")
        thread.wait(ours.listen("mail.all"))
        thread.wait(ours.publish("mail.all", b"second"))
        assert early.next() == late.next() == ("mail.all", b"second")


def test_what_cannot_be_said_now_is_refused_and_not_kept() -> None:
    unconnected = Broadcasts(NatsConnection(Access(("nats://127.0.0.1:1",)), "tests"), Heard())
    with pytest.raises(Unreachable):
        unconnected.publish("mail.all", b"lost").send(None)
