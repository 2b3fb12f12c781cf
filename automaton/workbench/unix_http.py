"""HTTP over a Unix socket, by the standard library: a client with a pool would take longer to import."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType

CONNECT_WITHIN = 5.0  # seconds: who listens on this machine takes a connection at once
PIECE = 64 * 1024  # bytes of an answer without an end that are taken at a time, or as many as have come


class UnansweredError(Exception):
    """Nobody listens, or no whole answer came."""


class UnixAnswer:
    """The answer to one request, read while it comes. Every reading may raise UnansweredError."""

    def __init__(self, connection: HTTPConnection, response: HTTPResponse) -> None:
        self.status = response.status
        self._connection = connection
        self._response = response

    def header(self, name: str) -> str | None:
        """What its head says under this name."""
        return self._response.getheader(name)

    def read(self) -> bytes:
        """All of it."""
        with _unanswered():
            return self._response.read()

    def lines(self) -> Iterator[bytes]:
        """Its lines, each as soon as it is there."""
        while line := self._read_line():
            yield line

    def pieces(self) -> Iterator[bytes]:
        """What has come, and then what comes."""
        while piece := self._read_piece():
            yield piece

    def __enter__(self) -> UnixAnswer:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._response.close()
        self._connection.close()

    def _read_line(self) -> bytes:
        with _unanswered():
            return self._response.readline()

    def _read_piece(self) -> bytes:
        with _unanswered():
            return self._response.read1(PIECE)


def ask(
    socket_file: Path,
    method: str,
    path: str,
    *,
    body: Mapping[str, object] | None = None,
    within: float | None,
) -> UnixAnswer:
    """Sends a request and waits for the head of its answer; `within` seconds for each piece, or for ever.

    Raises UnansweredError.
    """
    connection = _UnixConnection(socket_file, within)
    try:
        with _unanswered():
            if body is None:
                connection.request(method, path)
            else:
                connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            return UnixAnswer(connection, connection.getresponse())
    except UnansweredError:
        connection.close()
        raise


class _UnixConnection(HTTPConnection):
    """A connection to a file."""

    def __init__(self, file: Path, within: float | None) -> None:
        super().__init__("automaton")
        self._file = file
        self._within = within

    def connect(self) -> None:
        """Raises OSError where nobody listens."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(CONNECT_WITHIN)
        self.sock.connect(str(self._file))
        self.sock.settimeout(self._within)


@contextmanager
def _unanswered() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise UnansweredError(problem.strerror or str(problem) or "it hung up") from problem
    except HTTPException as problem:
        raise UnansweredError("what answers speaks something else, or broke off") from problem
