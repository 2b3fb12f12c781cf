"""A node whose sockets send what no Wings sends, or too much of what it does. A process of its own.

    python -m tests.hostile.flooding

It prints its port, and floods from the first line of its standard input on; then it prints how each of its
connections was ended.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from wsproto.utilities import generate_accept_token

from tests.hostile import frames
from tests.hostile.world import World

READ = 65536
MIB = 1024 * 1024


def _console(text: str) -> bytes:
    return frames.event("console output", text)


def _filled(frame: bytes, size: int = READ) -> bytes:
    return frame * max(1, size // len(frame))


def _bomb() -> bytes:
    """100 MiB of blanks, as a compressed frame would bring them."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return frames.frame(frames.TEXT, packed.compress(b" " * (100 * MIB)) + packed.flush(), reserved=4)


# What a socket sends first, and then again and again.
FLOODS: dict[str, Callable[[], tuple[bytes, bytes]]] = {
    "pongs": lambda: (b"", _filled(frames.frame(frames.PONG))),
    "pings": lambda: (b"", _filled(frames.frame(frames.PING))),
    "empty fragments": lambda: (
        frames.frame(frames.TEXT, last=False),
        _filled(frames.frame(frames.CONTINUED, last=False)),
    ),
    "binary fragments": lambda: (
        b"",
        _filled(frames.frame(frames.BINARY, last=False) + frames.frame(frames.CONTINUED)),
    ),
    "empty texts": lambda: (b"", _filled(frames.text(""))),
    "nonsense": lambda: (b"", _filled(frames.text("x"))),
    "unknown events": lambda: (b"", _filled(frames.event("a"))),
    "a deflate bomb": lambda: (b"", _bomb()),
    "random bytes": lambda: (b"", os.urandom(READ)),
    "a promise of 2^62 bytes": lambda: (b"", b"\x81\x7f" + (2**62).to_bytes(8, "big")),
    "lines": lambda: (b"", _filled(_console("[12:34:56] [Server thread/INFO]: a line of ordinary length"))),
    "wide lines": lambda: (b"", _filled(_console("\N{PILE OF POO}" + "x" * 4000), MIB)),
    "a MiB of line ends": lambda: (b"", _console("\n" * (MIB // 2 - 100))),
    "a MiB of combining marks": lambda: (b"", _console("\u0301" * (MIB // 6 - 100))),
    "a MiB of escapes": lambda: (b"", _console("\x1b[" * (MIB // 8))),
    "deep": lambda: (b"", frames.text('{"event":"a","args":' + "[" * (MIB - 100))),
    "many arguments": lambda: (
        b"",
        frames.text('{"event":"a","args":[' + ",".join(['""'] * (MIB // 4)) + "]}"),
    ),
    "an unfinished MiB": lambda: (frames.frame(frames.TEXT, b"x" * (MIB - 200), last=False), b""),
    "an unfinished frame": lambda: (b"\x81\x7f" + MIB.to_bytes(8, "big") + b"x" * (MIB - 200), b""),
    "states": lambda: (b"", _filled(frames.event("status", "offline") + frames.event("status", "running"))),
    "readings": lambda: (
        b"",
        _filled(
            frames.event("stats", json.dumps({"memory_bytes": 1, "cpu_absolute": 1, "state": "running"}))
        ),
    ),
    "token errors": lambda: (b"", _filled(frames.event("jwt error", "jwt: exp claim is invalid"))),
    "daemon errors": lambda: (b"", _filled(frames.event("daemon error", "x" * 250))),
    "backups": lambda: (b"", _filled(frames.event("backup completed", "{}"))),
}

BREACHES = frozenset(
    {
        "pongs", "pings", "empty fragments", "binary fragments", "empty texts", "nonsense", "a deflate bomb",
        "random bytes", "a promise of 2^62 bytes",
    }
)  # fmt: skip
"""Those that no link survives, however slow the machine."""


def serve() -> None:
    """Serves for ever; tells its port, then how each connection ended. The path names the flood.

    It begins with a line on the standard input: until then all are quiet.
    """
    begin = threading.Event()
    threading.Thread(target=_wait, args=(begin,), daemon=True).start()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    os.write(1, f"{listener.getsockname()[1]}\n".encode())
    while True:
        client, _ = listener.accept()
        threading.Thread(target=_flood, args=(client, begin), daemon=True).start()


def _wait(begin: threading.Event) -> None:
    sys.stdin.readline()
    begin.set()


def _flood(client: socket.socket, begin: threading.Event) -> None:
    with client, suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            if not (got := client.recv(READ)):
                return
            request += got
        kind = list(FLOODS)[int(request.split(b" ")[1].split(b"/")[1])]
        key = next(
            line.split(b": ")[1]
            for line in request.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key")
        )
        client.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + generate_accept_token(key) + b"\r\n\r\n"
        )
        client.recv(READ)  # the auth
        client.sendall(frames.event("auth success") + frames.event("status", "running"))
        threading.Thread(target=_listen, args=(client, kind), daemon=True).start()
        begin.wait()
        first, again = FLOODS[kind]()
        client.sendall(first)
        while again:
            client.sendall(again)
        threading.Event().wait()


def _listen(client: socket.socket, kind: str) -> None:
    """Reads what the daemon says, so that it may say it; its last word is told."""
    last = b""
    with suppress(OSError):
        while got := client.recv(READ):
            last = (last + got)[-200:]
    code = 0
    for place in range(len(last) - 7):
        if last[place] == 0x88:
            code = int.from_bytes(
                frames.unmasked(last[place + 6 : place + 8], last[place + 2 : place + 6]), "big"
            )
    os.write(1, f"{kind}: {code}\n".encode())  # at once, for many threads write
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)


class Flood:
    """The flooding node. `ends` counts with which code each kind of flood was closed, 0 where with none."""

    def __init__(self, port: int, process: subprocess.Popen[str]) -> None:
        self.port = port
        self._process = process
        self.ends: Counter[tuple[str, int]] = Counter()

    def begins(self) -> None:
        """From here on it floods."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def socket(self, kind: str) -> str:
        """Where this flood comes from."""
        return f"ws://127.0.0.1:{self.port}/{list(FLOODS).index(kind)}/ws"

    def codes(self, kind: str) -> set[int]:
        """How this flood was closed so far."""
        return {code for one, code in list(self.ends) if one == kind}


@contextmanager
def flooding() -> Iterator[Flood]:
    """The node as a process, until the block is left."""
    command = [sys.executable, "-m", "tests.hostile.flooding"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    flood = Flood(int(process.stdout.readline()), process)
    lines = process.stdout

    def read() -> None:
        for line in lines:
            kind, _, code = line.strip().rpartition(": ")
            flood.ends[kind, int(code)] += 1

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield flood
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stdin is not None:
            process.stdin.close()
        lines.close()


LIMITS = "  send: {server: 100/10s, fleet: 1000/10s}"
_RULES = 40  # each server sets each of them off twice a minute, so that none looks like a loop
RULES = "rules:\n" + "".join(
    f"""\
  - id: answers-{number}
    when: {{console: '^question {number} (?P<n>[0-9]+)$'}}
    by: [it.n]
    do: [{{send: "say answer ${{it.n}}"}}]
"""
    for number in range(_RULES)
)


def question(number: int) -> str:
    """A line that a rule answers with `say answer NUMBER`."""
    return f"question {number // 10 % _RULES} {number}"


def attack(here: World, flood: Flood, kinds: list[str]) -> None:
    """Adds a server for each flood."""
    for number, kind in enumerate(kinds):
        server = here.house.add(f"flood-{number}")
        server.socket = flood.socket(kind)
        server.ticks = False


if __name__ == "__main__":
    serve()
