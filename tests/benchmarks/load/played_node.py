"""A node of Wings: its list, the upgrade, and one socket a server that says what it is told to."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from wsproto.utilities import generate_accept_token

from tests.benchmarks.load.frames import Meter, said
from tests.benchmarks.load.http_peer import Asked, HttpPeer

NOT_FOUND = {"error": "The requested resource does not exist on this instance."}
STARTUP = "java -Xms128M -XX:MaxRAMPercentage=95.0 -Dterminal.jline=false -jar server.jar"
IMAGE = "ghcr.io/pterodactyl/yolks:java_21"

_WELCOME = said("auth success") + said("status", "running")
_AGAIN = said("auth success")
_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9


@dataclass(slots=True)
class PlayedServer:
    """One server. `socket` is that of the daemon, once it is authenticated."""

    uuid: str
    name: str
    meter: Meter = field(default_factory=Meter)
    socket: asyncio.Transport | None = None

    def described(self) -> dict[str, object]:
        """As Wings' own API does."""
        return {
            "state": "running",
            "is_suspended": False,
            "utilization": {"memory_bytes": 602112, "cpu_absolute": 0.036, "disk_bytes": 117},
            "configuration": {
                "uuid": self.uuid,
                "meta": {"name": self.name, "description": ""},
                "suspended": False,
                "invocation": STARTUP,
                "build": {"memory_limit": 4096, "disk_space": 40_960, "cpu_limit": 0},
                "container": {"image": IMAGE},
                "allocations": {"default": {"ip": "127.0.0.1", "port": 25565}},
                "environment": {"SERVER_JARFILE": "server.jar", "SEED": "", "LEVEL": "world"},
            },
        }


@dataclass(slots=True)
class PlayedNode:
    """`dropped` counts sockets that ended, `heard` what was asked of servers: neither is wanted."""

    name: str
    uuid: str
    token: str
    remote: str
    servers: dict[str, PlayedServer]
    port: int = 0
    dropped: int = 0
    heard: int = 0

    @property
    def url(self) -> str:
        """Its own address."""
        return f"http://127.0.0.1:{self.port}"

    def config(self) -> str:
        """Its config.yml, as the Panel writes it."""
        return json.dumps(
            {
                "uuid": self.uuid,
                "token_id": "bench",
                "token": self.token,
                "remote": self.remote,
                "api": {"host": "127.0.0.1", "port": self.port, "ssl": {"enabled": False}},
            }
        )


class NodePeer(HttpPeer):
    """One connection to a node."""

    __slots__ = ("_node", "_server")

    def __init__(self, node: PlayedNode) -> None:
        super().__init__()
        self._node = node
        self._server: PlayedServer | None = None

    def answer(self, asked: Asked) -> None:
        """Lists, describes, or upgrades."""
        servers = self._node.servers
        match asked.method, asked.path.strip("/").split("/"):
            case "GET", ["api", "servers"]:
                self.reply(200, [server.described() for server in servers.values()])
            case "GET", ["api", "servers", uuid] if uuid in servers:
                self.reply(200, servers[uuid].described())
            case "GET", ["api", "servers", uuid, "ws"] if uuid in servers:
                self._upgrade(servers[uuid], asked.headers["sec-websocket-key"])
            case "POST", ["api", "servers", uuid, *_] if uuid in servers:
                self._node.heard += 1
                self.reply(204)
            case _:
                self.reply(404, NOT_FOUND)

    def _upgrade(self, server: PlayedServer, key: str) -> None:
        self._server, self.upgraded = server, True
        accept = generate_accept_token(key.encode())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    def frames(self, data: bytes) -> None:
        """A daemon sends few, so they are read one by one."""
        self._buffer += data
        while (found := _frame(self._buffer)) is not None:
            opcode, payload, size = found
            self._buffer = self._buffer[size:]
            self._take(opcode, payload)

    def _take(self, opcode: int, payload: bytes) -> None:
        server = self._server
        assert server is not None
        if opcode == _PING:
            self.transport.write(bytes((0x8A, len(payload))) + payload)
        elif opcode == _CLOSE:
            self.transport.close()
        elif opcode == _TEXT and b'"auth"' in payload[:20]:
            self.transport.write(_WELCOME if server.socket is not self.transport else _AGAIN)
            server.socket = self.transport
        else:
            self._node.heard += 1

    def connection_lost(self, problem: Exception | None) -> None:
        """The socket ended."""
        if self._server is not None:
            self._node.dropped += 1
            if self._server.socket is self.transport:
                self._server.socket = None


def _frame(data: bytes) -> tuple[int, bytes, int] | None:
    """A client's frame: its opcode, its payload unmasked, its size; None where it is not complete."""
    if len(data) < 2:
        return None
    length, at = data[1] & 0x7F, 2
    if length == 126:
        length, at = int.from_bytes(data[2:4], "big"), 4
    if len(data) < at + 4 + length:
        return None
    mask, masked = data[at : at + 4], data[at + 4 : at + 4 + length]
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    payload = (int.from_bytes(masked, "big") ^ key).to_bytes(length, "big")
    return data[0] & 0x0F, payload, at + 4 + length
