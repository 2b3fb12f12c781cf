"""The HTTP API by which tests and the demo steer a world: faults in, what was seen out.

POST /faults/crash  {"server": "lobby", "code": 1}
GET  /faults                          all faults, and the arguments of each
GET  /log?kind=command&server=lobby   what arrived, oldest first
GET  /files?server=lobby              its files with their texts
GET  /                                nodes, servers, states, open sockets
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from automaton.simulator.faults.arguments import FaultError
from automaton.simulator.faults.catalog import FAULTS, cause
from automaton.simulator.simulated_world import SimulatedWorld


class _Line(JSONResponse):
    """JSON that ends its line: `curl` in a terminal leaves the next prompt on a line of its own."""

    def render(self, content: object) -> bytes:
        return super().render(content) + b"\n"


def control(world: SimulatedWorld) -> Starlette:
    """The ASGI application for this world."""

    async def faults(request: Request) -> Response:
        return _Line({f.name: {"takes": f.takes, "help": f.help} for f in FAULTS.values()})

    async def fault(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            cause(world, name, await _given(request))
        except FaultError as problem:
            return _Line({"error": str(problem)}, 404 if name not in FAULTS else 422)
        return _Line({"done": name})

    async def log(request: Request) -> Response:
        world.catch_up()
        kind, name = request.query_params.get("kind"), request.query_params.get("server")
        server = world.find(name) if name else None
        if name and server is None:
            return _Line({"error": f"no server `{name}`"}, 404)
        return _Line(world.log.as_json(kind, server.build.uuid if server else None))

    async def files(request: Request) -> Response:
        world.catch_up()
        server = world.find(request.query_params.get("server", ""))
        if server is None:
            return _Line({"error": "name a server that is there"}, 404)
        return _Line(server.files.texts)

    async def overview(request: Request) -> Response:
        world.catch_up()
        return _Line(described(world))

    return Starlette(
        routes=[
            Route("/", overview),
            Route("/log", log),
            Route("/files", files),
            Route("/faults", faults),
            Route("/faults/{name}", fault, methods=["POST"]),
        ]
    )


def described(world: SimulatedWorld) -> dict[str, object]:
    """The answer to `GET /`."""
    return {
        "panel": world.panel_url,
        "nodes": [{"name": n.name, "url": n.url, "listening": n.listening} for n in world.nodes],
        "servers": [
            {
                "uuid": server.build.uuid,
                "id": server.build.identifier,
                "name": server.build.name,
                "node": world.node_of(server).name,
                "egg": server.build.egg.name,
                "state": server.state,
                "suspended": server.suspended,
                "installing": server.installing,
                "sockets": len(server.sockets),
            }
            for server in world.servers()
        ],
    }


async def _given(request: Request) -> dict[str, object]:
    if not await request.body():
        return {}
    try:
        given = await request.json()
    except ValueError:
        raise FaultError("the body is no JSON") from None
    if not isinstance(given, dict):
        raise FaultError("the body is a JSON object with the fault's arguments")
    return given
