"""The library's addresses of three services lead to this machine; only threads are real time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.pushover import NotifyPushover
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from tests.delivery.receiver import Receiver


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The library's addresses of three services lead to the receiver."""
    receiver = Receiver()
    receiver.held.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.paths.append(self.path)
            receiver.heads.append(dict(self.headers))
            is_json = body[:1] == b"{"
            receiver.bodies.append(json.loads(body) if is_json else dict(parse_qsl(body.decode())))
            receiver.held.wait(10)
            self.send_response(receiver.status)
            answer = b"ok" if self.path.startswith("/slack") else receiver.answers.get(self.path, b"{}")
            for name, value in {"Content-Length": str(len(answer)), **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_GET = do_POST  # noqa: N815 - the base class finds them by these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{receiver.origin}/discord")
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.origin}/slack")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{receiver.origin}/telegram/bot")
    monkeypatch.setattr(NotifyPushover, "notify_url", f"{receiver.origin}/pushover")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.held.set()
    server.shutdown()
    thread.join()
    server.server_close()
