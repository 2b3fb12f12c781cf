"""One connection of an HTTP server, as far as a daemon's requests need it: heads are read, bodies are not."""

from __future__ import annotations

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qs, urlsplit

_REASONS = {200: "OK", 204: "No Content", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: headers by their names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class HttpPeer(asyncio.Protocol):
    """Answers requests one after the other, until one of them is an upgrade."""

    __slots__ = ("_buffer", "transport", "upgraded")

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.upgraded = False
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Bytes of heads, or after an upgrade of frames."""
        if self.upgraded:
            self.frames(data)
            return
        self._buffer += data
        while not self.upgraded and b"\r\n\r\n" in self._buffer:
            head, _, rest = self._buffer.partition(b"\r\n\r\n")
            asked = _read(head)
            length = int(asked.headers.get("content-length", "0"))
            if len(rest) < length:  # a client may write head and body apart
                return
            self._buffer = rest[length:]
            self.answer(asked)

    @abstractmethod
    def answer(self, asked: Asked) -> None:
        """Answers it."""

    def frames(self, data: bytes) -> None:
        """Takes what comes after an upgrade."""

    def reply(self, status: int, body: object = None, headers: Mapping[str, object] | None = None) -> None:
        """Writes an answer with this JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += ["Content-Type: application/json", "", ""]
        self.transport.write("\r\n".join(lines).encode() + content)


def _read(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    return Asked(method, url.path, query, {name.lower(): value.strip() for name, _, value in pairs})
