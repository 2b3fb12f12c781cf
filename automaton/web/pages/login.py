"""`/login` and `/logout`: a name and a password, paced, and never told which of the two was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import structlog

from automaton.pace.clock import Clock
from automaton.password_hash import hash_password, is_password
from automaton.web.http_json import RequestRefused
from automaton.web.pages.forms import read_form
from automaton.web.pages.page import Pages, back, local
from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.security.gate import COOKIE, cookie_of
from automaton.web.pages.security.sessions import IDLE, Sessions
from automaton.web.pages.security.visitor import visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

WRONG = "This name and password do not fit together."


class LoginPage:
    """Signs people in and out. `settings` are those of now."""

    def __init__(self, pages: Pages, sessions: Sessions, clock: Clock) -> None:
        self._pages = pages
        self._sessions = sessions
        self._clock = clock
        self._one_at_a_time = anyio.CapacityLimiter(1)  # 64 MiB and a core's 150 ms each
        self._nobody = hash_password("")
        self.settings: PageSettings | None = None

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [
            Route("/login", self.asked, methods=["GET"]),
            Route("/login", self.tried, methods=["POST"]),
            Route("/logout", self.left, methods=["POST"]),
        ]

    async def asked(self, request: Request) -> Response:
        """The form."""
        return self._form(request, local(request.query_params.get("next", "/")))

    async def tried(self, request: Request) -> Response:
        """Signs in, or shows the form again."""
        form = await read_form(request)
        name, wanted = form["name"].strip(), local(form["next"] or "/")
        users = self.settings.users if self.settings is not None else {}
        user = users.get(name)
        hashed = user.password if user is not None and user.password else self._nobody
        # Always hashed: the time must not tell whether there is such a person.
        is_right = await anyio.to_thread.run_sync(
            is_password, form["password"], hashed, limiter=self._one_at_a_time
        )
        if not is_right or user is None or not user.password:
            structlog.get_logger().warning("page.login_failed", name=name, address=_address(request))
            return self._form(request, wanted, name, WRONG, status=403)
        structlog.get_logger().info("page.login", name=name, address=_address(request))
        key, _ = self._sessions.begin(name, user.password)
        answer = back(wanted)
        is_https = request.url.scheme == "https"
        answer.set_cookie(
            f"__Host-{COOKIE}" if is_https else COOKIE, key,
            max_age=int(IDLE), path="/", secure=is_https, httponly=True, samesite="lax",
        )  # fmt: skip
        return answer

    async def left(self, request: Request) -> Response:
        """Signs out."""
        session = visitor_of(request).session
        if session is None or not session.is_csrf((await read_form(request))["csrf"]):
            raise RequestRefused(403, "this form is an old one: load the page again")
        self._sessions.end(cookie_of(request.headers))
        return back("/login")

    def _form(
        self, request: Request, wanted: str, name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        has_users = self.settings is not None and any(one.password for one in self.settings.users.values())
        return self._pages.page(
            request,
            "login.html",
            status=status,
            wanted=wanted,
            name=name,
            problem=problem,
            has_users=has_users,
        )


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""
