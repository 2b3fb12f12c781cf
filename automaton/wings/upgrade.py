"""The causes behind refused upgrades and close frames; and which socket addresses are used."""

from __future__ import annotations

from urllib.parse import urlsplit

from automaton.pace.http_address import what_is_wrong
from automaton.wings.causes import Cause

LONGEST_ADDRESS = 2000

_CLOSES: dict[int, Cause] = {
    1002: Cause.PROTOCOL,
    1003: Cause.PROTOCOL,
    1007: Cause.PROTOCOL,
    1009: Cause.TOO_BIG,
    4400: Cause.SUSPENDED,  # the Panel's front end knows it, no Wings was seen to send it (protocol.md 1)
    4409: Cause.SUSPENDED,
}


def cause_of_refusal(status: int, body: str) -> Cause:
    """Why an upgrade was answered with another status than 101."""
    match status:
        case 400 if "Too many open websocket" in body:
            return Cause.TOO_MANY_SOCKETS
        case 401 | 407:
            return Cause.UPGRADE_REFUSED
        case 403:
            return Cause.ORIGIN_REFUSED
        case 404:
            return Cause.NOT_ON_NODE
        case 408 | 425 | 429:
            return Cause.NODE_ERROR
    return Cause.NODE_ERROR if status >= 500 else Cause.UPGRADE_REFUSED


def cause_of_close(code: int | None, reason: str) -> Cause:
    """Why a connection ended. None or an unknown code says nothing: most ends come without a frame."""
    if code == 1001 and "deleted" in reason:
        return Cause.DELETED
    if code == 1000 and "revoked" in reason:  # Calagopus
        return Cause.NO_PERMISSION
    return Cause.DROPPED if code is None else _CLOSES.get(code, Cause.DROPPED)


def socket_url(address: str, *, allow_plain: bool) -> str:
    """The address as `http://` or `https://`, to be upgraded.

    Raises ValueError with what is wrong: another scheme, no host, a user in it, or plain where only
    TLS is allowed.
    """
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
        raise ValueError("the socket address is too long, or holds characters that no address has")
    parts = urlsplit(address)
    if parts.scheme not in ("ws", "wss"):
        raise ValueError("the socket address begins with neither wss:// nor ws://")
    if "@" in parts.netloc:
        raise ValueError("the socket address holds a user name")
    if not parts.hostname:
        raise ValueError("the socket address names no host")
    if parts.scheme == "ws" and not allow_plain:
        raise ValueError("the socket address is plain ws://, though the Panel is https://")
    scheme = "https" if parts.scheme == "wss" else "http"
    url = parts._replace(scheme=scheme, fragment="").geturl()
    if trouble := what_is_wrong(url):
        raise ValueError(f"the socket address cannot be called: {trouble}")
    return url
