"""The JSON that the Panel makes of a server: plain data, without a request or a clock."""

from __future__ import annotations

from math import ceil
from uuid import NAMESPACE_DNS, uuid5

from automaton.simulator.panel.accounts import User
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node


def described(server: GameServer, node: Node, user: User, *, egg: bool) -> dict[str, object]:
    """One server, as the client API shows it."""
    build = server.build
    relationships: dict[str, object] = {
        "allocations": {"object": "list", "data": _allocations(server)},
        "variables": {"object": "list", "data": _variables(server)},
    }
    if egg:
        uuid = str(uuid5(NAMESPACE_DNS, build.egg.name))
        relationships["egg"] = {"object": "egg", "attributes": {"uuid": uuid, "name": build.egg.name}}
    attributes = {
        "server_owner": user.owner,
        "identifier": build.identifier,
        "internal_id": int(build.uuid[:6], 16),
        "uuid": build.uuid,
        "name": build.name,
        "node": node.name,
        "is_node_under_maintenance": node.maintenance,
        "sftp_details": {"ip": "127.0.0.1", "port": 2022},
        "description": "",
        "limits": {
            "memory": build.memory,
            "swap": 0,
            "disk": build.disk,
            "io": 500,
            "cpu": 0,
            "threads": None,
            "oom_disabled": True,
        },
        "invocation": build.egg.startup,
        "docker_image": build.egg.image,
        "egg_features": list(build.egg.features),
        "feature_limits": {"databases": 0, "allocations": 0, "backups": server.backups.most},
        "status": status(server),
        "is_suspended": server.suspended,
        "is_installing": _installs(server),
        "is_transferring": server.transfer is not None,
        "relationships": relationships,
    }
    return {"object": "server", "attributes": attributes}


def _allocations(server: GameServer) -> list[object]:
    if not server.port:
        return []
    told = {"id": 1, "ip": "127.0.0.1", "ip_alias": None, "port": server.port, "notes": None}
    return [{"object": "allocation", "attributes": {**told, "is_default": True}}]


def _variables(server: GameServer) -> list[object]:
    """Those that the owner may see, as they are now."""
    seen = [one.name for one in server.build.egg.variables if one.is_viewable]
    told = ({"env_variable": name, "server_value": server.variables[name]} for name in seen)
    return [{"object": "egg_variable", "attributes": one} for one in told]


def status(server: GameServer) -> str | None:
    """The Panel's state of a server, which is not its power state."""
    if server.suspended:
        return "suspended"
    if _installs(server):
        return "installing"
    return "restoring_backup" if server.restoring else None


def _installs(server: GameServer) -> bool:
    return server.installing or server.reinstalling


def conflict(server: GameServer, node: Node) -> str | None:
    """The state that keeps the Panel from acting on a server, or None (protocol.md 6.1)."""
    if server.suspended:
        return "suspended"
    if node.maintenance:
        return "maintenance"
    return status(server) or ("transferring" if server.transfer is not None else None)


def meta(server: GameServer, user: User) -> dict[str, object]:
    """The `meta` beside a single server."""
    return {
        "is_server_owner": user.owner,
        "user_permissions": list(user.permissions(server.build.uuid) or ()),
    }


def listed(items: list[dict[str, object]], *, page: int, per_page: int) -> dict[str, object]:
    """One page of a list."""
    shown = items[(page - 1) * per_page : page * per_page]
    pagination = {
        "total": len(items),
        "count": len(shown),
        "per_page": per_page,
        "current_page": page,
        "total_pages": max(1, ceil(len(items) / per_page)),
        "links": {},
    }
    return {"object": "list", "data": shown, "meta": {"pagination": pagination}}
