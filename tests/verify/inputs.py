"""What the client and others did, each with its moment: all that a play is told of a recording."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.verify.described import TOKEN
from tests.verify.trace import NoTraceError, Row

RESIGN = "resign"  # the field of a row whose token lost its signature when it was recorded


@dataclass(frozen=True, slots=True)
class Opening:
    """A client asks for the upgrade. `place` counts inputs alone; `conn` tells a file's sockets apart."""

    place: int
    ms: float
    conn: str
    path: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Saying:
    """A frame from a client."""

    place: int
    ms: float
    conn: str
    text: str
    binary: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done from outside. `method`, `path` and `body` matter where `what` is `http`."""

    place: int
    ms: float
    what: str
    method: str = ""
    path: str = ""
    body: str = ""


Input = Opening | Saying | Deed


def connections(rows: Iterable[Row]) -> dict[int, str]:
    """The socket that each row belongs to: a name that is opened again is another socket."""
    opened: Counter[str] = Counter()
    sockets: dict[int, str] = {}
    for row in rows:
        opened[row.conn] += row.kind == "open"
        again = f"#{opened[row.conn]}" if opened[row.conn] > 1 else ""
        sockets[row.number] = row.conn + again
    return sockets


def inputs(rows: Iterable[Row]) -> list[Input]:
    """The inputs of a recording. Whatever was answered leaves no trace in them."""
    mine = [row for row in rows if row.kind in ("open", "out", "do")]
    sockets = connections(mine)
    return [_input(row, place, sockets[row.number]) for place, row in enumerate(mine, 1)]


def _input(row: Row, place: int, conn: str) -> Input:
    fields = row.fields
    try:
        match row.kind:
            case "open":
                path = urlsplit(fields["url"]).path
                return Opening(place, row.ms, conn, path, fields.get("origin"))
            case "out":
                text = _signed(fields["raw"]) if fields.get(RESIGN) else fields["raw"]
                return Saying(place, row.ms, conn, text, bool(fields.get("binary")))
        body = json.dumps(fields["json"]) if "json" in fields else ""
        method, path = fields.get("method", "POST"), fields.get("path", "")
        return Deed(place, row.ms, fields["do"], method, path, body)
    except KeyError as missing:
        raise NoTraceError(f"row {row.number}: `{row.kind}` without {missing}") from missing


def _signed(text: str) -> str:
    """The same message, its token signed by the described node."""
    message: dict[str, Any] = json.loads(text)
    head, payload = "".join(message["args"]).split(".")[:2]
    digest = hmac.new(TOKEN.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return json.dumps({**message, "args": [f"{head}.{payload}.{signature}"]})
