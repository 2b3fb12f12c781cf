"""A Panel with its real limits in front of the nodes: lists, tokens, and 429 for who asks too fast."""

from __future__ import annotations

from collections import Counter
from math import ceil
from random import Random

from automaton.pace.clock import Clock
from automaton.simulator.panel.accounts import SUBUSER_MAY
from automaton.simulator.panel.panel_kind import PTERODACTYL_1_12
from automaton.simulator.panel.rate_limit import FixedWindows, RateUsage
from automaton.simulator.panel.token_issue import issue
from tests.benchmarks.load.http_peer import Asked, HttpPeer
from tests.benchmarks.load.played_node import IMAGE, STARTUP, PlayedNode, PlayedServer

KIND = PTERODACTYL_1_12
_UNAUTHENTICATED = {"errors": [{"code": "AuthenticationException", "status": "401", "detail": "No."}]}
_TOO_MANY = {
    "errors": [{"code": "ThrottleRequestsException", "status": "429", "detail": "Too Many Attempts."}]
}
_UNKNOWN = {"errors": [{"code": "NotFoundHttpException", "status": "404", "detail": "No such server."}]}


class PlayedPanel:
    """All servers are seen by all accounts. `asked` counts requests: `list`, `token`, `other`, `refused`."""

    def __init__(self, accounts: int, clock: Clock) -> None:
        self.keys = [f"ptlc_{number:043}" for number in range(accounts)]
        self.url = ""
        self.asked: Counter[str] = Counter()
        self.servers: dict[str, tuple[PlayedServer, PlayedNode]] = {}
        self._clock = clock
        self._chance = Random(3)
        self._users = FixedWindows(KIND.client_limit)
        self._tokens = FixedWindows(KIND.token_limit or 1_000_000)

    def add(self, node: PlayedNode) -> None:
        """Has this node's servers from now on."""
        self.servers.update((server.uuid, (server, node)) for server in node.servers.values())

    def count(self, key: str) -> RateUsage:
        """Counts a request of this account."""
        return self._users.count(key, self._clock.now().mono)

    def count_token(self, uuid: str) -> RateUsage:
        """Counts a request for a token of this server."""
        return self._tokens.count(uuid, self._clock.now().mono)

    def token(self, user: int, server: PlayedServer, node: PlayedNode) -> str:
        """One that Wings would take."""
        return issue(
            key=node.token,
            wall=self._clock.now().wall,
            issuer=self.url,
            audience=node.url,
            server=server.uuid,
            user_id=user,
            user=f"11111111-0000-4000-8000-{user:012}",
            permissions=SUBUSER_MAY,
            chance=self._chance,
        )

    def page(self, number: int, per_page: int) -> dict[str, object]:
        """One page of the list."""
        everything = list(self.servers.values())
        shown = everything[(number - 1) * per_page : number * per_page]
        pages = {"total": len(everything), "current_page": number, "per_page": per_page}
        pages["total_pages"] = max(1, ceil(len(everything) / per_page))
        return {
            "object": "list",
            "data": [described(server, node) for server, node in shown],
            "meta": {"pagination": pages},
        }


def described(server: PlayedServer, node: PlayedNode) -> dict[str, object]:
    """A server as the client API shows it."""
    allocation = {"id": 1, "ip": "127.0.0.1", "ip_alias": None, "port": 25565, "is_default": True}
    attributes = {
        "server_owner": False,
        "identifier": server.uuid[:8],
        "uuid": server.uuid,
        "name": server.name,
        "node": node.name,
        "is_node_under_maintenance": False,
        "limits": {"memory": 4096, "swap": 0, "disk": 40_960, "io": 500, "cpu": 0},
        "invocation": STARTUP,
        "docker_image": IMAGE,
        "feature_limits": {"databases": 0, "allocations": 0, "backups": 2},
        "status": None,
        "is_suspended": False,
        "is_installing": False,
        "is_transferring": False,
        "relationships": {
            "allocations": {"object": "list", "data": [{"object": "allocation", "attributes": allocation}]},
            "egg": {"object": "egg", "attributes": {"uuid": "paper", "name": "Paper"}},
        },
    }
    return {"object": "server", "attributes": attributes}


class PanelPeer(HttpPeer):
    """One connection to the Panel."""

    __slots__ = ("_panel",)

    def __init__(self, panel: PlayedPanel) -> None:
        super().__init__()
        self._panel = panel

    def answer(self, asked: Asked) -> None:
        """Checks the key and the rate, then gives what was asked for."""
        panel = self._panel
        key = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in panel.keys:
            self.reply(401, _UNAUTHENTICATED)
            return
        rate = panel.count(key)
        if rate.retry_after is not None:
            self._refuse(rate)
            return
        match asked.path.strip("/").split("/"):
            case ["api", "client"]:
                panel.asked["list"] += 1
                page, per_page = int(asked.query.get("page", "1")), int(asked.query.get("per_page", "50"))
                self.reply(200, panel.page(page, min(100, per_page)), _headers(rate))
            case ["api", "client", "servers", uuid, "websocket"] if uuid in panel.servers:
                self._give_token(panel.keys.index(key), uuid)
            case ["api", "client", "servers", uuid] if uuid in panel.servers:
                panel.asked["other"] += 1
                meta = {"is_server_owner": False, "user_permissions": list(SUBUSER_MAY)}
                self.reply(200, {**described(*panel.servers[uuid]), "meta": meta}, _headers(rate))
            case _:
                self.reply(404, _UNKNOWN, _headers(rate))

    def _give_token(self, user: int, uuid: str) -> None:
        panel = self._panel
        rate = panel.count_token(uuid)
        if rate.retry_after is not None:
            self._refuse(rate)
            return
        panel.asked["token"] += 1
        server, node = panel.servers[uuid]
        socket = f"{node.url.replace('http', 'ws', 1)}/api/servers/{uuid}/ws"
        data = {"token": panel.token(user, server, node), "socket": socket}
        self.reply(200, {"data": data}, _headers(rate))

    def _refuse(self, rate: RateUsage) -> None:
        self._panel.asked["refused"] += 1
        self.reply(429, _TOO_MANY, {"Retry-After": rate.retry_after, **_headers(rate)})


def _headers(rate: RateUsage) -> dict[str, object]:
    return {"X-RateLimit-Limit": rate.limit, "X-RateLimit-Remaining": rate.remaining}
