"""Hostile HTTP answers: every field of every shape that Panels and nodes answer, wrong in every way.

Deterministic: the same seed gives the same answers, each under a name that says what is wrong with it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from random import Random
from typing import Any

Path = tuple[str | int, ...]

UUID = "0badbeef-0000-4000-8000-000000000000"
PANEL_SERVER: dict[str, Any] = {
    "object": "server",
    "attributes": {
        "uuid": UUID,
        "identifier": UUID[:8],
        "name": "evil",
        "node": "evil-node",
        "invocation": "./start",
        "docker_image": "image",
        "limits": {"memory": 1024, "swap": 0, "disk": 2048, "io": 500, "cpu": 100, "threads": None},
        "feature_limits": {"databases": 0, "allocations": 0, "backups": 3},
        "status": None,
        "is_suspended": False,
        "is_installing": False,
        "is_transferring": False,
        "is_node_under_maintenance": False,
        "relationships": {
            "egg": {"object": "egg", "attributes": {"uuid": "e", "name": "Paper"}},
            "allocations": {"data": [{"attributes": {"ip": "127.0.0.1", "port": 25565}}]},
        },
    },
    "meta": {"is_server_owner": True, "user_permissions": ["*", "admin.websocket.errors"]},
}
SHAPES: dict[str, Any] = {
    "list": {
        "object": "list",
        "data": [PANEL_SERVER],
        "meta": {
            "pagination": {"total": 1, "count": 1, "per_page": 100, "current_page": 1, "total_pages": 1}
        },
    },
    "server": PANEL_SERVER,
    "token": {"object": "websocket_token", "data": {"token": "TOKEN", "socket": "SOCKET"}},
    "action": {"errors": [{"code": "HttpForbidden", "status": "403", "detail": "no", "meta": {"line": 1}}]},
    "node": [
        {
            "state": "running",
            "is_suspended": False,
            "utilization": {"memory_bytes": 1, "cpu_absolute": 0.5, "disk_bytes": 1, "uptime": 1},
            "configuration": {
                "uuid": UUID,
                "meta": {"name": "evil", "description": ""},
                "suspended": False,
                "invocation": "./start",
                "environment": {"A": "b"},
                "allocations": {"default": {"ip": "0.0.0.0", "port": 1}, "mappings": {"0.0.0.0": [1, 2]}},
                "build": {
                    "memory_limit": 1024,
                    "swap": 0,
                    "io_weight": 500,
                    "cpu_limit": 100,
                    "disk_space": 2048,
                },
                "mounts": [],
                "container": {"image": "image", "oom_disabled": False},
            },
        }
    ],
    "upgrade": {"error": "The requested resource does not exist on this instance.", "request_id": "x"},
    "http": {"ok": True},
}
"""What is answered when nothing is wrong, by where it is asked for."""

DIGITS = "9" * 400
WRONG: dict[str, str] = {
    "null": "null",
    "true": "true",
    "a text": '"x"',
    "an empty text": '""',
    "zero": "0",
    "a fraction": "0.5",
    "-1": "-1",
    "-1e308": "-1e308",
    "1e308": "1e308",
    "1e999": "1e999",
    "400 digits": DIGITS,
    "minus 400 digits": "-" + DIGITS,
    "5,000 digits": "9" * 5000,
    "2^63": str(2**63),
    "-2^63-1": str(-(2**63) - 1),
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "a NaN as text": '"NaN"',
    "1e308 as text": '"1e308"',
    "an empty list": "[]",
    "an empty object": "{}",
    "a list of nulls": "[null,null]",
    "10,000 lists": "[" * 10_000 + "]" * 10_000,
    "10,000 objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "100,000 numbers": "[" + "1," * 99_999 + "1]",
    "a text of 100,000": json.dumps("x" * 100_000),
    "controls": json.dumps("\x1b[31m\r\n\0\x7f\u202e\u200b"),
    "half a surrogate": '"\\ud800"',
    "a way out": json.dumps("../../../etc/passwd?x=#y"),
    "blanks": '" \\t\\n "',
    "letters beyond": json.dumps("\U0001f4a9" * 50),
    "no JSON": "undefined",
    "a template": '"${jndi:ldap://x}{{7*7}}%s"',
}

HEADERS: dict[str, str] = {
    "a limit of 400 digits": f"X-RateLimit-Limit: {DIGITS}",
    "a limit of -1": "X-RateLimit-Limit: -1",
    "a limit of 0": "X-RateLimit-Limit: 0",
    "a limit of NaN": "X-RateLimit-Limit: NaN",
    "400 digits remaining": f"X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: {DIGITS}",
    "two limits": "X-RateLimit-Limit: 60\r\nX-RateLimit-Limit: 70",
    "a limit in Arabic digits": "X-RateLimit-Limit: ١",
    "a wait of 400 digits": f"Retry-After: {DIGITS}",
    "a wait of -1": "Retry-After: -1",
    "a wait of NaN": "Retry-After: NaN",
    "a wait until 9999": "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
    "a wait until nowhen": "Retry-After: , , ,",
    "a wait until month 13": "Retry-After: Mon, 99 Foo 99999 99:99:99 +9999",
    "a long wait": "Retry-After: " + "x" * 9_000,
    "encoded twice": "Content-Encoding: gzip, gzip",
    "encoded in br": "Content-Encoding: br",
    "encoded in nothing known": "Content-Encoding: \x01\x02",
    "a cookie": f"Set-Cookie: a=b; Max-Age={DIGITS}; Expires=x",
    "a redirect": "Location: http://xn--a/",
    "a redirect to nowhere": "Location: //[",
    "300 headers": "\r\n".join(["A: b"] * 300),
    "a header of 64 KiB": "A: " + "b" * 65_536,
    "a header with a NUL": "A: b\0c",
    "a folded header": "A: b\r\n c",
    "a nameless header": ": b",
    "another type": "Content-Type: text/html; charset=utf-7",
    "an upgrade": "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x",
    "an extension": "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate",
}

STATUSES = [
    "000",
    "099",
    "100",
    "101",
    "103",
    "199",
    "200",
    "204",
    "205",
    "206",
    "226",
    "300",
    "301",
    "304",
    "307",
    "308",
    "400",
    "401",
    "402",
    "403",
    "404",
    "405",
    "407",
    "408",
    "409",
    "410",
    "413",
    "418",
    "422",
    "425",
    "429",
    "431",
    "451",
    "499",
    "500",
    "501",
    "502",
    "503",
    "504",
    "511",
    "520",
    "525",
    "599",
    "600",
    "700",
    "999",
    "1000",
    "-1",
    "2e2",
    "abc",
    "",
]

SOCKETS = [
    "ws://xn--a/",
    "wss://xn--a/",
    "ws://[",
    "ws://[::1",
    "ws://a:99999/",
    "ws://a:-1/",
    f"ws://a:{DIGITS}/",
    "ws://",
    "ws:///",
    "ws://.a/",
    "ws://a..b/",
    f"ws://{'a' * 64}.test/",
    f"ws://{'a.' * 200}/",
    "ws://eve:pw@127.0.0.1/",
    "http://127.0.0.1/",
    "file:///etc/passwd",
    "ws://127.0.0.1:9/\r\nX: y",
    "ws://ä/",
    "ws://127.0.0.1:1/" + "x" * 9000,
    "ws://127.0.0.1:9/?" + "y" * 1900,
    "javascript:alert(1)",
    "ws://0x7f.1:1/",
    "ws://%31/",
    "ws://a b/",
    "ws://\ud800/",
    "ws://*/",
    "ws://127.0.0.1:0/",
    "ws://127.0.0.1:1:1/",
    "ws://999.999.999.999/",
    "ws://[::ffff:999]/",
]

CLAIMS: dict[str, str] = {
    "an end of 10^400": '{"iat": 1, "exp": 1' + "0" * 400 + "}",
    "a begin of 10^400": '{"exp": 1, "iat": 1' + "0" * 400 + "}",
    "an end of 5,000 digits": '{"iat": 1, "exp": ' + "9" * 5000 + "}",
    "an end of NaN": '{"iat": 1, "exp": NaN}',
    "an end of Infinity": '{"iat": 1, "exp": Infinity}',
    "an end before its begin": '{"iat": 99, "exp": -99}',
    "an end as text": '{"iat": "1", "exp": "x"}',
    "no end": "{}",
    "claims of a list": "[]",
    "claims of a number": "1",
    "deep claims": '{"permissions": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "no claims": "",
    "claims that are none": "{",
    "permissions of numbers": '{"iat": 1, "exp": 601, "permissions": [1, null, {}]}',
    "permissions of a text": '{"iat": 1, "exp": 601, "permissions": "*"}',
}


@dataclass(frozen=True)
class HostileAnswer:
    """What is written to a connection: `raw`, then `again` without an end, in drips or as fast as it goes."""

    name: str
    raw: bytes
    again: bytes = b""
    drips: bool = False


def answers(where: str, chance: Random) -> Iterator[HostileAnswer]:
    """Hostile answers for one place of SHAPES, each different, in an order of chance."""
    found = list(chain(_of_bodies(where), _of_heads(where), _of_transfers(where)))
    if where == "token":
        found += _of_tokens()
    chance.shuffle(found)
    yield from found


def some(where: str, count: int, chance: Random) -> list[HostileAnswer]:
    """So many of them; where there are fewer, from the beginning again."""
    found: list[HostileAnswer] = []
    while len(found) < count:
        found += islice(answers(where, chance), count - len(found))
    return found


def _of_bodies(where: str) -> Iterator[HostileAnswer]:
    shape = SHAPES[where]
    status = b"404 Not Found" if where == "upgrade" else b"403 Forbidden" if where == "action" else b"200 OK"
    for path in _paths(shape):
        at = f"{where}: {'.'.join(map(str, path)) or 'all'}"
        yield _whole(f"{at} missing", _without(shape, path), status)
        yield _whole(f"{at} twice", _twice(shape, path), status)
        for name, wrong in WRONG.items():
            yield _whole(f"{at} is {name}", _with(shape, path, wrong), status)


def _of_heads(where: str) -> Iterator[HostileAnswer]:
    body = json.dumps(SHAPES[where]).encode()
    for status in STATUSES:
        yield HostileAnswer(f"{where}: status {status!r}", _head(f"{status} Any", len(body)) + body)
    for name, header in HEADERS.items():
        for status in ("200 OK", "429 Slow", "403 No"):
            head = _head(status, len(body), header)
            yield HostileAnswer(f"{where}: {name} with {status}", head + body)


def _of_transfers(where: str) -> Iterator[HostileAnswer]:
    body = json.dumps(SHAPES[where]).encode()
    bomb = gzip.compress(gzip.compress(b"0" * 10_000_000))
    for status in ("200 OK", "403 No", "500 Oh"):
        line = f"HTTP/1.1 {status}\r\n".encode()
        chunked = line + b"Transfer-Encoding: chunked\r\n\r\n"
        zipped = line + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
        for name, raw, again, drips in (
            ("a double gzip", zipped, b"", False),
            ("a body without an end", line + b"\r\n", b"x" * 65_536, False),
            ("chunks without an end", chunked, b"10000\r\n" + b"x" * 65_536 + b"\r\n", False),
            ("chunks of a byte", chunked, b"1\r\nx\r\n" * 9_000, False),
            ("chunks with long names", chunked, b"1;" + b"e" * 60_000 + b"\r\nx\r\n", False),
            ("a trailer without an end", chunked + b"0\r\n", b"a: b\r\n" * 9_000, False),
            ("a chunk of no size", chunked + b"zz\r\n", b"", False),
            ("a chunk of 10^20", chunked + b"f" * 20 + b"\r\n", b"x" * 65_536, False),
            ("a drip", line + b"Content-Length: 100000\r\n\r\n", b" ", True),
            ("a length that lies", _head(status, len(body) + 10) + body, b"", False),
            ("a length that is short", _head(status, 3) + body, b"", False),
            (
                "a length of 400 digits",
                line + b"Content-Length: " + DIGITS.encode() + b"\r\n\r\n",
                b"",
                False,
            ),
            ("a length below 0", line + b"Content-Length: -1\r\n\r\n", b"", False),
            ("two lengths", line + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"", False),
            (
                "both lengths",
                line + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                b"",
                False,
            ),
            ("an unknown transfer", line + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + bomb, b"", False),
        ):
            yield HostileAnswer(f"{where}: {name} after {status}", raw, again, drips)
    for name, raw, again, drips in (
        ("no word", b"", b"", False),
        ("another protocol", b"SSH-2.0-OpenSSH_9.9\r\n", b"", False),
        ("zeros", b"", b"\0" * 65_536, False),
        ("1xx without an end", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, False),
        ("headers without an end", b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 9_000, False),
        ("a header without an end", b"HTTP/1.1 200 OK\r\na: ", b"b" * 65_536, False),
        ("a reason without an end", b"HTTP/1.1 200 ", b"O" * 65_536, False),
        ("HTTP/0.9", b"<html>", b"", False),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"", False),
    ):
        yield HostileAnswer(f"{where}: {name}", raw, again, drips)


def _of_tokens() -> Iterator[HostileAnswer]:
    """These reach as far as the websocket: `SOCKET` is the server's to fill in."""
    from tests.hostile.house import token

    for socket in SOCKETS:
        data = {"data": {"token": token(iat=1, exp=601), "socket": socket}}
        yield _whole(f"token: a socket {socket[:40]!r}", json.dumps(data))
    for name, claims in CLAIMS.items():
        yield _whole(f"token: {name}", json.dumps({"data": {"token": raw_token(claims), "socket": "SOCKET"}}))


