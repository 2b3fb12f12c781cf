"""`/login` and `/logout`: a name and a password, paced, and never told which of the two was wrong."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import anyio
import structlog

from automaton.one_time_code import step_of
from automaton.pace.clock import Clock
from automaton.password_hash import hash_password, is_password
from automaton.web.http_json import RequestRefused
from automaton.web.pages.forms import read_form
from automaton.web.pages.page import Pages, back, local
from automaton.web.pages.page_settings import PageSettings, PageUser
from automaton.web.pages.security.cookies import (
    KNOWN,
    KNOWN_FOR,
    SESSION,
    SESSION_FOR,
    cookie_of,
    drop_cookie,
    is_known_browser,
    known_browser,
    set_cookie,
)
from automaton.web.pages.security.login_pace import LoginPace
from automaton.web.pages.security.rare_log import RareLog
from automaton.web.pages.security.recognition import address_of, proof_of
from automaton.web.pages.security.sessions import Sessions
from automaton.web.pages.security.visitor import visitor_of
from automaton.web.rule_request import LONGEST_NAME

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

ENDED = "You were signed out: your session has ended, or automaton.yml lets you in no longer as it did."
WRONG = "That is not right: check the name, the password and, if you have one, the code."
PLAIN = "A password is not taken in plain text. Open this page by https://, or on the machine itself."
MOST_LOGINS = 8  # logins that wait for the one thread: two seconds, and no memory of more than one hash
LONGEST_PASSWORD = 1_000  # characters


@cache
def _no_hash() -> str:
    """What the password of somebody who does not exist is held to."""
    return hash_password("")


class LoginPage:
    """Signs people in and out. `settings` are those of now."""

    def __init__(self, pages: Pages, sessions: Sessions, clock: Clock) -> None:
        self._pages = pages
        self._sessions = sessions
        self._clock = clock
        self._pace = LoginPace(clock)
        self._paced = RareLog(clock, "page.login_paced")
        self._one_at_a_time = anyio.CapacityLimiter(1)  # 64 MiB and a core's 150 ms each
        self._waiting = 0
        self._nobody = PageUser(role="viewer", password=_no_hash())
        self._used: dict[str, int] = {}  # the step of the last code of each person: none is taken twice
        self.settings: PageSettings | None = None

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [
            Route("/login", self.asked, methods=["GET"]),
            Route("/login", self.tried, methods=["POST"]),
            Route("/logout", self.leaving, methods=["GET"]),
            Route("/logout", self.left, methods=["POST"]),
        ]

    async def asked(self, request: Request) -> Response:
        """The form."""
        wanted, has_ended = local(request.query_params.get("next", "/")), "ended" in request.query_params
        return self._form(request, wanted, notice=ENDED if has_ended else "")

    async def tried(self, request: Request) -> Response:
        """Signs in, or shows the form again."""
        form = await read_form(request)
        name, wanted = form["name"].strip()[:LONGEST_NAME], local(form["next"] or "/")
        if not request.scope["is_private"]:
            return self._form(request, wanted, name, PLAIN, status=403)
        if self._waiting >= MOST_LOGINS:  # before the attempt is counted: it is none
            raise RequestRefused(503, "too many people sign in at this moment: try again", 2.0)
        user = self._users().get(name, self._nobody)
        if not user.password:
            user = self._nobody
        address = address_of(request.scope)
        is_secure = bool(request.scope["is_secure"])
        cookie = cookie_of(request.headers, KNOWN, is_secure=is_secure)
        browser = cookie if is_known_browser(cookie, name, user.password) else ""
        if wait := self._pace.begin(address, name, browser):
            self._paced(name=name, address=address)
            problem = "Too many attempts. Wait a minute, or use a browser in which you signed in before."
            answer = self._form(request, wanted, name, problem, status=429)
            answer.headers["Retry-After"] = str(int(wait) + 1)
            return answer
        if not await self._is_right(name, user, form["password"], form["code"]):
            structlog.get_logger().warning("page.login_failed", name=name, address=address)
            return self._form(request, wanted, name, WRONG, status=403)
        self._pace.right(address, name, browser)
        structlog.get_logger().info("page.login", name=name, address=address)
        return self._signed_in(request, name, user, wanted)

    async def leaving(self, request: Request) -> Response:
        """Asks whether here or everywhere."""
        visitor = visitor_of(request)
        return self._pages.page(request, "logout.html", count=self._sessions.of(visitor.name))

    async def left(self, request: Request) -> Response:
        """Signs out, of every browser where that is wanted."""
        visitor = visitor_of(request)
        form = await read_form(request)
        if visitor.session is None or not visitor.session.is_csrf(form["csrf"]):
            raise RequestRefused(403, "this form is an old one: load the page again")
        is_secure = bool(request.scope["is_secure"])
        self._sessions.end(cookie_of(request.headers, SESSION, is_secure=is_secure))
        if form["everywhere"]:
            self._sessions.end_all(lambda session: session.name != visitor.name)
        answer = back("/login")
        drop_cookie(answer, SESSION, is_secure=is_secure)
        return answer

    def _users(self) -> dict[str, PageUser]:
        return self.settings.users if self.settings is not None else {}

    async def _is_right(self, name: str, user: PageUser, password: str, code: str) -> bool:
        """Always hashed: the time must not tell whether there is such a person."""
        self._waiting += 1
        try:
            is_right = await anyio.to_thread.run_sync(
                is_password, password[:LONGEST_PASSWORD], user.password, limiter=self._one_at_a_time
            )
        finally:
            self._waiting -= 1
        if not is_right or user is self._nobody or not self._is_still(name, user):
            return False
        if not user.totp:
            return True
        step = step_of(user.totp, code, self._clock.now().wall)
        if step is None or step <= self._used.get(name, -1):
            return False
        self._used[name] = step
        return True

    def _is_still(self, name: str, user: PageUser) -> bool:
        """A reload may have come while it was hashed."""
        return self._users().get(name) == user

    def _signed_in(self, request: Request, name: str, user: PageUser, wanted: str) -> Response:
        """Always a new session: a key that somebody else put into this browser is worth nothing."""
        assert self.settings is not None
        is_secure = bool(request.scope["is_secure"])
        self._sessions.end(cookie_of(request.headers, SESSION, is_secure=is_secure))
        key, _ = self._sessions.begin(name, proof_of(self.settings, name, is_proxied=False))
        answer = back(wanted)
        set_cookie(answer, SESSION, key, lasts=SESSION_FOR, is_secure=is_secure)
        known = known_browser(name, user.password)
        set_cookie(answer, KNOWN, known, lasts=KNOWN_FOR, is_secure=is_secure)
        return answer

    def _form(
        self,
        request: Request,
        wanted: str,
        name: str = "",
        problem: str = "",
        status: int = 200,
        notice: str = "",
    ) -> Response:
        users = self._users().values()
        return self._pages.page(
            request, "login.html", status=status, wanted=wanted, name=name, problem=problem, notice=notice,
            has_users=any(one.password for one in users), has_codes=any(one.totp for one in users),
        )  # fmt: skip
