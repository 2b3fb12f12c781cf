"""What lies between processes."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.chaos.proxies import NOTHING, Proxies, proxies


@contextmanager
def echo(answer: bytes = b"") -> Iterator[int]:
    """A server of one connection, which says what it is told, or that; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            with taken:
                while data := taken.recv(100):
                    taken.sendall(answer or data)

        thread = Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@contextmanager
def through(
    answer: bytes = b"", rewrite: Mapping[bytes, bytes] = NOTHING
) -> Iterator[tuple[socket.socket, Proxies]]:
    """A connection by way of a proxy."""
    with (
        echo(answer) as port,
        proxies() as between,
        socket.create_connection(("127.0.0.1", between.add("a/b", port, rewrite)), 10) as near,
    ):
        yield near, between


def test_what_is_sent_comes_through_both_ways() -> None:
    with through() as (near, _):
        near.sendall(b"hello")

        assert near.recv(100) == b"hello"


def test_what_is_cut_keeps_silent_and_arrives_once_it_is_mended() -> None:
    with through() as (near, between):
        near.sendall(b"before")
        assert near.recv(100) == b"before"
        between.cut("a/")
        near.sendall(b"behind")
        near.settimeout(0.2)
        with pytest.raises(TimeoutError):
            near.recv(100)
        between.mend("a/")
        near.settimeout(10)

        assert near.recv(100) == b"behind"


def test_an_answer_names_the_proxy_where_it_named_what_lies_behind() -> None:
    with through(b"ws://127.0.0.1:28080/", {b":28080": b":39393"}) as (near, _):
        near.sendall(b"where?")

        assert near.recv(100) == b"ws://127.0.0.1:39393/"
