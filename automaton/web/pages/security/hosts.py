"""Under which names the page answers, and which pages are its own: by Host and Origin.

Another site can have its name lead to this machine (DNS rebinding), and its script then reads as if it were
ours. It cannot do so with a literal address: those are let through, whatever they are.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.datastructures import Headers

_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:/?#@\\\s]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
USUAL = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


def host_of(header: str) -> tuple[str, int | None] | None:
    """The name of a Host header, in small letters, without a dot at its end, and its port if there is one."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    host = found["host"].strip("[]").lower().removesuffix(".")
    return (host, int(found["port"]) if found["port"] else None) if host else None


def is_allowed(header: str, names: Collection[str]) -> bool:
    """Whether a request with this Host header is for us."""
    found = host_of(header)
    return found is not None and (found[0] in names or found[0] == "localhost" or _is_literal(found[0]))


def is_same_origin(headers: Headers, *, is_secure: bool, public_url: str) -> bool:
    """Whether a browser sends this from a page of ours: by Origin, else by Sec-Fetch-Site.

    A proxy may write its own name for ours into Host: `public_url` is what the browser knows.
    """
    written = headers.get("origin")
    if written is None:
        return headers.get("sec-fetch-site") == "same-origin"
    origin = _origin(written)
    if origin is None or (is_secure and origin[0] != "https"):
        return False
    if origin == _origin(public_url):
        return True
    host = host_of(headers.get("host", ""))
    return host is not None and origin[1:] == (host[0], host[1] if host[1] is not None else USUAL[origin[0]])


def _origin(address: str) -> Origin | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower().removesuffix(".")
    if parts.scheme not in USUAL or not host or parts.username is not None:
        return None
    return parts.scheme, host, USUAL[parts.scheme] if port is None else port


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
