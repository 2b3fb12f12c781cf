"""The Panel's client API (Pterodactyl 1.12.3 and later), as a starlette app (protocol.md 6).

Parses and answers; what is done to a server stands in `server.py`. Errors have the Panel's shape.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from automaton.core.events import State
from automaton.simulator.accounts import Rate, User, Windows
from automaton.simulator.panel_shapes import described, listed, meta, status
from automaton.simulator.power import ACTIONS
from automaton.simulator.server import Server
from automaton.simulator.tokens import issue

if TYPE_CHECKING:
    from automaton.simulator.world import World

CLIENT_LIMIT = 720  # calls a minute and user
TOKEN_LIMIT = 5  # tokens a minute and server, all users together
RESOURCES_KEPT = 20.0
LOCK_WAIT = 30.0
CONFLICTS = {
    "suspended": "This server is currently suspended and the functionality requested is unavailable.",
    "installing": "This server has not yet completed its installation process, please try again later.",
    "restoring_backup": "This server is currently restoring from a backup, please try again later.",
}
UNREACHABLE = (
    "There was an exception while attempting to communicate with the daemon resulting in a HTTP/504."
)

Handler = Callable[[Request, User], Awaitable[Response]]
ServerHandler = Callable[[Request, User, Server], Awaitable[Response]]


class PanelError(Exception):
    """An answer in the Panel's error shape. `code` is the class name that Laravel would show."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.headers = headers or {}
        super().__init__(detail)

    def response(self, request: Request) -> Response:
        if "application/json" not in request.headers.get("accept", ""):
            # Who does not ask for JSON is taken for a browser (protocol.md 6.1).
            if self.status == 401:
                return RedirectResponse("/auth/login", 302)
            return HTMLResponse(f"<html><h1>{self.status}</h1></html>", self.status, self.headers)
        error = {"code": self.code, "status": str(self.status), "detail": self.detail}
        return JSONResponse({"errors": [error]}, self.status, self.headers)


