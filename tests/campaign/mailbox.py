"""Where messages arrive, for Apprise's `json://`: each address keeps what came, and answers as it is told to.

What came is kept before it is answered: a sender that dies while it waits has been heard all the same.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

from tests.campaign.crash.record import Post

_ID = re.compile(r"#([0-9a-f]{6,})")
TAKEN, FAILS = 204, 500

Answer = Callable[[Post], int]


class Mailbox:
    """`posts` as they came, oldest first. `answer` gives the status for each; `on_post` is told before it."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answer: Answer = lambda _: TAKEN
        self.on_post: Callable[[], None] = lambda: None
        self.retry_after = ""
        self.closing = Event()
        self._lock = Lock()
        self._port = 0

    def url(self, target: str) -> str:
        """What Apprise is given for this address."""
        return f"json://127.0.0.1:{self._port}/{target}"

    def take(self, target: str, body: bytes) -> int:
        """Keeps what came; the status that it is answered with."""
        told = json.loads(body)
        text = f"{told['title']}\n{told['message']}"
        ids = _ID.findall(text)
        post = Post(time.time(), target, ids[-1] if ids else "", text)  # noqa: TID251 - a record has its moment
        with self._lock:
            self.posts.append(post)
        self.on_post()
        return self.answer(post)

    @contextmanager
    def open(self) -> Iterator[Mailbox]:
        """Receives until the block is left."""
        mailbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = mailbox.take(self.path.strip("/"), body)
                with suppress(OSError):  # who asked may be dead by now
                    self.send_response(status)
                    if status == 429 and mailbox.retry_after:
                        self.send_header("Retry-After", mailbox.retry_after)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing: the test's output is not the place."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A sender that was killed breaks its connection; nobody needs to hear of it."""

        with Server(("127.0.0.1", 0), Handler) as server:
            self._port = server.server_address[1]
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield self
            finally:
                self.closing.set()
                server.shutdown()
                thread.join()
