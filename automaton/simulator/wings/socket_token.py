"""The token on one websocket: what it was verified as, and what it makes of each event (protocol.md 2).

Wings checks it again before every message and every event: while it is expired or denied, each event is
replaced by one `jwt error`, and its data is lost.
"""

from __future__ import annotations

from dataclasses import replace

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.token_check import (
    MISMATCH,
    NO_TOKEN,
    Claims,
    TokenRefusedError,
    check,
    verify,
)


class SocketToken:
    """Holds the claims of the last good `auth`, None before the first."""

    def __init__(self, node: Node, server: GameServer) -> None:
        self._node = node
        self._server = server
        self.claims: Claims | None = None

    def verified(self, text: str) -> Claims:
        """The claims of a token that may be used here. Raises UndecodableError or TokenRefusedError."""
        node, generation = self._node, self._node.generation
        wall = node.schedule.now.wall
        claims = verify(text, node.token, node.denylist, wall, needs_scope=generation.needs_scope)
        if generation.checks_server_at_auth and claims.server != self._server.build.uuid:
            raise TokenRefusedError(MISMATCH)
        return claims

    def problem(self) -> str | None:
        """Why the token is not good now, or None."""
        if self.claims is None:
            return NO_TOKEN
        try:
            check(self.claims, self._node.denylist, self._node.schedule.now.wall)
        except TokenRefusedError as refused:
            return str(refused)
        return None if self.claims.server == self._server.build.uuid else MISMATCH

    def may(self, permission: str) -> bool:
        """True where the token grants this; nothing is granted before the first auth."""
        return self.claims is not None and self.claims.may(permission)

    def seen(self, frame: OutboundFrame, permission: str | None) -> OutboundFrame | None:
        """The event itself, an error in its place, or None where the token may not see it."""
        problem = self.problem()
        if problem is not None:
            # Also in place of events that this token may not see: expiry is checked first.
            return OutboundFrame("jwt error", problem)
        return frame if permission is None or self.may(permission) else None

    def expire(self) -> None:
        """Lets the token run out now."""
        if self.claims is not None:
            self.claims = replace(self.claims, exp=int(self._node.schedule.now.wall) - 1)

    @property
    def user(self) -> str:
        """The uuid of its user, empty before the first auth."""
        return self.claims.user if self.claims is not None else ""

    @property
    def jti(self) -> str:
        """Its name, empty before the first auth."""
        return self.claims.jti if self.claims is not None else ""
