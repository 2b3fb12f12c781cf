"""What can be called at all: an address whose host and port a socket takes.

Everything else that is asked for it ends in another error than an operator can read.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

_FOUR_NUMBERS = re.compile(r"\d+(\.\d+){3}")


def is_address(text: str) -> bool:
    """True for `http://` or `https://` with a host, and a port that there is.

    ASCII alone, for it is sent as Origin as well: an international name is written as `xn--…`.
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
