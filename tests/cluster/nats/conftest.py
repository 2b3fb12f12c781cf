"""One real server for the tests of a module, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.thread import NatsThread
from tests.cluster.nats_servers import NatsServers, nats_servers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServers]:
    with nats_servers(tmp_path_factory.mktemp("nats"), 1) as servers:
        yield servers


@pytest.fixture(scope="module")
def thread(server: NatsServers) -> Iterator[NatsThread]:
    thread = NatsThread(Access(tuple(server.urls)), "tests")
    thread.wait(thread.connection.wait_until_up())
    yield thread
    thread.close()
