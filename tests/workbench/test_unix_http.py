"""Requests over a Unix socket are answered, or told as unanswered; no other error comes out."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from automaton.workbench.unix_http import UnansweredError, ask


@contextmanager
def answering(path: Path, answer: bytes) -> Iterator[list[bytes]]:
    """Somebody who takes one request and says this."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(_request(connection))
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield asked
        thread.join()


def _request(connection: socket.socket) -> bytes:
    """One request and its body, which comes in a packet of its own."""
    with connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        return head + stream.read(int(length[1]) if length else 0)


def test_an_answer_has_its_status_and_is_read_whole_or_by_lines(tmp_path: Path) -> None:
    path, said = tmp_path / "s", b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\none\ntwo\n"
    with answering(path, said) as asked, ask(path, "POST", "/x", body={"a": 1}, within=5.0) as answer:
        lines = list(answer.lines())

    assert (answer.status, lines) == (200, [b"one\n", b"two\n"])
    assert asked[0].startswith(b"POST /x HTTP/1.1\r\n")
    assert asked[0].endswith(b'{"a": 1}')


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_what_is_no_whole_answer_is_unanswered(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "s"
    with answering(path, said), pytest.raises(UnansweredError), ask(path, "GET", "/", within=5.0) as answer:
        answer.read()


def test_where_nobody_listens_it_is_unanswered(tmp_path: Path) -> None:
    with pytest.raises(UnansweredError):
        ask(tmp_path / "none", "GET", "/", within=5.0)
