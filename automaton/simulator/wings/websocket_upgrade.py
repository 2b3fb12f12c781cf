"""Who may open a websocket: Wings' checks of an upgrade, in its order (protocol.md 1)."""

from __future__ import annotations

import base64
import binascii

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.http_message import TEXT, HttpRequest, HttpResponse, json_response
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import go_json

NOT_FOUND = "The requested resource does not exist on this instance."
TOO_MANY = "Too many open websocket connections."
UNEXPECTED = "An unexpected error was encountered while processing this request"


def server_in_path(request: HttpRequest) -> str | None:
    """The uuid in a websocket's path, as the client wrote it; None for any other request."""
    match request.method, request.path.split("/"):
        case "GET", ["", "api", "servers", uuid, "ws"]:
            return uuid
    return None


def refusal(node: Node, server: GameServer | None, request: HttpRequest) -> HttpResponse | None:
    """The response that refuses an upgrade, or None."""
    if server is None:
        return json_response(404, {"error": NOT_FOUND})
    limit = node.generation.sockets_a_server
    is_counted_here = not node.generation.counts_authenticated
    if is_counted_here and limit is not None and len(server.sockets) >= limit:
        return json_response(400, {"error": TOO_MANY})
    if not _is_upgrade(request):
        return _plain(400, "Bad Request", node.new_id())
    # Byte for byte: a trailing slash, another case or another port is another origin.
    if "*" not in node.origins and request.headers.get("origin", "") not in node.origins:
        return _plain(403, "Forbidden", node.new_id())
    return None


def wants_deflate(request: HttpRequest) -> bool:
    """True when the client offers permessage-deflate."""
    offers = request.headers.get("sec-websocket-extensions", "").split(",")
    return any(offer.split(";")[0].strip() == "permessage-deflate" for offer in offers)


def _is_upgrade(request: HttpRequest) -> bool:
    headers = request.headers
    tokens = [token.strip().lower() for token in headers.get("connection", "").split(",")]
    return (
        request.method == "GET"
        and "upgrade" in tokens
        and headers.get("upgrade", "").lower() == "websocket"
        and headers.get("sec-websocket-version") == "13"
        and _is_key(headers.get("sec-websocket-key", ""))
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _plain(status: int, line: str, identifier: str) -> HttpResponse:
    # Two writers answer: the line of the websocket library, then Wings' JSON (protocol.md 1).
    body = f"{line}\n{go_json({'error': UNEXPECTED, 'request_id': identifier})}"
    return HttpResponse(status, body.encode(), TEXT)
