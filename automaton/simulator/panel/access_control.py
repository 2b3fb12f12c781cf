"""What the Panel checks before it answers: the key, the rate, the permission and the server's state.

Errors have the Panel's shape (protocol.md 6.1).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.inventory import Inventory
from automaton.simulator.panel.rate_limit import FixedWindows, RateUsage
from automaton.simulator.panel.response_bodies import conflict
from automaton.simulator.timer_schedule import Timer
from automaton.simulator.wings.config_sync import PanelAnswer
from automaton.simulator.wings.game_server import GameServer

CONFLICTS = {
    "suspended": "This server is currently suspended and the functionality requested is unavailable.",
    "maintenance": (
        "The node of this server is currently under maintenance "
        "and the functionality requested is unavailable."
    ),
    "installing": "This server has not yet completed its installation process, please try again later.",
    "restoring_backup": "This server is currently restoring from a backup, please try again later.",
    "transferring": ("This server is currently being transferred to a new machine, please try again later."),
}
ONLY_PELICAN_LETS_PASS = ("suspended", "maintenance")
UNREACHABLE = (
    "There was an exception while attempting to communicate with the daemon resulting in a HTTP/504."
)

Handler = Callable[[Request, User], Awaitable[Response]]
ServerHandler = Callable[[Request, User, GameServer], Awaitable[Response]]


class PanelError(Exception):
    """An error in the Panel's shape. `code` is the name of Laravel's exception class."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.headers = headers or {}
        super().__init__(detail)

    def response(self, request: Request) -> Response:
        """The error as JSON, or as a page for a browser."""
        if "application/json" not in request.headers.get("accept", ""):
            # A client that does not ask for JSON is taken for a browser (protocol.md 6.1).
            if self.status == 401:
                return RedirectResponse("/auth/login", 302)
            return HTMLResponse(f"<html><h1>{self.status}</h1></html>", self.status, self.headers)
        error = {"code": self.code, "status": str(self.status), "detail": self.detail}
        return JSONResponse({"errors": [error]}, self.status, self.headers)


class AccessControl:
    """Guards the handlers of one Panel, and plays its outages."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.down: int | None = None
        self.delay = 0.0
        self._end: Timer | None = None
        self._calls = FixedWindows(inventory.kind.client_limit)
        inventory.ask_panel = self.answer_to_nodes

    def fail(self, seconds: float, *, down: int | None = None, delay: float = 0.0) -> None:
        """Begins an outage of so many seconds: answers with a status, or late. It replaces any other."""
        self.come_up()
        self.down, self.delay = down, delay
        self._end = self.inventory.schedule.after(seconds, self.come_up)

    def come_up(self) -> None:
        """Ends an outage."""
        self.down, self.delay = None, 0.0
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def answer_to_nodes(self) -> PanelAnswer:
        """How its nodes are answered: they meet the same outage."""
        return PanelAnswer(200 if self.down is None else self.down, self.delay)

    def before(self, app: ASGIApp) -> ASGIApp:
        """Wraps the app, so that an outage hits every path, with or without a key."""

        async def door(scope: Scope, receive: Receive, send: Send) -> None:
            self.inventory.catch_up()
            self.inventory.log.add(self.inventory.schedule.now.wall, "request", "", scope.get("path", ""))
            if self.delay:
                await anyio.sleep(self.delay)
                self.inventory.catch_up()
            if self.down is None:
                await app(scope, receive, send)
            else:
                page = HTMLResponse(f"<html><h1>{self.down} Bad Gateway</h1></html>", self.down)
                await page(scope, receive, send)

        return door

    def for_user(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Wraps a handler: it needs a client key, and counts against its user's limit."""

        async def guarded(request: Request) -> Response:
            try:
                user = self._user(request)
                rate = self.counted(self._calls, f"user:{user.id}")
                response = await handler(request, user)
            except PanelError as error:
                return error.response(request)
            if "X-RateLimit-Limit" not in response.headers:
                response.headers.update(rate_headers(rate))
            return response

        return guarded

    def for_server(self, handler: ServerHandler) -> Callable[[Request], Awaitable[Response]]:
        """As `for_user`; the user also needs access to the server in the path."""

        async def found(request: Request, user: User) -> Response:
            server = self.inventory.find(request.path_params["server"])
            if server is None or user.permissions(server.build.uuid) is None:
                raise PanelError(
                    404, "NotFoundHttpException", "The requested resource does not exist on this server."
                )
            return await handler(request, user, server)

        return self.for_user(found)

    def _user(self, request: Request) -> User:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if key.startswith("ptla_"):
            text = "an application API key on an endpoint that requires a client API key."
            raise PanelError(403, "AccessDeniedHttpException", f"You are attempting to use {text}")
        user = self.inventory.users.get(key) if scheme == "Bearer" else None
        if user is None:
            raise PanelError(401, "AuthenticationException", "Unauthenticated.")
        return user

    def counted(self, windows: FixedWindows, key: str) -> RateUsage:
        """Counts one call. Raises PanelError (429) over the limit."""
        rate = windows.count(key, self.inventory.schedule.now.mono)
        if rate.retry_after is not None:
            raise self.too_many(rate)
        return rate

    def too_many(self, rate: RateUsage) -> PanelError:
        """The 429 that says when to ask again."""
        reset = int(self.inventory.schedule.now.wall) + (rate.retry_after or 0)
        headers = {
            "Retry-After": str(rate.retry_after),
            "X-RateLimit-Reset": str(reset),
            **rate_headers(rate),
        }
        return PanelError(429, "ThrottleRequestsException", "Too Many Attempts.", headers)

    def check_may(self, user: User, server: GameServer, permission: str) -> None:
        """Raises PanelError (403) where the user lacks a permission."""
        if not user.may(server.build.uuid, permission):
            raise PanelError(403, "AuthorizationException", "This action is unauthorized.")

    def check_state(self, server: GameServer, user: User | None = None) -> None:
        """Raises PanelError (409) while the server's state conflicts.

        `user` is given where an administrator may pass (protocol.md 6.1)."""
        name = conflict(server, self.inventory.node_of(server))
        if name is None:
            return
        is_admin = user is not None and user.admin
        if not is_admin or (name in ONLY_PELICAN_LETS_PASS and not self.inventory.kind.admins_always_pass):
            raise PanelError(409, "ServerStateConflictException", CONFLICTS[name])

    def check_node(self, server: GameServer) -> None:
        """Raises PanelError (504) while the server's Wings does not listen."""
        if not self.inventory.node_of(server).listening:
            raise PanelError(504, "DaemonConnectionException", UNREACHABLE)


async def not_found(request: Request, problem: Exception) -> Response:
    """The answer to an unknown path."""
    text = "The requested resource could not be found on the server."
    return PanelError(404, "NotFoundHttpException", text).response(request)


def rate_headers(rate: RateUsage) -> dict[str, str]:
    """The headers that say what is left of a limit."""
    return {"X-RateLimit-Limit": str(rate.limit), "X-RateLimit-Remaining": str(rate.remaining)}
