"""HTTP requests and responses of a node, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A whole request; `headers` by lower-case name, `path` without its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response; `kind` is its media type."""

    status: int
    body: bytes = b""
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


def json_response(status: int, content: object) -> HttpResponse:
    """A response with compact JSON."""
    return HttpResponse(status, json.dumps(content, separators=(",", ":")).encode())
