"""A whole page in memory: people who may visit it, a clock that is set by hand, and a daemon that notes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp

from automaton.core.moment import Moment
from automaton.password_hash import hash_password
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.page_settings import PageProxy, PageSettings, PageToken, PageUser
from automaton.web.pages.security.recognition import from_proxy

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD, cost=16)  # quick, for tests
TOKEN = "a-token-of-a-program"
ACTING_TOKEN = "a-token-of-a-program-that-acts"
PROXY_SECRET = "what-the-proxy-knows"
ORIGIN = "http://localhost"
HTML = {"accept": "text/html"}


@dataclass
class HandClock:
    """Shows what it is set to."""

    at: float = 1_000.0

    def now(self) -> Moment:
        return Moment(self.at, 1_800_000_000.0 + self.at)


@dataclass
class NotingDaemon:
    """Refuses everything, and notes what it was asked."""

    asked: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(404, json={"problem": "there is no such server"})

    @property
    def acts(self) -> list[str]:
        """What it was asked to do."""
        return [request.url.path for request in self.asked if request.method != "GET"]


def settings(**changed: object) -> PageSettings:
    """Of a page with an operator, a viewer, one who comes by the proxy alone, and two programs."""
    told = {
        "control": "",
        "hosts": ["page.example.org"],
        "is_local": True,
        "users": {
            "anna": PageUser(role="operator", password=HASH),
            "vic": PageUser(role="viewer", password=HASH),
            "sso": PageUser(role="operator"),
        },
        "tokens": {
            "grafana": PageToken(token=TOKEN, role="viewer"),
            "deploy": PageToken(token=ACTING_TOKEN, role="operator"),
        },
        **changed,
    }
    return PageSettings(**told)  # type: ignore[arg-type]


def by_secret(header: str = "X-Forwarded-User") -> PageProxy:
    """A proxy that shows a secret."""
    return PageProxy(header=header, secret=PROXY_SECRET)


@dataclass
class Page:
    """`app` answers, `client` is a browser that keeps its cookies."""

    app: PageApp
    client: httpx.AsyncClient
    clock: HandClock
    daemon: NotingDaemon

    async def sign_in(self, name: str = "anna", password: str = PASSWORD, **more: str) -> httpx.Response:
        """What is answered to a login."""
        form = {"name": name, "password": password, **more}
        return await self.client.post("/login", data=form, headers={"origin": ORIGIN, **HTML})

    async def csrf(self) -> str:
        """The token in the forms of whoever is signed in."""
        return csrf_in((await self.client.get("/logout", headers=HTML)).text)


def csrf_in(html: str) -> str:
    """The token in a form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    return found[1] if found else ""


@asynccontextmanager
async def visited(
    told: PageSettings | None = None, *, by_socket: bool = False, base: str = ORIGIN, is_shared: bool = False
) -> AsyncIterator[Page]:
    """A page with these settings; `by_socket`: what is asked comes by the proxy's own socket.

    `is_shared`: its daemon is a member of a cluster.
    """
    daemon, clock = NotingDaemon(), HandClock()
    control = ControlClient(httpx.MockTransport(daemon))
    feed = FleetFeed(control, clock, is_shared=is_shared)
    page = PageApp(told or settings(), control, feed, clock)
    app: ASGIApp = from_proxy(page.app) if by_socket else page.app
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield Page(page, client, clock, daemon)
    await control.aclose()
