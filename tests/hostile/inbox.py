"""Chat services: a proxy that answers for each of them, under certificates of an authority of its own.

So `discord://…` and its like stand in the daemon's files as operators write them, and nothing of the
libraries is replaced. What arrived is in `mails`; what is answered may be changed for each host.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import trustme

PATIENCE = 20.0  # seconds
NO_CONTENT = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
SLACK_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"

Respond = Callable[["Mail"], bytes]


@dataclass(frozen=True)
class Mail:
    """One request of a service's API."""

    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def text(self) -> str:
        """The body, with JSON's escapes undone where it is JSON."""
        try:
            return json.dumps(self.json, ensure_ascii=False)
        except ValueError:
            return self.body.decode(errors="replace")


class Inbox:
    """`url` is for `json://` channels; `env` has the daemon's requests go through the proxy."""

    def __init__(self, folder: Path) -> None:
        self.mails: list[Mail] = []
        self.responds: dict[str, Respond] = {"hooks.slack.com": lambda _: SLACK_OK}
        self.port = 0
        self._authority = trustme.CA()
        self._authority_file = folder / "inbox-authority.pem"
        self._authority.cert_pem.write_to_path(self._authority_file)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/inbox"

    @property
    def env(self) -> dict[str, str]:
        proxy = f"http://127.0.0.1:{self.port}"
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": str(self._authority_file),
        }

    def hangs(self, _: Mail) -> bytes:
        """No answer, until the inbox is closed."""
        self._closing.wait()
        raise ConnectionError

    def of(self, host: str) -> list[Mail]:
        """What came for this host, oldest first."""
        return [mail for mail in list(self.mails) if mail.host == host]

    def found(self, *parts: str, host: str = "") -> list[Mail]:
        """The mails so far with all these parts."""
        mails = [mail for mail in list(self.mails) if host in ("", mail.host)]
        return [mail for mail in mails if all(part in mail.text for part in parts)]

    def got(self, *parts: str, host: str = "", times: int = 1) -> Mail:
        """The latest mail with all these parts, once there are so many."""

        def look() -> Mail | None:
            found = self.found(*parts, host=host)
            return found[-1] if len(found) >= times else None

        with self._changed:
            found = self._changed.wait_for(look, PATIENCE)
        assert found, f"no mail with {parts} for {host or 'anyone'}: {[mail.text for mail in self.mails]}"
        return found

    @contextmanager
    def open(self) -> Iterator[Inbox]:
        """Serves until the block is left."""
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listening,))
            thread.start()
            try:
                yield self
            finally:
                self._closing.set()
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", self.port)).close()
                thread.join()

    def _accept(self, listening: socket.socket) -> None:
        while not self._closing.is_set():
            connection, _ = listening.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            head, rest = _head(connection)
            method, target, _ = head.split("\r\n")[0].split(" ", 2)
            if method != "CONNECT":
                self._converse("127.0.0.1", connection, head, rest)
                return
            host = target.rpartition(":")[0]
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with self._context(host).wrap_socket(connection, server_side=True) as secured:
                head, rest = _head(secured)
                self._converse(host, secured, head, rest)

    def _converse(self, host: str, connection: socket.socket, head: str, rest: bytes) -> None:
        while True:
            first, *lines = head.split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines if line)
            }
            size = int(headers.get("content-length", "0"))
            while len(rest) < size:
                rest += _more(connection)
            mail = Mail(host, first.split(" ")[1], headers, rest[:size])
            with self._changed:
                self.mails.append(mail)
                self._changed.notify_all()
            answer = self.responds.get(host, takes)(mail)
            connection.sendall(answer)
            head, rest = _head(connection, rest[size:])

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]


def takes(_: Mail) -> bytes:
    """The answer of a service that is content."""
    return OK


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError
    return data


def _head(connection: socket.socket, data: bytes = b"") -> tuple[str, bytes]:
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest
