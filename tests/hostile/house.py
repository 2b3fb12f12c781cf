"""A Panel and its node in a thread of the test: they obey, until a test has them send something else.

Whatever the daemon asks is recorded; any answer may be replaced, and any bytes be written on any socket.
Nothing of automaton is used: what both got wrong would be seen by neither.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.hostile import frames

KEY = "ptlc_hostileHouseKey0123456789abcdefghijklmnopqr"
PATIENCE = 30.0  # seconds; this machine may have much else to do
_REPLIES_AFTER = 0.05  # seconds: the command is answered before
MIB = 1024 * 1024

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer in bytes. `raw` is written as it is; `then_hangs` leaves the connection open."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    raw: bytes | None = None
    then_hangs: bool = False

    def encoded(self) -> bytes:
        if self.raw is not None:
            return self.raw
        head = {"Content-Type": "application/json", "X-RateLimit-Limit": "100000", **self.headers}
        head.setdefault("Content-Length", str(len(self.body)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"HTTP/1.1 {self.status} Any\r\n{lines}\r\n".encode("latin-1") + self.body


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), headers)


@dataclass(frozen=True)
class Asked:
    """One request; `at` are seconds of the house's own clock."""

    at: float
    method: str
    path: str
    query: str
    headers: Headers
    body: bytes


