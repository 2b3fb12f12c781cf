"""What every request passes before a page is made: its host, its origin, who asks; headers on the answer.

Whoever is not known reaches what is public and nothing else. A request that acts comes from a page of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automaton.web.http_json import ErrorBody, json_of
from automaton.web.pages.security.visitor import Visitor

PUBLIC = ("/login", "/static/", "/healthz", "/readyz", "/metrics", "/status", "/ack/", "/favicon.ico")
"""Paths that are open to all; those that end in `/` with all below them."""

READING = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
COOKIE = "automaton_session"

Recognise = Callable[[Scope, Headers], Visitor | None]
"""Who asks, by cookie, token or proxy."""


class Gate:
    """The outermost part of the application. `hosts` gives the names that are allowed now."""

    def __init__(self, app: ASGIApp, hosts: Callable[[], frozenset[str]], recognise: Recognise) -> None:
        self._app = app
        self._hosts = hosts
        self._recognise = recognise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        answer = self._answer(scope, headers)
        await (answer or self._app)(
            scope, receive, _with_headers(send, is_kept=scope["path"].startswith("/static/"))
        )

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """What is answered in place of a page; None where there may be one."""
        if host_of(headers.get("host", "")) not in self._hosts():
            problem = "the page has another name: add this one to `web.hosts` of automaton.yml if it is yours"
            return json_of(ErrorBody(problem), 421)
        visitor = scope["visitor"] = self._recognise(scope, headers)
        has_own_word = (
            visitor is not None and visitor.session is None
        )  # a token, which no browser sends by itself
        if scope["method"] not in READING and not has_own_word and not is_same_origin(headers):
            return json_of(ErrorBody("this was asked by another site"), 403)
        if visitor is not None or is_public(scope["path"]):
            return None
        if scope["method"] in READING and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)
        return json_of(ErrorBody("sign in first, or send `Authorization: Bearer …`"), 401)


def is_public(path: str) -> bool:
    """Whether a path is open to all."""
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in PUBLIC)


def host_of(header: str) -> str:
    """The name in a Host header, without port and brackets."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser sends this from a page of ours: by Origin, else by Sec-Fetch-Site."""
    origin = headers.get("origin")
    if origin is not None:
        try:
            return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
        except ValueError:
            return False
    return headers.get("sec-fetch-site") == "same-origin"


def cookie_of(headers: Headers) -> str:
    """The session's key; empty for none."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    for name in (f"__Host-{COOKIE}", COOKIE):
        if name in cookies:
            return cookies[name].value
    return ""


def _with_headers(send: Send, *, is_kept: bool) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault(
                "Cache-Control", "public, max-age=31536000, immutable" if is_kept else "no-store"
            )
        await send(message)

    return sent
