"""What every request passes before a page is made: its host, its origin, who asks, how much.

Whoever is not known reaches what is public and nothing else. A request that acts comes from a page of ours,
or from a program with a token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automaton.pace.clock import Clock
from automaton.web.http_json import ErrorBody, RequestRefused, json_of
from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.security.cookies import SESSION, SESSION_FOR, cookie_of, set_cookie
from automaton.web.pages.security.hosts import host_of, is_allowed, is_same_origin
from automaton.web.pages.security.recognition import NOBODY, Recognised, Recognition, address_of, forwarded
from automaton.web.pages.security.request_bounds import bounded
from automaton.web.pages.security.visitor import Visitor
from automaton.web.pages.security.visitor_pace import VisitorPace

FILES = "/static/"
METRICS = "/metrics"
UNPACED = (FILES, "/healthz", "/readyz")
"""What costs nothing, however often it is asked for: files in memory, and what is known for a second."""

PUBLIC = (
    "/login",
    FILES,
    "/healthz",
    "/readyz",
    METRICS,
    "/status",
    "/status.json",
    "/ack/",
    "/favicon.ico",
)
"""Paths that are open to all; those that end in `/` with all below them."""

OWN_AUTHORITY = "/ack/"
"""The address is the permission: whoever knows it may use it from anywhere, and no cookie is looked at."""

PROGRAMS = "/api/"

CSRF = "Automaton-CSRF"
"""What a script of the page sends to PROGRAMS beside its cookie, where a form has its field."""

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
ONLY_TLS = "max-age=31536000"  # a year, this name alone: what else is below the domain is not ours to bind
FOR_EVER = "public, max-age=31536000, immutable"

Refuse = Callable[[Request, Exception], Awaitable[Response]]
"""A refusal as a page or as JSON, as is asked."""


class Gate:
    """The outermost part of the application."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Callable[[], PageSettings],
        recognition: Recognition,
        refuse: Refuse,
        clock: Clock,
    ) -> None:
        self._app = app
        self._settings = settings
        self._recognition = recognition
        self._refuse = refuse
        self._clock = clock
        self._pace = VisitorPace(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] != "http":
            return
        headers, settings = Headers(scope=scope), self._settings()
        is_of_proxy = self._recognition.is_of_proxy(scope, headers)
        if is_of_proxy:
            scope["client"] = (forwarded(headers, address_of(scope)), 0)
        is_secure = scope["is_secure"] = _is_secure(scope, headers, settings, is_of_proxy=is_of_proxy)
        scope["is_private"] = settings.is_local or is_of_proxy or scope["scheme"] == "https"
        answered = _with_headers(send, scope)
        if not is_allowed(headers.get("host", ""), settings.hosts):
            await json_of(ErrorBody(_other_name(headers)), 421)(scope, receive, answered)
            return
        # A file is the same for all, and kept on the way: it must not bring one of them a cookie.
        known = NOBODY
        if not scope["path"].startswith(FILES):
            known = self._recognition.recognise(scope, headers, is_of_proxy=is_of_proxy, is_secure=is_secure)
        scope["visitor"] = known.visitor
        if known.key:
            answered = _with_cookie(answered, known.key, is_secure=is_secure)
        problem = self._problem(scope, headers, known)
        if isinstance(problem, RequestRefused):
            problem = await self._refuse(Request(scope), problem)
        if problem is not None:
            await problem(scope, receive, answered)
            return
        await self._in_turn(scope, bounded(receive, self._clock), answered)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Has it answered; what costs nothing waits for nobody."""
        if scope["path"].startswith(UNPACED):
            await self._app(scope, receive, send)
            return
        who = _whose_turn(scope)
        try:
            await self._pace.begin(who)
        except RequestRefused as problem:
            await (await self._refuse(Request(scope), problem))(scope, receive, send)
            return
        has_turn = True

        async def begun(message: Message) -> None:
            nonlocal has_turn
            if has_turn:
                has_turn = False
                self._pace.end(who)
            await send(message)

        try:
            await self._app(scope, receive, begun)
        finally:
            if has_turn:
                self._pace.end(who)

    def _problem(self, scope: Scope, headers: Headers, known: Recognised) -> Response | RequestRefused | None:
        """What is answered in place of a page; None where there may be one."""
        path, visitor = scope["path"], known.visitor
        is_program = visitor is not None and visitor.session is None
        acts = scope["method"] not in READING and not path.startswith(OWN_AUTHORITY)
        if acts and path.startswith(PROGRAMS) and visitor is None:
            # A program whose token is wrong has no origin to show, and there is no session to ride.
            return known.refusal or self._unknown(scope, headers)
        if acts and not is_program:
            public_url = self._settings().public_url
            if not is_same_origin(headers, is_secure=scope["is_secure"], public_url=public_url):
                return RequestRefused(403, "this was asked by another site")
            if path.startswith(PROGRAMS) and visitor is not None and not _has_csrf(visitor, headers):
                return RequestRefused(403, f"a script that acts sends a token, or the page's `{CSRF}`")
        if is_public(path):
            return None
        if visitor is None:
            return known.refusal or self._unknown(scope, headers)
        if is_program and not scope["is_private"]:
            return RequestRefused(403, "a token is not taken in plain text: ask by `https://`")
        return None

    def _unknown(self, scope: Scope, headers: Headers) -> Response | RequestRefused:
        if refusal := self._recognition.wrong_token(scope, headers):
            return refusal
        if scope["method"] in READING and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            had = cookie_of(headers, SESSION, is_secure=scope["is_secure"])
            ended = "&ended=1" if had else ""
            return RedirectResponse(f"/login?next={quote(wanted, safe='', errors='replace')}{ended}", 303)
        return json_of(ErrorBody("sign in first, or send `Authorization: Bearer …`"), 401)


def is_public(path: str) -> bool:
    """Whether a path is open to all."""
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in PUBLIC)


def _whose_turn(scope: Scope) -> str:
    """Whose pace a request is held to. Prometheus may share its address with strangers behind one proxy."""
    visitor, address = scope["visitor"], address_of(scope)
    if isinstance(visitor, Visitor):
        return f"visitor {visitor.name}"
    return f"metrics {address}" if scope["path"] == METRICS else address


def _is_secure(scope: Scope, headers: Headers, settings: PageSettings, *, is_of_proxy: bool) -> bool:
    """Whether the browser speaks TLS, with us or with a proxy before us."""
    if scope["scheme"] == "https":
        return True
    url = urlsplit(settings.public_url)
    if url.scheme != "https":
        return False
    host = host_of(headers.get("host", ""))
    return is_of_proxy or (host is not None and host[0] == (url.hostname or "").lower())


def _other_name(headers: Headers) -> str:
    host = host_of(headers.get("host", ""))
    if host is None:
        return "the request names no host"
    return (
        f"the page has another name: where `{host[0]}` is yours too, add it to `web.hosts` of automaton.yml"
    )


def _has_csrf(visitor: Visitor, headers: Headers) -> bool:
    return visitor.session is not None and visitor.session.is_csrf(headers.get(CSRF, ""))


def _with_cookie(send: Send, key: str, *, is_secure: bool) -> Send:
    carrier = Response()
    set_cookie(carrier, SESSION, key, lasts=SESSION_FOR, is_secure=is_secure)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", carrier.headers["set-cookie"])
        await send(message)

    return sent


def _with_headers(send: Send, scope: Scope) -> Send:
    is_kept = scope["path"].startswith(FILES)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            is_good = message["status"] == 200
            headers.setdefault("Cache-Control", FOR_EVER if is_kept and is_good else "no-store")
            if headers.get("content-type", "").startswith("text/event-stream"):
                headers.setdefault("X-Accel-Buffering", "no")  # nginx would hold events back
            if scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", ONLY_TLS)
        await send(message)

    return sent
