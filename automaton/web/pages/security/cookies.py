"""The two cookies of the page: the session's, and the one of a browser in which somebody signed in before.

Over TLS their names begin with a prefix that binds them to this host: no neighbour under the same domain and
nobody who speaks plain HTTP in our name can set them (RFC 6265bis, 4.1.3).
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response

SESSION = "automaton_session"
KNOWN = "automaton_known"
SESSION_FOR = 30 * 86_400
"""Seconds. The session ends sooner, when it is idle; a cookie that ended then would end with one at work."""

KNOWN_FOR = 180 * 86_400  # seconds: whoever signs in twice a year is known


def cookie_of(headers: Headers, name: str, *, is_secure: bool) -> str:
    """The value of a cookie; empty for none."""
    from starlette.requests import cookie_parser  # what a neighbour's odd cookie does not make blind

    sent = headers.get("cookie", "")
    return cookie_parser(sent).get(named(name, is_secure=is_secure), "")


def set_cookie(answer: Response, name: str, value: str, *, lasts: float, is_secure: bool) -> None:
    """Has a browser keep it: no script reads it, and no form of another site sends it."""
    answer.set_cookie(
        named(name, is_secure=is_secure), value,
        max_age=int(lasts), path="/", secure=is_secure, httponly=True, samesite="lax",
    )  # fmt: skip


def drop_cookie(answer: Response, name: str, *, is_secure: bool) -> None:
    """Has a browser forget it."""
    set_cookie(answer, name, "", lasts=0, is_secure=is_secure)


def named(name: str, *, is_secure: bool) -> str:
    """How a cookie is called there."""
    return f"__Host-{name}" if is_secure else name


def known_browser(name: str, password: str) -> str:
    """The cookie of a browser in which this person signed in; a new password makes it worthless."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_mark(name, password, nonce)}"


def is_known_browser(cookie: str, name: str, password: str) -> bool:
    """Whether this person signed in there before. `password` is the hash of now."""
    nonce, _, mark = cookie.partition(".")
    return bool(password) and hmac.compare_digest(mark.encode(), _mark(name, password, nonce).encode())


def _mark(name: str, password: str, nonce: str) -> str:
    text = f"{name}\0{nonce}".encode(errors="surrogatepass")
    return hmac.new(password.encode(), text, sha256).hexdigest()
