"""Answers that Panels and nodes give, as seeds: every question answered right, and errors of both."""

from __future__ import annotations

import json
from collections.abc import Iterator

_UUID = "aaaaaaaa-0000-4000-8000-00000000000a"
_SERVER = {
    "object": "server",
    "attributes": {
        "uuid": _UUID, "identifier": "aaaaaaaa", "name": "lobby", "node": "eu",
        "invocation": "java -jar x.jar",
        "docker_image": "java_17", "limits": {"memory": 1024, "disk": 5120}, "status": None,
        "is_node_under_maintenance": False, "is_suspended": False, "is_installing": False,
        "is_transferring": False, "relationships": {"egg": {"attributes": {"name": "Paper"}}},
    },
    "meta": {"is_server_owner": True, "user_permissions": ["*", "control.start"]},
}  # fmt: skip
_LIST = {"data": [_SERVER, _SERVER], "meta": {"pagination": {"total_pages": 2}}}
_GRANT = {"data": {"token": "eyJhbGciOiJIUzI1NiJ9.e30.x", "socket": "wss://node.test:8080/api/servers/u/ws"}}
_ON_NODE = {
    "configuration": {
        "uuid": _UUID, "meta": {"name": "lobby"}, "suspended": False, "invocation": "java",
        "build": {"disk_space": 5120}, "container": {"image": "java_17"},
    },
    "is_suspended": False,
}  # fmt: skip
_PANEL_ERROR = {"errors": [{"code": "HttpForbiddenException", "status": "403", "detail": "No."}]}
_RIGHT: dict[str, object] = {
    "panel servers": _LIST,
    "panel server": _SERVER,
    "panel permissions": _SERVER,
    "panel websocket": _GRANT,
    "panel backup": {"object": "backup", "attributes": {"uuid": _UUID, "completed_at": None}},
    "panel rotate": {
        "object": "list",
        "data": [
            {"object": "backup", "attributes": {"uuid": _UUID, "is_successful": True, "completed_at": "x"}}
        ],
        "meta": {"pagination": {"total_pages": 1}},
    },
    "panel files": {"object": "list", "data": [{"object": "file_object", "attributes": {"name": "world"}}]},
    "panel power": {},
    "node servers": [_ON_NODE, _ON_NODE],
    "node server": _ON_NODE,
    "node power": {"error": "x"},
}
_CLAIMS = {"iat": 1_800_000_000, "exp": 1_800_000_600, "permissions": ["*"], "server_uuid": _UUID}
_PACE = "x-ratelimit-limit: 240\nx-ratelimit-remaining: 3\nretry-after: 30\ncontent-type: application/json\n"
_ADDRESSES = (
    "wss://node.test:8080/ws", "ws://node.test/ws", "wss://a@b/ws", "wss://[::1]:8080/ws", "ws://node.test:99999/",
    "http://node.test", "wss://", "wss://node.test/" + "a" * 3000,
)  # fmt: skip


def answers() -> Iterator[bytes]:
    """Each with its question, in the form of the target."""
    for question, body in _RIGHT.items():
        yield f"{question} 200\n{_PACE}\n\n{json.dumps(body)}".encode()
    for who in ("panel", "node"):
        for status in (201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 504):
            for what in ("servers", "power"):
                error = json.dumps(_PANEL_ERROR if who == "panel" else {"error": "the server is offline"})
                yield f"{who} {what} {status}\n{_PACE}\n\n{error}".encode()
        yield (
            f"{who} servers 200\ncontent-encoding: gzip, gzip\n\n".encode() + b"\x1f\x8b\x08\x00" + bytes(40)
        )
    yield b"token\n" + json.dumps(_CLAIMS).encode()
    yield from (b"socket\n" + address.encode() for address in _ADDRESSES)
