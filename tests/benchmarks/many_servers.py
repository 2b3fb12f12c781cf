"""A Panel that lists thousands of servers, and Wings for all of them: bytes that cost little to make.

Each server says that it runs and gives a reading a second, spread evenly over it. In a process of its own.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from wsproto.utilities import generate_accept_token

from tests.benchmarks.load.with_parent import end_with_parent
from tests.benchmarks.receiving import text_frame

monotonic = time.monotonic  # noqa: TID251 - threads of a process without an event loop
PAGE = 100
SLICES = 50  # of a second
HELLO = text_frame('{"event":"auth success"}') + text_frame('{"event":"status","args":["running"]}')


def uuid_of(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


class Wings:
    """Accepts websockets for ever; greets each at its first message, and gives all a reading a second."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._live: list[socket.socket] = []

    def accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._greet, args=(client,), daemon=True).start()

    def _greet(self, client: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            came = client.recv(65536)
            if not came:
                return  # it went before it asked for anything
            request += came
        pairs = (line.partition(b": ") for line in request.split(b"\r\n"))
        headers = {name.lower(): value for name, _, value in pairs}
        client.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + generate_accept_token(headers[b"sec-websocket-key"]) + b"\r\n\r\n"
        )
        client.recv(65536)
        client.sendall(HELLO)
        client.setblocking(False)
        self._live.append(client)

    def tell(self) -> None:
        chance, turn = random.Random(1), 0
        next_at = monotonic()
        while True:
            for client in self._live[turn % SLICES :: SLICES]:
                try:
                    client.sendall(_reading(chance, turn))
                    client.recv(65536)  # what is asked is not answered: pings are a matter of minutes
                except BlockingIOError:
                    pass
                except OSError:
                    self._live.remove(client)
            turn += 1
            next_at += 1 / SLICES
            time.sleep(max(0.0, next_at - monotonic()))


def _reading(chance: random.Random, turn: int) -> bytes:
    stats = {
        "cpu_absolute": round(chance.uniform(1, 90), 3), "disk_bytes": 5_000_000_000,
        "memory_bytes": chance.randrange(1_000_000_000, 1_800_000_000), "memory_limit_bytes": 2_355_200_000,
        "network": {"rx_bytes": turn * 10_000, "tx_bytes": turn * 20_000}, "state": "running",
        "uptime": turn * 1000 // SLICES + 600_000,
    }  # fmt: skip
    return text_frame(json.dumps({"event": "stats", "args": [json.dumps(stats)]}))


def serve(port: int, servers: int) -> None:
    """A Panel at this port of the loopback, until the process or the one that began it is ended."""
    end_with_parent()
    wings = Wings()
    at = f"ws://127.0.0.1:{wings.listener.getsockname()[1]}/ws"
    for work in (wings.accept, wings.tell):
        threading.Thread(target=work, daemon=True).start()

    class Panel(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path.endswith("/websocket"):
                body: object = {"data": {"token": "token", "socket": at}}
            else:
                page = int(parse_qs(asked.query).get("page", ["1"])[0])
                numbers = range((page - 1) * PAGE, min(servers, page * PAGE))
                body = {"data": [_listed(one) for one in numbers], "meta": {"pagination": {
                    "total_pages": -(-servers // PAGE)}}}  # fmt: skip
            answer = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("X-RateLimit-Limit", "100000")
            self.send_header("X-RateLimit-Remaining", "99999")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """The daemon asks no more and closes: that is its end, and told by it."""

    Quiet(("127.0.0.1", port), Panel).serve_forever()


def _listed(number: int) -> dict[str, object]:
    uuid = uuid_of(number)
    return {
        "object": "server",
        "attributes": {
            "uuid": uuid, "identifier": uuid[:8], "name": f"Server {number}", "node": f"node-{number % 20}",
            "limits": {"disk": 10240}, "status": None,
            "relationships": {"egg": {"attributes": {"name": "Paper"}}},
        },
        "meta": {"user_permissions": ["*"]},
    }  # fmt: skip
