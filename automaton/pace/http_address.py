"""Which addresses the HTTP client can call at all; a text that it cannot take fails deep inside it."""

from __future__ import annotations

from functools import lru_cache

import httpx

LONGEST = 4000
"""Characters; the longest webhooks have 400, and no server takes more than 8,000 in a line."""

_LONGEST_HOST = 253  # characters of a name (RFC 1035)


@lru_cache(maxsize=8)  # each through whose hands an address goes asks, one right after the other
def what_is_wrong(url: str) -> str:
    """Why an `http://` or `https://` address cannot be called; empty where it can."""
    if len(url) > LONGEST:
        return "it is too long"
    try:
        parsed = httpx.URL(url)
        # `host` is read for its errors: httpx decodes international names anew each time it is asked.
        host, port = parsed.host, parsed.port
        parsed.raw_host.decode("ascii").encode("idna")  # as the resolver does, to its length of each label
    except (httpx.InvalidURL, ValueError) as problem:  # idna's errors are ValueErrors, httpx's own is not
        return str(problem) or "it is none"
    if parsed.scheme not in ("http", "https"):
        return "it begins with neither http:// nor https://"
    if len(host) > _LONGEST_HOST:
        return "its host is too long"
    if not host or host.startswith("."):
        return "it names no host"
    if port is not None and not 0 < port < 65536:
        return f"there is no port {port}"
    return ""


def is_callable(url: str) -> bool:
    """True for an address that can be called."""
    return not what_is_wrong(url)
