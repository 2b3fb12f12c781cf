"""Which addresses can be called at all: a host and a port that a socket takes.

Anything else would fail in the HTTP client, with an error that no operator understands.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

_FOUR_NUMBERS = re.compile(r"\d+(\.\d+){3}")


def is_address(text: str) -> bool:
    """True for `http://` or `https://` with a host, and a port from 1 to 65535 if there is one.

    Only ASCII, for it is sent as Origin as well: an international name is written as `xn--…`.
    """
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        if host is None or parts.scheme not in ("http", "https") or port == 0:
            return False
        if ":" in host:
            IPv6Address(host)
        elif _FOUR_NUMBERS.fullmatch(host):
            IPv4Address(host)
    except ValueError:
        return False
    return True
