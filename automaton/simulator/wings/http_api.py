"""Wings' own HTTP API, as far as the Panel or a client in direct mode uses it (protocol.md 2.7, 7)."""

from __future__ import annotations

import hmac
import json

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.http_message import HttpRequest, HttpResponse, json_response
from automaton.simulator.wings.installation import BUSY, install
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.power_actions import PowerAction
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.websocket_upgrade import NOT_FOUND

NOT_RUNNING = "Cannot send commands to a stopped server instance."
WAIT = 30.0  # seconds for the lock; over the websocket nobody waits
BY = "wings api"
NAMED = ", ".join(f'"{action}"' for action in PowerAction)


def answer(node: Node, request: HttpRequest) -> HttpResponse:
    """The response to one request that is no upgrade."""
    refused = _unauthorised(node, request)
    if refused is not None:
        return refused
    match request.method, [part for part in request.path.split("/") if part]:
        case "GET", ["api", "system"]:
            return json_response(
                200, {"version": node.generation.version, "os": "linux", "architecture": "amd64"}
            )
        case "GET", ["api", "servers"]:
            return json_response(200, [_described(server) for server in node.servers.values()])
        case "POST", ["api", "deauthorize-user"] if node.generation.deauthorizes:
            return _deauthorize(node, _body(request))
        case _, ["api", "servers", uuid, *rest] if uuid in node.servers:
            return _server_answer(node, node.servers[uuid], request, rest)
    return json_response(404, {"error": NOT_FOUND})


def _unauthorised(node: Node, request: HttpRequest) -> HttpResponse | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        return HttpResponse(
            401,
            b'{"error":"The required authorization heads were not present in the request."}',
            headers=(("WWW-Authenticate", "Bearer"),),
        )
    if not hmac.compare_digest(token.encode(), node.token.encode()):
        return json_response(403, {"error": "You are not authorized to access this endpoint."})
    return None


def _server_answer(node: Node, server: GameServer, request: HttpRequest, rest: list[str]) -> HttpResponse:
    match request.method, rest:
        case "GET", []:
            return json_response(200, _described(server))
        case "DELETE", []:
            node.delete(server.build.uuid)
            return HttpResponse(204)
        case "GET", ["logs"]:
            return json_response(200, {"data": server.console.recent_lines()[-100:]})
        case "POST", ["power"]:
            return _power(server, _body(request))
        case "POST", ["reinstall"]:
            return HttpResponse(202) if install(server) else json_response(409, {"error": BUSY})
        case "POST", ["commands"]:
            return _commands(server, _body(request))
        case "POST", ["ws", "deny"]:
            node.denylist.deny(_texts(_body(request).get("jtis")), node.schedule.now.wall)
            return HttpResponse(204)
    return json_response(404, {"error": NOT_FOUND})


def _described(server: GameServer) -> dict[str, object]:
    build = server.build
    return {
        "state": server.state,
        "is_suspended": server.suspended,
        "utilization": server.meter.figures(),
        "configuration": {
            "uuid": build.uuid,
            "meta": {"name": build.name, "description": ""},
            "suspended": server.suspended,
            "invocation": build.egg.startup,
            "build": {"memory_limit": build.memory, "disk_space": build.disk, "cpu_limit": 0},
            "container": {"image": build.egg.image},
            "allocations": {"default": {"ip": "127.0.0.1", "port": server.port}},
            "environment": dict(server.variables),
        },
    }


def _power(server: GameServer, body: dict[str, object]) -> HttpResponse:
    action = body.get("action")
    if action not in tuple(PowerAction):
        return json_response(
            422, {"error": f"The power action provided was not valid, should be one of {NAMED}"}
        )
    if server.suspended and action in ("start", "restart"):
        return json_response(400, {"error": "Cannot start or restart a server that is suspended."})
    # Answered before anything is done: nobody learns what fails afterwards.
    server.power.request(str(action), BY, lambda _: None, wait=WAIT)
    return HttpResponse(202)


def _commands(server: GameServer, body: dict[str, object]) -> HttpResponse:
    if server.state is PowerState.OFFLINE or server.container is None:
        return json_response(502, {"error": NOT_RUNNING})
    server.process.type(_texts(body.get("commands")), BY)
    return HttpResponse(204)


def _deauthorize(node: Node, body: dict[str, object]) -> HttpResponse:
    node.deauthorize(str(body.get("user") or ""), _texts(body.get("servers")))
    return HttpResponse(204)


def _body(request: HttpRequest) -> dict[str, object]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
