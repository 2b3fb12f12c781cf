"""Tokens, signed as the Panel does with the node's own token (protocol.md 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from string import ascii_letters, digits

import jwt

from automaton.simulator.panel.panel_kind import PTERODACTYL_1_12, PanelKind

LIFETIME = 600  # seconds
NOT_BEFORE = 300  # seconds that `nbf` lies before `iat`


def issue(
    *,
    key: str,
    wall: float,
    issuer: str,
    audience: str,
    server: str,
    user_id: int,
    user: str,
    permissions: Iterable[str],
    chance: Random,
    lifetime: int = LIFETIME,
    kind: PanelKind = PTERODACTYL_1_12,
) -> str:
    """A token as this kind of Panel makes it; `key` is the node's, `lifetime` in seconds."""
    now = int(wall)
    jti = kind.digest(f"{user_id}{server}")
    claims: dict[str, object] = {
        "iss": issuer,
        "aud": [audience],
        "jti": jti,
        "iat": now,
        "nbf": now - NOT_BEFORE,
        "exp": now + lifetime,
        "server_uuid": server,
        "permissions": list(permissions),
        "user_uuid": user,
        **({"user_id": user_id} if kind.names_user_id else {}),
        **({"scope": "websocket"} if kind.has_scope else {}),
        "unique_id": "".join(chance.choices(ascii_letters + digits, k=16)),
    }
    return jwt.encode(claims, key, algorithm="HS256", headers={"jti": jti})