class Server:
    """One game server. What it is asked is in `commands`, `powers`, `backups`, oldest first."""

    def __init__(self, house: House, number: int, name: str, egg: str) -> None:
        self._house = house
        self.name = name
        self.uuid = f"{number:08x}-dead-4bad-8bad-{number:012x}"
        self.id = self.uuid[:8]
        self.attributes: dict[str, Any] = {
            "uuid": self.uuid,
            "identifier": self.id,
            "name": name,
            "node": "node-1",
            "invocation": "./start",
            "docker_image": "image",
            "limits": {"memory": 1024, "disk": 2048, "cpu": 100},
            "status": None,
            "is_suspended": False,
            "is_installing": False,
            "is_transferring": False,
            "relationships": {"egg": {"object": "egg", "attributes": {"uuid": "e", "name": egg}}},
        }
        self.permissions = ["*"]
        self.socket: str | None = None  # what the Panel names, where it is not the house's own
        self.token: Callable[[Server], str] = Server._token
        self.state = "running"
        self.obeys = True
        self.echoes = False  # as a terminal that repeats what is typed
        self.replies: Callable[[str], str | None] = lambda _: None  # what the game prints after a command
        self.answers_auth = True
        self.stats: dict[str, object] = {
            "memory_bytes": 100 * MIB,
            "memory_limit_bytes": 1024 * MIB,
            "cpu_absolute": 10.0,
            "network": {"rx_bytes": 1, "tx_bytes": 1},
            "uptime": 100_000,
            "disk_bytes": 100 * MIB,
        }
        self.ticks = True  # a reading each second
        self.commands: list[str] = []
        self.powers: list[str] = []
        self.backups: list[str] = []
        self.told: list[dict[str, Any]] = []  # frames of the daemon
        self.closed_with: list[int | None] = []  # how the daemon ended its sockets; None: without a word
        self.connections = 0
        self.most_at_once = 0  # connections that were open together
        self.answers_pings = True
        self.tokens_given = 0
        self.on_connect: Callable[[Server], None] | None = None
        self._writers: list[asyncio.StreamWriter] = []

    # What a test does, from its own thread.

    def prints(self, *lines: str) -> None:
        """The game prints these, each an event of its own."""
        self.sends(b"".join(frames.event("console output", line) for line in lines))

    def event(self, name: str, *args: object) -> None:
        """Wings says this."""
        self.sends(frames.event(name, *args))

    def turns(self, *states: str) -> None:
        """The power state goes through these."""
        for state in states:
            self.state = state
            self.event("status", state)

    def sends(self, data: bytes) -> None:
        """Writes these bytes on the socket that the daemon has open."""
        self._house.call(lambda: self._write(data))

    def closes(self, code: int, reason: str = "") -> None:
        """A close frame, and the end of the connection."""
        self._house.call(lambda: self._close(frames.closing(code, reason)))

    def drops(self) -> None:
        """The connection ends without a word."""
        self._house.call(lambda: self._close(b""))

    def until(self, look: Callable[[Server], object], what: str = "", patience: float = PATIENCE) -> None:
        """Waits until this holds of the server."""
        self._house.until(lambda: look(self), lambda: f"{self.name}: {what} {self}", patience)

    def typed(self, command: str, times: int = 1) -> None:
        """Waits until it was typed so often."""
        self.until(lambda one: one.commands.count(command) >= times, f"no {command!r} {times} times in")

    @property
    def is_linked(self) -> bool:
        return bool(self._writers)

    def __str__(self) -> str:
        return (
            f"commands={self.commands} powers={self.powers} connections={self.connections} "
            f"closed_with={self.closed_with} told={[one.get('event') for one in self.told[-10:]]}"
        )

    # What the house does, in its own thread.

    def _token(self) -> str:
        now = int(time.time())  # noqa: TID251 - a Panel of its own clock
        return token(iat=now, exp=now + 600, permissions=self.permissions, server_uuid=self.uuid)

    def _write(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def _close(self, last: bytes) -> None:
        for writer in list(self._writers):
            writer.write(last)
            writer.close()

    def _event(self, name: str, *args: object) -> None:
        self._write(frames.event(name, *args))

    def _reads(self) -> None:
        self._event("stats", json.dumps({**self.stats, "state": self.state}))

    def _set_power(self, signal: str) -> None:
        self.powers.append(signal)
        if not self.obeys:
            return
        for state in {
            "start": ("starting", "running"),
            "stop": ("stopping", "offline"),
            "kill": ("offline",),
            "restart": ("stopping", "offline", "starting", "running"),
        }[signal]:
            self.state = state
            self._event("status", state)
        self._reads()

    def _type(self, command: str) -> None:
        self.commands.append(command)
        if self.echoes:
            self._event("console output", f"> {command}")
        if (reply := self.replies(command)) is not None:
            asyncio.get_running_loop().call_later(_REPLIES_AFTER, self._event, "console output", reply)

    def _hear(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        self.told.append(message)
        args = message.get("args") or [""]
        match message.get("event"):
            case "auth" if self.answers_auth:
                writer.write(frames.event("auth success"))
                writer.write(frames.event("status", self.state))
                self._reads()
            case "send stats":
                self._reads()
            case "send command":
                self._type(args[0])
            case "set state":
                self._set_power(args[0])


def token(**claims: object) -> str:
    """A JWT in the shape of the Panel's. Its signature is nobody's."""
    head, body = ({"typ": "JWT", "alg": "HS256"}, claims)
    parts = [json.dumps(part).encode() for part in (head, body)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in [*parts, b"signature"])


class House:
    """The Panel at `url`, with one node on the same port. Servers are known by their names.

    With `tls` both are spoken to over it, as 127.0.0.1.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.key = KEY
        self._tls = tls
        self.url = ""
        self.servers: dict[str, Server] = {}
        self.asked: list[Asked] = []
        self.overrides: list[Callable[[Asked], Answer | None]] = []
        self._loop = asyncio.new_event_loop()
        self._changed = threading.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, name: str, egg: str = "Paper", **attributes: object) -> Server:
        """Another server, seen at the next list."""
        server = Server(self, len(self.servers) + 1, name, egg)
        server.attributes |= attributes
        self.servers[name] = server
        return server

    def __getitem__(self, name: str) -> Server:
        return self.servers[name]

    def answers(self, method: str, path_end: str, *answers: Answer) -> None:
        """These answers come to requests of such a path, the last one for ever."""
        left = list(answers)

        def override(asked: Asked) -> Answer | None:
            if asked.method != method or not asked.path.endswith(path_end):
                return None
            return left.pop(0) if len(left) > 1 else left[0]

        self.overrides.insert(0, override)

    def count(self, method: str, path_end: str) -> int:
        """How often such a path was asked for."""
        return sum(one.method == method and one.path.endswith(path_end) for one in list(self.asked))

    def most_in(self, seconds: float, path_end: str) -> int:
        """The most requests for such a path within so many seconds."""
        times = [one.at for one in list(self.asked) if one.path.endswith(path_end)]
        return max((sum(at <= other < at + seconds for other in times) for at in times), default=0)

    def call(self, act: Callable[[], None]) -> None:
        """Has this done in the house's thread, and waits for it."""

        async def acting() -> None:
            act()

        asyncio.run_coroutine_threadsafe(acting(), self._loop).result(PATIENCE)

    def until(
        self, look: Callable[[], object], what: Callable[[], object], patience: float = PATIENCE
    ) -> None:
        """Waits until this holds; something has to be asked of the house meanwhile."""
        with self._changed:
            seen = self._changed.wait_for(look, patience)
        assert seen, f"not seen within {patience:g} s: {what()}"

    def told(self) -> None:
        """Something was asked: whoever waits looks again."""
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def open(self) -> Iterator[House]:
        """Serves until the block is left."""
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,))
        thread.start()
        ready.wait(PATIENCE)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        loop = self._loop
        serving = loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MIB, ssl=self._tls)
        )
        self.url = f"http{'s' if self._tls else ''}://127.0.0.1:{serving.sockets[0].getsockname()[1]}"
        ticking = loop.create_task(self._tick())
        ready.set()
        loop.run_forever()
        serving.close()
        left = [ticking, *self._tasks]
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        for server in self.servers.values():
            server._close(b"")
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            for server in list(self.servers.values()):
                if server.ticks and server.state != "offline":
                    server._reads()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while (asked := await _request(reader)) is not None and await self._answer(
                    asked, reader, writer
                ):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()
            self.told()

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; false where nothing may follow on the connection."""
        self.asked.append(asked)
        for override in list(self.overrides):
            if (answer := override(asked)) is not None:
                writer.write(answer.encoded())
                self.told()
                if answer.then_hangs:
                    await reader.read()
                return answer.raw is None
        server = next((one for one in list(self.servers.values()) if f"/{one.uuid}" in asked.path), None)
        if server is not None and asked.path.endswith("/ws"):
            await self._talk(server, asked, reader, writer)
            return False
        writer.write(self._panel(asked, server).encoded())
        self.told()
        return True

    def _panel(self, asked: Asked, server: Server | None) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return as_json({"errors": [{"code": "AuthenticationException", "detail": "no"}]}, 401)
        if asked.path == "/api/client":
            return self._listed()
        if server is None:
            return as_json({"errors": [{"code": "NotFound", "detail": "none such"}]}, 404)
        match asked.method, asked.path.rpartition("/")[2]:
            case "GET", "websocket":
                server.tokens_given += 1
                own = f"{self.url.replace('http', 'ws')}/api/servers/{server.uuid}/ws"
                return as_json(
                    {
                        "data": {
                            "token": server.token(server),
                            "socket": own if server.socket is None else server.socket,
                        }
                    }
                )
            case "POST", "command":
                server._type(json.loads(asked.body)["command"])
            case "POST", "power":
                server._set_power(json.loads(asked.body)["signal"])
            case "POST", "backups":
                server.backups.append(json.loads(asked.body)["name"])
                return as_json({"attributes": {"uuid": f"backup-{len(server.backups)}"}})
            case "GET", _:
                return as_json(self._described(server))
        return Answer(204)

    def _listed(self) -> Answer:
        data = [self._described(server) for server in list(self.servers.values())]
        return as_json({"object": "list", "data": data, "meta": {"pagination": {"total_pages": 1}}})

    def _described(self, server: Server) -> dict[str, object]:
        meta = {"user_permissions": server.permissions, "is_server_owner": True}
        return {"object": "server", "attributes": server.attributes, "meta": meta}

    async def _talk(
        self, server: Server, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        accept = hashlib.sha1(
            (asked.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()
        ).digest()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(accept) + b"\r\n\r\n"
        )
        server.connections += 1
        server._writers.append(writer)
        server.most_at_once = max(server.most_at_once, len(server._writers))
        if server.on_connect is not None:
            server.on_connect(server)
        closed_with: int | None = None
        try:
            while True:
                code, payload = await _frame(reader)
                match code:
                    case frames.TEXT:
                        server._hear(writer, json.loads(payload))
                    case frames.PING if server.answers_pings:
                        writer.write(frames.frame(frames.PONG, payload))
                    case frames.CLOSE:
                        closed_with = int.from_bytes(payload[:2], "big") if payload else 1005
                        return
                self.told()
        finally:
            server._writers.remove(writer)
            server.closed_with.append(closed_with)


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(asyncio.get_running_loop().time(), method, parts.path, parts.query, headers, body)


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, size = await reader.readexactly(2)
    size &= 0x7F
    if size >= 126:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    mask = await reader.readexactly(4)
    return first & 0x0F, frames.unmasked(await reader.readexactly(size), mask)