def raw_token(claims: str, _server: object = None) -> str:
    """A JWT with claims as they are written, for whichever server."""
    import base64

    parts = ['{"typ":"JWT","alg":"HS256"}', claims, "signature"]
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)


def _whole(name: str, body: str, status: bytes = b"200 OK") -> HostileAnswer:
    data = body.encode("utf-8", "surrogatepass")
    return HostileAnswer(name, _head(status.decode(), len(data)) + data)


def _head(status: str, length: int, header: str = "X-RateLimit-Limit: 100000") -> bytes:
    lines = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{header}\r\nContent-Length: {length}\r\n\r\n"
    )
    return lines.encode()


def _paths(shape: object, at: Path = ()) -> Iterator[Path]:
    yield at
    below = shape.items() if isinstance(shape, dict) else enumerate(shape) if isinstance(shape, list) else ()
    for key, value in below:
        yield from _paths(value, (*at, key))


def _with(shape: object, path: Path, wrong: str) -> str:
    """The shape as JSON, with these characters in the place of one value."""
    if not path:
        return wrong
    if isinstance(shape, dict):
        items = (
            (key, _with(value, path[1:], wrong) if key == path[0] else json.dumps(value))
            for key, value in shape.items()
        )
        return "{" + ",".join(f"{json.dumps(key)}:{text}" for key, text in items) + "}"
    assert isinstance(shape, list)
    return (
        "["
        + ",".join(
            _with(value, path[1:], wrong) if place == path[0] else json.dumps(value)
            for place, value in enumerate(shape)
        )
        + "]"
    )


def _without(shape: Any, path: Path) -> str:
    if not path:
        return ""
    copy = json.loads(json.dumps(shape))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return json.dumps(copy)


def _twice(shape: Any, path: Path) -> str:
    """The last key a second time, with another value."""
    if not path or isinstance(path[-1], int):
        return json.dumps(shape) * 2
    holder = shape
    for key in path[:-1]:
        holder = holder[key]
    inner = json.dumps(holder)
    return _with(shape, path[:-1], f"{inner[:-1]},{json.dumps(path[-1])}:1e308}}")
