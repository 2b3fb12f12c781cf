"""Who asks: a person by the session's cookie, a person whom a trusted proxy names, a program by its token.

What a request says about itself is believed of the proxy alone, and of that only when it shows the shared
secret or comes by its own socket: from anybody else the same headers are not read.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

import msgspec
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from automaton.pace.clock import Clock
from automaton.web.guess_budget import GuessBudget
from automaton.web.http_json import RequestRefused
from automaton.web.pages.page_settings import PageProxy, PageSettings
from automaton.web.pages.security.cookies import SESSION, cookie_of
from automaton.web.pages.security.rare_log import RareLog
from automaton.web.pages.security.sessions import Sessions, SignedIn
from automaton.web.pages.security.visitor import Visitor
from automaton.web.rule_request import LONGEST_NAME

PROXY = "X-Automaton-Proxy"  # has the shared secret
FOR = "X-Forwarded-For"
OWN_SOCKET = "automaton.proxy"  # in the scope of what came by the proxy's socket


@dataclass(frozen=True, slots=True)
class Recognised:
    """`refusal` says why somebody who is known may see nothing. `key`: a new session's, for the cookie."""

    visitor: Visitor | None = None
    refusal: RequestRefused | None = None
    key: str = ""


NOBODY = Recognised()


class Recognition:
    """`settings` are those of now."""

    def __init__(self, settings: Callable[[], PageSettings], sessions: Sessions, clock: Clock) -> None:
        self._settings = settings
        self._sessions = sessions
        self._guesses = GuessBudget(clock)
        self._strange_proxy = RareLog(clock, "page.proxy_unknown")

    def is_of_proxy(self, scope: Scope, headers: Headers) -> bool:
        """Whether the trusted proxy sends this."""
        proxy = self._settings().proxy
        if proxy is None:
            return False
        if proxy.socket:
            return scope.get(OWN_SOCKET) is True
        shown = headers.get(PROXY, "")
        if shown and not is_same(shown, proxy.secret):
            self._strange_proxy(address=address_of(scope), reason=f"`{PROXY}` has another secret")
            return False
        return shown != ""

    def recognise(self, scope: Scope, headers: Headers, *, is_of_proxy: bool, is_secure: bool) -> Recognised:
        """Who asks this. The scope has the address of now, `forwarded` or not."""
        settings = self._settings()
        if scope["path"].startswith("/api/") and (token := _bearer(headers)):
            for name, one in settings.tokens.items():
                if is_same(token, one.token):
                    return Recognised(Visitor(name, one.role))
        key = cookie_of(headers, SESSION, is_secure=is_secure)
        session = self._sessions.find(key) if key else None
        if session is not None and session.proof != proof_of(
            settings, session.name, is_proxied=session.is_proxied
        ):
            self._sessions.end(key)
            session = None
        named = _named(headers, settings.proxy) if is_of_proxy else ""
        if named:
            return self._proxied(settings, named, key, session)
        if session is not None and not session.is_proxied:
            return Recognised(Visitor(session.name, settings.users[session.name].role, session))
        return NOBODY

    def wrong_token(self, scope: Scope, headers: Headers) -> RequestRefused | None:
        """Why a program is not let in that shows a token; None for one that shows none."""
        if not _bearer(headers):
            return None
        if wait := self._guesses.spend(address_of(scope)):
            return RequestRefused(429, "too many wrong tokens", wait)
        return RequestRefused(
            401, "there is no such token: `web.tokens` of automaton.yml names those there are"
        )

    def _proxied(self, settings: PageSettings, name: str, key: str, session: SignedIn | None) -> Recognised:
        """Whom the proxy names. His session ends when it names another, or when he had a password's."""
        if session is not None and (session.name != name or not session.is_proxied):
            self._sessions.end(key)
            session = None
        user = settings.users.get(name)
        if user is None:
            problem = "you are signed in, and have no role here: an operator adds your name to `web.users`"
            return Recognised(refusal=RequestRefused(403, problem))
        if session is not None:
            return Recognised(Visitor(name, user.role, session))
        proof = proof_of(settings, name, is_proxied=True)
        key, session = self._sessions.begin(name, proof, is_proxied=True)
        return Recognised(Visitor(name, user.role, session), key=key)


def proof_of(settings: PageSettings, name: str, *, is_proxied: bool) -> str:
    """What lets a person in now, as a mark that changes with it; empty where nothing does."""
    user = settings.users.get(name)
    if user is None or (settings.proxy is None if is_proxied else not user.password):
        return ""
    what = (user.role, settings.proxy) if is_proxied else user
    return sha256(msgspec.json.encode(what)).hexdigest()


def from_proxy(app: ASGIApp) -> ASGIApp:
    """The same application, for the socket that the proxy alone can reach."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, OWN_SOCKET: True}, receive, send)

    return marked


def forwarded(headers: Headers, address: str) -> str:
    """The browser's address, by the word of a trusted proxy: the last of the list is what itself added."""
    # HAProxy writes a line of its own below the one that the browser sent.
    last = ",".join(headers.getlist(FOR)).rpartition(",")[2].strip()
    host = last[1:].partition("]")[0] if last.startswith("[") else last
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return address


def address_of(scope: Scope) -> str:
    """Where a request comes from."""
    client = scope.get("client")
    return client[0] if client is not None else ""


def is_same(given: str, secret: str) -> bool:
    """Whether they are equal, in a time that tells neither where they differ nor how long the secret is."""
    # Starlette reads headers as Latin-1; these are the bytes that were sent.
    ours, theirs = sha256(secret.encode()).digest(), sha256(given.encode("latin-1", "replace")).digest()
    return secret != "" and hmac.compare_digest(theirs, ours)


def _bearer(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _named(headers: Headers, proxy: PageProxy | None) -> str:
    """The person's name, in UTF-8. A header that stands twice names nobody: one of them is a stranger's."""
    names = headers.getlist(proxy.header) if proxy is not None else []
    if len(names) != 1:
        return ""
    return names[0].strip().encode("latin-1").decode(errors="replace")[:LONGEST_NAME]
