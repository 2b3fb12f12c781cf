"""Tokens for the websocket, signed with a node's own token: like the Panel's, with less in them.

Wings checks the signature, `exp`, `iat`, `scope` and the permissions; Calagopus the others too
(protocol.md 2.2 and 7). All times are whole seconds: Wings cannot read others.
"""

from __future__ import annotations

import hashlib
import secrets
from uuid import NAMESPACE_URL, uuid5

import jwt as pyjwt

from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig

LIFE = 600  # seconds, like the Panel's; Wings itself sets no bound
EARLIER = 300  # seconds that `nbf` lies in the past, for clocks that differ
OF_AN_ADMINISTRATOR = ("admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer")
"""What the Panel gives to administrators only, and `*` does not include (protocol.md 2.3): the lines of an
installation, and why something failed."""

PERMISSIONS = (
    "websocket.connect",
    "control.console",
    "control.start",
    "control.stop",
    "control.restart",
    "backup.read",
    *OF_AN_ADMINISTRATOR,
)
"""To see, to act where Wings' HTTP does not answer, and to learn how a backup ended."""


def signed(config: NodeConfig, server: str, now: Moment) -> Secret:
    """A token for one server, for ten minutes."""
    return _signed(config, server, now, int(now.wall) + LIFE)


def signed_until(config: NodeConfig, server: str, now: Moment, end: float) -> Secret:
    """A token for one server, which Wings takes before `end`, in Unix seconds, and not any more from then on.

    It compares whole seconds, and takes a token in the very second of its `exp` (protocol.md 2.2).
    """
    return _signed(config, server, now, int(end) - 1)


def _signed(config: NodeConfig, server: str, now: Moment, expires: int) -> Secret:
    issued = int(now.wall)
    user = str(uuid5(NAMESPACE_URL, f"automaton:{config.uuid}"))  # newest Wings refuses an empty one
    name = hashlib.sha256(f"{user}{server}".encode()).hexdigest()
    claims = {
        "iss": config.remote,
        "aud": [config.address],
        "jti": name,
        "iat": issued,
        "nbf": issued - EARLIER,
        "exp": expires,
        "server_uuid": server,
        "user_uuid": user,
        "permissions": list(PERMISSIONS),
        "scope": "websocket",
        "unique_id": secrets.token_hex(8),
    }
    return Secret(pyjwt.encode(claims, config.token.reveal(), algorithm="HS256", headers={"jti": name}))