class Panel:
    """Answers for the world's users and servers."""

    def __init__(
        self, world: World, client_limit: int = CLIENT_LIMIT, token_limit: int = TOKEN_LIMIT
    ) -> None:
        self._world = world
        self.down: int | None = None
        self.delay = 0.0
        self.no_tokens_until = float("-inf")
        self._calls = Windows(client_limit)
        self._tokens = Windows(token_limit)
        self._backups = Windows(2, 600.0)
        self._resources: dict[str, tuple[float, dict[str, object]]] = {}
        one = "/api/client/servers/{server}"
        self.app = Starlette(
            routes=[
                Route("/api/client", self._for_user(self._list)),
                Route("/api/client/", self._for_user(self._list)),  # the same to Laravel
                Route(one, self._for_server(self._show)),
                Route(f"{one}/websocket", self._for_server(self._websocket)),
                Route(f"{one}/resources", self._for_server(self._show_resources)),
                Route(f"{one}/power", self._for_server(self._power), methods=["POST"]),
                Route(f"{one}/command", self._for_server(self._command), methods=["POST"]),
                Route(f"{one}/backups", self._for_server(self._back_up), methods=["POST"]),
            ],
            exception_handlers={404: _not_found},
        )

    def come_up(self) -> None:
        """Answers again, and at once."""
        self.down, self.delay = None, 0.0

    # Before a handler

    def _for_user(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            self._world.catch_up()
            if self.delay:
                await anyio.sleep(self.delay)
                self._world.catch_up()
            if self.down is not None:
                return HTMLResponse(f"<html><h1>{self.down} Bad Gateway</h1></html>", self.down)
            try:
                user = self._user(request)
                rate = self._counted(self._calls, f"user:{user.id}")
                response = await handler(request, user)
            except PanelError as error:
                return error.response(request)
            if "X-RateLimit-Limit" not in response.headers:
                response.headers.update(_rate_headers(rate))
            return response

        return guarded

    def _for_server(self, handler: ServerHandler) -> Callable[[Request], Awaitable[Response]]:
        async def found(request: Request, user: User) -> Response:
            server = self._world.find(request.path_params["server"])
            if server is None or user.permissions(server.build.uuid) is None:
                raise PanelError(
                    404, "NotFoundHttpException", "The requested resource does not exist on this server."
                )
            return await handler(request, user, server)

        return self._for_user(found)

    def _user(self, request: Request) -> User:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if key.startswith("ptla_"):
            text = "an application API key on an endpoint that requires a client API key."
            raise PanelError(403, "AccessDeniedHttpException", f"You are attempting to use {text}")
        user = self._world.users.get(key) if scheme == "Bearer" else None
        if user is None:
            raise PanelError(401, "AuthenticationException", "Unauthenticated.")
        return user

    def _counted(self, windows: Windows, key: str) -> Rate:
        rate = windows.count(key, self._world.schedule.now.mono)
        if rate.retry_after is not None:
            raise self._too_many(rate)
        return rate

    def _too_many(self, rate: Rate) -> PanelError:
        reset = int(self._world.schedule.now.wall) + (rate.retry_after or 0)
        headers = {
            "Retry-After": str(rate.retry_after),
            "X-RateLimit-Reset": str(reset),
            **_rate_headers(rate),
        }
        return PanelError(429, "ThrottleRequestsException", "Too Many Attempts.", headers)

    # Handlers

    async def _list(self, request: Request, user: User) -> Response:
        if request.query_params.get("type") in ("admin", "admin-all") and not user.admin:
            return JSONResponse(listed([], page=1, per_page=50))
        servers = [s for s in self._world.servers() if user.permissions(s.build.uuid) is not None]
        page, per_page = _number(request, "page", 1), min(100, _number(request, "per_page", 50))
        include = request.query_params.get("include", "").split(",")
        shown = [
            described(server, self._world.node_of(server), user, egg="egg" in include) for server in servers
        ]
        return JSONResponse(listed(shown, page=page, per_page=per_page))

    async def _show(self, request: Request, user: User, server: Server) -> Response:
        include = request.query_params.get("include", "").split(",")
        body = described(server, self._world.node_of(server), user, egg="egg" in include)
        return JSONResponse({**body, "meta": meta(server, user)})

    async def _websocket(self, request: Request, user: User, server: Server) -> Response:
        world, uuid = self._world, server.build.uuid
        now = world.schedule.now
        refused = "refused"
        try:
            rate = self._counted(self._tokens, f"server:{uuid}")
            if now.mono < self.no_tokens_until:
                raise self._too_many(Rate(TOKEN_LIMIT, 0, max(1, round(self.no_tokens_until - now.mono))))
            self._check_state(server, passes=user.admin and not server.suspended)
            if not user.may(uuid, "websocket.connect"):
                text = "You do not have permission to connect to this server's websocket."
                raise PanelError(403, "HttpForbiddenException", text)
            refused = ""
        finally:
            world.log.add(now.wall, "token", uuid, refused or "issued", user.name)
        node = world.node_of(server)
        token = issue(
            key=node.panel_token,
            wall=now.wall,
            issuer=world.panel_url,
            audience=node.url,
            server=uuid,
            user_id=user.id,
            user=user.uuid,
            permissions=user.permissions(uuid) or (),
            chance=world.chance,
        )
        socket = f"{node.url.replace('http', 'ws', 1)}/api/servers/{uuid}/ws"
        return JSONResponse({"data": {"token": token, "socket": socket}}, headers=_rate_headers(rate))

    async def _show_resources(self, request: Request, user: User, server: Server) -> Response:
        now, uuid = self._world.schedule.now.mono, server.build.uuid
        kept = self._resources.get(uuid)
        if kept is None or now - kept[0] >= RESOURCES_KEPT:
            self._check_node(server)
            kept = self._resources[uuid] = (now, _resources(server))
        return JSONResponse({"object": "stats", "attributes": kept[1]})

    async def _power(self, request: Request, user: User, server: Server) -> Response:
        signal = await _field(request, "signal")
        if signal not in ACTIONS:
            raise PanelError(422, "ValidationException", "The selected signal is invalid.")
        permission = "stop" if signal == "kill" else signal
        self._check_may(user, server, f"control.{permission}")
        self._check_state(server)
        self._check_node(server)
        # 204 says that Wings took it, and no more: it waits up to 30 s for the lock.
        server.power.ask(signal, f"panel {user.name}", lambda _: None, wait=LOCK_WAIT)
        return Response(status_code=204)

    async def _command(self, request: Request, user: User, server: Server) -> Response:
        command = await _field(request, "command")
        if not command:
            raise PanelError(422, "ValidationException", "The command field is required.")
        self._check_may(user, server, "control.console")
        self._check_state(server)
        self._check_node(server)
        if server.state is State.OFFLINE or server.container is None:
            raise PanelError(502, "HttpException", "Server must be online in order to send commands.")
        server.type(command, f"panel {user.name}")
        return Response(status_code=204)

    async def _back_up(self, request: Request, user: User, server: Server) -> Response:
        self._check_may(user, server, "backup.create")
        self._check_state(server)
        self._check_node(server)
        # Two in ten minutes, whoever asks (the Panel's config/backups.php).
        self._counted(self._backups, f"server:{server.build.uuid}")
        backup = server.backups.begin(await _field(request, "name"), f"panel {user.name}")
        return JSONResponse({"object": "backup", "attributes": backup})

    # Checks

    def _check_may(self, user: User, server: Server, permission: str) -> None:
        if not user.may(server.build.uuid, permission):
            raise PanelError(403, "AuthorizationException", "This action is unauthorized.")

    def _check_state(self, server: Server, *, passes: bool = False) -> None:
        conflict = status(server)
        if conflict is not None and not passes:
            raise PanelError(409, "ServerStateConflictException", CONFLICTS[conflict])

    def _check_node(self, server: Server) -> None:
        if not self._world.node_of(server).listening:
            raise PanelError(504, "DaemonConnectionException", UNREACHABLE)


async def _not_found(request: Request, problem: Exception) -> Response:
    text = "The requested resource could not be found on the server."
    return PanelError(404, "NotFoundHttpException", text).response(request)


def _rate_headers(rate: Rate) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(rate.limit), "X-RateLimit-Remaining": str(rate.remaining)}


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return max(1, int(text)) if text.isdigit() else default


async def _field(request: Request, name: str) -> str:
    try:
        body = await request.json()
    except ValueError:
        return ""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _resources(server: Server) -> dict[str, object]:
    figures = server.meter.figures()
    network = figures["network"]
    assert isinstance(network, dict)
    return {
        "current_state": server.state,
        "is_suspended": server.suspended,
        "resources": {
            "memory_bytes": figures["memory_bytes"],
            "cpu_absolute": figures["cpu_absolute"],
            "disk_bytes": figures["disk_bytes"],
            "network_rx_bytes": network["rx_bytes"],
            "network_tx_bytes": network["tx_bytes"],
            "uptime": figures["uptime"],
        },
    }
