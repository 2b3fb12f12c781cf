"""Conversations with the recorded node written by hand, from what is documented of it and not from a play.

Each call adds a row at a moment in ms; what Wings says of itself in a start, a stop or a crash is one call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import jwt

from tests.verify.described import REMOTE, TOKEN, uuid_of
from tests.verify.recording import Rows

WALL = 1_795_503_210.5
NOTE = "trace by hand, wall 2026-11-24T06:53:30.500Z"
OWNER = ("*",)
ADMIN = ("*", "admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer")
LOCKED = "another power action is currently being processed for this server, please try again later"
GENERIC = "an unexpected error was encountered while handling this request"
PREPARING = (
    "Checking server disk space usage, this could take a few seconds...",
    "Updating process configuration files...",
    "Ensuring file permissions are set correctly, this could take a few seconds...",
)
PULLING = "Pulling Docker container image, this could take a few minutes to complete..."
PULLED = "Finished pulling Docker container image"
BOOTED = ('\x1b[32m[boot]\x1b[0m level "wörld" loaded', 'Done (1.234s)! For help, type "help"')


class Handmade:
    """A conversation about one server, by its letter, in `rows`."""

    def __init__(self, letter: str) -> None:
        self.uuid = uuid_of(letter)
        self.startup = f"MODE={'nostart' if letter == 'f' else 'normal'} sh /game.sh"
        self.mode = "nostart" if letter == "f" else "normal"
        self.rows: Rows = [{"ms": 0.0, "dir": "note", "raw": NOTE}]

    def add(self, ms: float, direction: str, **fields: Any) -> None:
        self.rows.append({"ms": ms, "dir": direction, **fields})

    # Inputs

    def upgrade(self, ms: float, status: int, uuid: str = "", conn: str = "", **origin: str | None) -> None:
        """An upgrade and its answer; `origin` is the node's remote where it is not given."""
        url = f"ws://127.0.0.1:8080/api/servers/{uuid or self.uuid}/ws"
        self.add(ms, "open", conn=conn, url=url, **{"origin": REMOTE, **origin})
        head = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-accept": "any"}
        detail = {"detail": f"headers={head}"} if status == 101 else {}
        self.add(ms + 1, "opened", conn=conn, status=status, **detail)

    def enter(self, state: str = "offline", permissions: Sequence[str] = OWNER, ms: float = 1.0) -> None:
        """Opens a socket and authenticates."""
        self.upgrade(ms, 101)
        self.say(ms + 2, "auth", self.token(permissions))
        self.hear(ms + 3, "auth success")
        self.hear(ms + 3, "status", state)
        if state == "offline":
            self.reading(ms + 3, state, direct=True)

    def token(self, permissions: Sequence[str]) -> str:
        claims = {
            "jti": "d2f66701a279df4a5c21163f2d681d51",
            "iat": int(WALL),
            "exp": int(WALL) + 600,
            "server_uuid": self.uuid,
            "user_uuid": "19a17d36-36b3-4ac6-9fbf-d3b708af2056",
            "permissions": list(permissions),
        }
        return jwt.encode(claims, TOKEN, algorithm="HS256")

    def say(self, ms: float, event: str, *args: str) -> None:
        self.add(ms, "out", raw=json.dumps({"event": event, "args": list(args)}))

    def power(self, ms: float, action: str) -> None:
        self.say(ms, "set state", action)

    def leave(self, ms: float) -> None:
        self.add(ms, "closed", code=1000, reason="", by="client")

    # Answers

    def hear(self, ms: float, event: str, *args: str) -> None:
        message = {"event": event, "args": list(args)} if args else {"event": event}
        raw = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        self.add(ms, "in", raw=raw + "\n")

    def lines(self, ms: float, *lines: str) -> None:
        for line in lines:
            self.hear(ms, "console output", line)

    def daemon(self, ms: float, *texts: str) -> None:
        self.lines(ms, *(f"\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m {text}\x1b[0m" for text in texts))

    def error(self, ms: float, text: str) -> None:
        self.hear(ms, "daemon error", f"Error Event [7146b87e-a3ec-46d8-a44b-372f3096ec95]: {text}")

    def reading(self, ms: float, state: str, *, direct: bool = False) -> None:
        figures = {
            "memory_bytes": 0,
            "memory_limit_bytes": 294400000,
            "cpu_absolute": 0,
            "network": {"rx_bytes": 0, "tx_bytes": 0},
            "uptime": 0,
            "state": state,
            "disk_bytes": 0,
        }
        shown = figures if direct else dict(sorted(figures.items()))
        self.hear(ms, "stats", json.dumps(shown, separators=(",", ":")))

    # What Wings does

    def preparing(self, ms: float) -> None:
        """Up to the pull of the image; 20 ms."""
        self.daemon(ms + 8, *PREPARING)
        self.hear(ms + 10, "status", "starting")
        self.daemon(ms + 20, PULLED, PULLING)

    def begun(self, ms: float) -> None:
        """The container's first lines and its first, empty reading."""
        first = f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{self.startup}"
        self.lines(ms, first, f"[boot] loading world (MODE={self.mode})")
        self.reading(ms + 10, "starting")

    def started(self, ms: float) -> None:
        """A start that was asked for at `ms`, up to `running`; 1300 ms."""
        self.preparing(ms)
        self.begun(ms + 260)
        self.reading(ms + 1000, "starting")
        self.lines(ms + 1260, *BOOTED)
        self.hear(ms + 1260, "status", "running")

    def gone(self, ms: float) -> None:
        self.hear(ms, "status", "offline")
        self.reading(ms, "offline")

    def stopping(self, ms: float) -> None:
        """A stop by the command `stop`, up to `offline`; 1040 ms."""
        self.hear(ms + 1, "status", "stopping")
        self.lines(ms + 2, "stop", "Stopping the server")
        self.lines(ms + 1003, "bye")
        self.gone(ms + 1040)
