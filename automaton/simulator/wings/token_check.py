"""Tokens, verified exactly as Wings does (protocol.md 2.1, 2.2).

The order of the checks matters, for each has an answer of its own. What Wings does not verify
(`alg`, `iss`, `aud`, `nbf`) is not verified here either.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

INTEGERS = ("iat", "exp", "nbf")
TEXTS = ("jti", "server_uuid", "user_uuid", "scope")

NO_TOKEN = "jwt: no jwt present"  # noqa: S105 - a sentence of Wings
EXPIRED = "jwt: exp claim is invalid"
DENIED = "jwt: created too far in past (denylist)"
NO_CONNECT = "jwt: missing connect permission"
MISMATCH = "jwt: server uuid mismatch"


@dataclass(frozen=True, slots=True)
class Claims:
    """What Wings reads of a token. Times are whole seconds, None where the claim is missing."""

    jti: str = ""
    iat: int | None = None
    exp: int | None = None
    server: str = ""
    user: str = ""
    permissions: tuple[str, ...] = ()
    scope: str = ""

    def may(self, permission: str) -> bool:
        """`*` gives everything that does not begin with `admin`, which must be literal."""
        if permission in self.permissions:
            return True
        return "*" in self.permissions and not permission.startswith("admin")


class UndecodableError(Exception):
    """Not a token of this node. Wings answers with a `daemon error`, not with a `jwt error`."""


class TokenRefusedError(Exception):
    """A token of this node that may not be used; its text is Wings' sentence."""


class Denylist:
    """The tokens that were revoked on this node. It lives as long as Wings' process."""

    def __init__(self, boot: float, *, strict: bool = False) -> None:
        """`boot` is the wall time of Wings' start, with its fraction of a second.

        `strict`: a token must be younger than a start or a denial, and name its server and its user.
        """
        self._boot = boot
        self._strict = strict
        self._jtis: dict[str, float] = {}
        self._users: dict[tuple[str, str], float] = {}

    def deny(self, jtis: Iterable[str], wall: float) -> None:
        """Refuses tokens of these names that were made before `wall`."""
        self._jtis.update(dict.fromkeys(jtis, wall))

    def deny_user(self, server: str, user: str, wall: float) -> None:
        """Refuses tokens of a user for a server that were made before `wall`."""
        self._users[server, user] = wall

    def holds(self, claims: Claims) -> bool:
        """True for a token made before Wings' start, or before it was revoked."""
        if claims.iat is None or (self._strict and not (claims.server and claims.user)):
            return True
        denied = (self._jtis.get(claims.jti), self._users.get((claims.server, claims.user)))
        return any(self._is_before(claims.iat, moment) for moment in (self._boot, *denied))

    def _is_before(self, iat: int, moment: float | None) -> bool:
        return moment is not None and (iat <= moment if self._strict else iat < moment)


def decode(text: str, key: str) -> Claims:
    """The claims of a token whose signature is right. Raises UndecodableError."""
    parts = text.split(".")
    if len(parts) != 3:
        raise UndecodableError("jwt: malformed token")
    try:
        signature, payload = _unbase64(parts[2]), _unbase64(parts[1])
    except (binascii.Error, ValueError):
        raise UndecodableError("illegal base64 data at input byte 0") from None
    signed = f"{parts[0]}.{parts[1]}".encode()
    if not hmac.compare_digest(hmac.new(key.encode(), signed, hashlib.sha256).digest(), signature):
        raise UndecodableError("jwt: HMAC verification failed")
    return _claims(payload)


def verify(text: str, key: str, denylist: Denylist, wall: float, *, needs_scope: bool = True) -> Claims:
    """The claims of a token that may open a conversation. Raises UndecodableError or TokenRefusedError."""
    claims = decode(text, key)
    check(claims, denylist, wall)
    # A missing scope is answered with the words of a missing permission (protocol.md 2.2).
    if needs_scope and "websocket" not in claims.scope.split():
        raise TokenRefusedError(NO_CONNECT)
    return claims


def check(claims: Claims, denylist: Denylist, wall: float) -> None:
    """The checks that Wings repeats before each later message. Raises TokenRefusedError."""
    if claims.exp is None or int(wall) > claims.exp:
        raise TokenRefusedError(EXPIRED)
    if denylist.holds(claims):
        raise TokenRefusedError(DENIED)
    if not claims.may("websocket.connect"):
        raise TokenRefusedError(NO_CONNECT)


def _unbase64(part: str) -> bytes:
    return base64.b64decode(part.encode() + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _claims(payload: bytes) -> Claims:
    try:
        body = json.loads(payload)
    except ValueError:
        raise UndecodableError("invalid character in token payload") from None
    if not isinstance(body, dict):
        raise UndecodableError("json: cannot unmarshal payload into Go value of type tokens.WebsocketPayload")
    numbers = {name: _whole(name, body.get(name)) for name in INTEGERS}
    texts = {name: _text(name, body.get(name)) for name in TEXTS}
    permissions = body.get("permissions") or []
    if not isinstance(permissions, list) or not all(isinstance(entry, str) for entry in permissions):
        raise _wrong_type("permissions")
    return Claims(
        jti=texts["jti"],
        iat=numbers["iat"],
        exp=numbers["exp"],
        server=texts["server_uuid"],
        user=texts["user_uuid"],
        permissions=tuple(permissions),
        scope=texts["scope"],
    )


def _whole(name: str, value: object) -> int | None:
    # Go decodes into an int64: 1.25 is an error, and so is 1.0 (protocol.md 2.1).
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _wrong_type(name)


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise _wrong_type(name)


def _wrong_type(name: str) -> UndecodableError:
    return UndecodableError(f"json: cannot unmarshal into Go struct field WebsocketPayload.{name}")
