"""Where notifications arrive: a small HTTP server of the test's own, for Apprise's `json://`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Receiver:
    """`url` is what Apprise is given; `texts` arrived, oldest first."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.texts: list[str] = []

    def got(self, *parts: str) -> bool:
        """Whether a message with all these parts arrived."""
        return any(all(part in text for part in parts) for text in self.texts)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receives until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.texts.append(f"{body['title']}\n{body['message']}")
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing: the test's output is not the place."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"json://127.0.0.1:{server.server_address[1]}/")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
