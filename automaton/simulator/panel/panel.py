"""The Panel's client API, as a starlette app (protocol.md 6).

Parses and answers. What happens to a server is in `wings/`, who may call is in `access_control.py`.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from automaton.simulator.panel.access_control import PanelError, not_found, rate_headers
from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.inventory import Inventory
from automaton.simulator.panel.rate_limit import FixedWindows, RateUsage
from automaton.simulator.panel.response_bodies import described, listed, meta
from automaton.simulator.panel.server_content import ServerContent, field_of, number_in
from automaton.simulator.panel.token_issue import issue
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.power_actions import PowerAction
from automaton.simulator.wings.power_state import PowerState

RESOURCES_KEPT = 20.0  # seconds that a reading is cached (protocol.md 6.2)
LOCK_WAIT = 30.0


class Panel(ServerContent):
    """One Panel: `app` answers for the users and servers of its inventory."""

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory)
        self.no_tokens_until = float("-inf")
        limit = inventory.kind.token_limit
        self._tokens = FixedWindows(limit) if limit is not None else None
        self._resources: dict[str, tuple[float, dict[str, object]]] = {}
        one = "/api/client/servers/{server}"
        self.app = Starlette(
            routes=[
                Route("/api/client", self.for_user(self._list)),
                Route("/api/client/", self.for_user(self._list)),  # Laravel ignores the slash
                Route(one, self.for_server(self._show)),
                Route(f"{one}/websocket", self.for_server(self._websocket)),
                Route(f"{one}/resources", self.for_server(self._show_resources)),
                Route(f"{one}/power", self.for_server(self._power), methods=["POST"]),
                Route(f"{one}/command", self.for_server(self._command), methods=["POST"]),
                *self.content_routes(one),
            ],
            middleware=[Middleware(self.before)],
            exception_handlers={404: not_found},
        )

    # Handlers

    async def _list(self, request: Request, user: User) -> Response:
        if request.query_params.get("type") in ("admin", "admin-all") and not user.admin:
            return JSONResponse(listed([], page=1, per_page=50))
        servers = [s for s in self.inventory.servers() if user.permissions(s.build.uuid) is not None]
        page, per_page = number_in(request, "page", 1), min(100, number_in(request, "per_page", 50))
        include = request.query_params.get("include", "").split(",")
        shown = [
            described(server, self.inventory.node_of(server), user, egg="egg" in include)
            for server in servers
        ]
        return JSONResponse(listed(shown, page=page, per_page=per_page))

    async def _show(self, request: Request, user: User, server: GameServer) -> Response:
        include = request.query_params.get("include", "").split(",")
        body = described(server, self.inventory.node_of(server), user, egg="egg" in include)
        return JSONResponse({**body, "meta": meta(server, user)})

    async def _websocket(self, request: Request, user: User, server: GameServer) -> Response:
        inventory, uuid, now = self.inventory, server.build.uuid, self.inventory.schedule.now
        outcome = "refused"
        try:
            rate = self._count_token(uuid)
            self.check_state(server, user)
            if not user.may(uuid, "websocket.connect"):
                text = "You do not have permission to connect to this server's websocket."
                raise PanelError(403, "HttpForbiddenException", text)
            outcome = "issued"
        finally:
            inventory.log.add(now.wall, "token", uuid, outcome, user.name)
        node = self._node_for_sockets(server)
        socket = f"{node.url.replace('http', 'ws', 1)}/api/servers/{uuid}/ws"
        headers = rate_headers(rate) if rate is not None else None
        token = self._token(user, server, node)
        return JSONResponse({"data": {"token": token, "socket": socket}}, headers=headers)

    def _node_for_sockets(self, server: GameServer) -> Node:
        """Where clients are sent: once a moving server is archived, to its new node."""
        moving = server.transfer
        if moving is not None and moving.archived:
            return self.inventory.node_named(moving.target)
        return self.inventory.node_of(server)

    def _token(self, user: User, server: GameServer, node: Node) -> str:
        inventory, uuid = self.inventory, server.build.uuid
        return issue(
            key=node.panel_token,
            wall=inventory.schedule.now.wall,
            issuer=inventory.url,
            audience=node.url,
            server=uuid,
            user_id=user.id,
            user=user.uuid,
            permissions=user.permissions(uuid) or (),
            chance=inventory.chance,
            lifetime=inventory.token_life,
            kind=inventory.kind,
        )

    def _count_token(self, uuid: str) -> RateUsage | None:
        mono = self.inventory.schedule.now.mono
        rate = self.counted(self._tokens, f"server:{uuid}") if self._tokens is not None else None
        if mono < self.no_tokens_until:
            limit = rate.limit if rate is not None else self.inventory.kind.client_limit
            raise self.too_many(RateUsage(limit, 0, max(1, round(self.no_tokens_until - mono))))
        return rate

    async def _show_resources(self, request: Request, user: User, server: GameServer) -> Response:
        now, uuid = self.inventory.schedule.now.mono, server.build.uuid
        kept = self._resources.get(uuid)
        if kept is None or now - kept[0] >= RESOURCES_KEPT:
            if self.inventory.kind.answers_for_wings and not self.inventory.node_of(server).listening:
                # Pelican waits one second for Wings, and then calls that a state of the server.
                kept = (now, {**_resources(server), "current_state": "missing"})
            else:
                self.check_node(server)
                kept = (now, _resources(server))
            self._resources[uuid] = kept
        return JSONResponse({"object": "stats", "attributes": kept[1]})

    async def _power(self, request: Request, user: User, server: GameServer) -> Response:
        signal = await field_of(request, "signal")
        if signal not in tuple(PowerAction):
            raise PanelError(422, "ValidationException", "The selected signal is invalid.")
        permission = "stop" if signal == "kill" else signal
        self.check_may(user, server, f"control.{permission}")
        self.check_state(server)
        self.check_node(server)
        # 204 says that Wings accepted it, and no more: Wings waits up to 30 s for the lock.
        server.power.request(signal, f"panel {user.name}", lambda _: None, wait=LOCK_WAIT)
        return Response(status_code=204)

    async def _command(self, request: Request, user: User, server: GameServer) -> Response:
        command = await field_of(request, "command")
        if not command:
            raise PanelError(422, "ValidationException", "The command field is required.")
        self.check_may(user, server, "control.console")
        self.check_state(server)
        self.check_node(server)
        if server.state is PowerState.OFFLINE or server.container is None:
            raise PanelError(502, "HttpException", "Server must be online in order to send commands.")
        server.type(command, f"panel {user.name}")
        return Response(status_code=204)


def _resources(server: GameServer) -> dict[str, object]:
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
