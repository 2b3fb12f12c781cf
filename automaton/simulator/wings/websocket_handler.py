"""The conversation on one socket: authentication, requests, and what is held back (protocol.md 2, 3).

Speaks in messages; the bytes are the wire's. Every outbound event checks the token again, as Wings
does: while it is expired or denied, each is replaced by one `jwt error`, and its data is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from automaton.simulator.wings.client_message import parsed
from automaton.simulator.wings.limiter import Limiter
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import OutboundFrame, stats_text
from automaton.simulator.wings.power_actions import LOCKED, PowerAction
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server import GameServer
from automaton.simulator.wings.token_check import (
    MISMATCH,
    NO_TOKEN,
    Claims,
    TokenRefusedError,
    UndecodableError,
    check,
    verify,
)

GENERIC = "an unexpected error was encountered while handling this request"
GLOBAL = "global"
TICK = 30.0
EXPIRING = 60
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab, CR and LF
PERMISSIONS: dict[str, str] = {
    PowerAction.START: "control.start",
    PowerAction.STOP: "control.stop",
    PowerAction.RESTART: "control.restart",
    PowerAction.KILL: "control.stop",
}


class FrameSink(Protocol):
    """Where frames go."""

    @property
    def is_behind(self) -> bool:
        """True while the client does not read."""

    def send(self, frame: OutboundFrame) -> None:
        """An answer: it waits for a client that does not read."""

    def offer(self, frame: OutboundFrame, *, is_line: bool) -> None:
        """An event: it is lost on a client that does not read."""

    def abort(self) -> None:
        """Ends at once, with no close frame."""

    def hang_up(self) -> None:
        """Ends after what was sent, with no close frame."""

    def dismiss(self, code: int, reason: str) -> None:
        """Ends with a close frame."""


class WebsocketHandler:
    """One websocket of one server."""

    def __init__(self, node: Node, server: GameServer, line: FrameSink) -> None:
        self._node = node
        self._server = server
        self._line = line
        self._claims: Claims | None = None
        self._limiter = Limiter(node.schedule.now.mono) if node.generation.throttles else None
        self._open = True
        server.sockets.add(self)
        deadline = node.generation.auth_deadline
        self._deadline = node.schedule.after(deadline, self.drop) if deadline is not None else None

    # Ends

    def drop(self) -> None:
        """Ends the connection with no close frame, the commonest end of all."""
        self.close()
        self._line.abort()

    def dismiss(self, code: int, reason: str) -> None:
        """Ends the connection with a close frame."""
        self.close()
        self._line.dismiss(code, reason)

    def close(self) -> None:
        """The socket is gone, whoever ended it."""
        if self._open:
            self._open = False
            self._in_time()
            self._server.sockets.discard(self)
            self._server.unlisten(self)

    # Outbound

    def deliver(self, frame: OutboundFrame, permission: str | None) -> None:
        """An event of the server, if this token may see it."""
        if self._open:
            seen = self._seen(frame, permission)
            if seen is not None:
                self._line.offer(seen, is_line=frame.name == "console output")

    @property
    def is_behind(self) -> bool:
        """True while the client does not read: what is published waits for it, and so for everyone."""
        return self._line.is_behind

    @property
    def user(self) -> str:
        """The uuid of the token's user, empty before the first auth."""
        return self._claims.user if self._claims is not None else ""

    def expire(self) -> None:
        """Lets the token on this socket run out now."""
        if self._claims is not None:
            self._claims = replace(self._claims, exp=int(self._node.schedule.now.wall) - 1)

    @property
    def jti(self) -> str:
        """The name of the token on this socket, empty before the first auth."""
        return self._claims.jti if self._claims is not None else ""

    def _send(self, frame: OutboundFrame) -> None:
        seen = self._seen(frame, None)
        if seen is not None:
            self._line.send(seen)

    def _seen(self, frame: OutboundFrame, permission: str | None) -> OutboundFrame | None:
        """What this token makes of an event: itself, an error in its place, or nothing."""
        problem = self._problem()
        if problem is not None:
            # Also for events that this token may not see: the token is looked at first.
            return OutboundFrame("jwt error", problem)
        is_shown = permission is None or (self._claims is not None and self._claims.may(permission))
        return frame if is_shown else None

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _problem(self) -> str | None:
        """Why the token on this socket is not good now, or None."""
        if self._claims is None:
            return NO_TOKEN
        try:
            check(self._claims, self._node.denylist, self._node.schedule.now.wall)
        except TokenRefusedError as refused:
            return str(refused)
        return None if self._claims.server == self._server.build.uuid else MISMATCH

    def _fail(self, cause: str) -> None:
        """A `daemon error`: the cause is for admins only, but everyone is told of the lock."""
        is_shown = cause == LOCKED or (self._claims and self._claims.may("admin.websocket.errors"))
        text = f"Error Event [{self._node.new_id()}]: {cause if is_shown else GENERIC}"
        if self._open:
            self._line.send(OutboundFrame("daemon error", text))

    # Inbound

    def receive(self, texts: Sequence[str]) -> None:
        """Messages that arrived together. Each gets its own goroutine in Wings: their order is not kept."""
        jobs = [job for text in texts if (job := self._admit(text)) is not None]
        if len(jobs) > 1:
            self._node.chance.shuffle(jobs)
        for job in jobs:
            if not self._open:
                return
            job()

    def _admit(self, text: str) -> Callable[[], None] | None:
        if not self._passes(None):
            return None
        message = parsed(text)
        if message is None:
            return None
        event, argument = message
        if not self._passes(event):
            return None
        if self._server.refuses_sockets and self._node.generation.drops_suspended:
            self.drop()
            return None
        # Two first auths in flight both see a new connection, and listen twice (protocol.md 2.5).
        is_first = self._claims is None
        return lambda: self._handle(event, argument, is_first)

    def _passes(self, event: str | None) -> bool:
        """Whether the limits let this event pass, or this frame while it is not known what it holds."""
        if self._limiter is None:
            return True
        now = self._node.schedule.now.mono
        passed = self._limiter.admits_frame(now) if event is None else self._limiter.admits_event(event, now)
        if not passed and self._limiter.first_drop(event or GLOBAL):
            self._line.send(OutboundFrame("throttled", event or GLOBAL))
        return passed

    def _handle(self, event: str, argument: str, is_first: bool) -> None:
        if event == "auth":
            self._authenticate(argument, is_first)
            return
        problem = self._problem()
        if problem is not None:
            self._line.send(OutboundFrame("jwt error", problem))
            return
        match event:
            case "set state":
                self._set_state(argument)
            case "send command":
                self._send_command(argument)
            case "send logs":
                self._send_logs()
            case "send stats":
                self._send(OutboundFrame("stats", stats_text(self._server.meter.figures(), direct=True)))

    def _authenticate(self, token: str, is_first: bool) -> None:
        now = self._node.schedule.now
        try:
            claims = self._verified(token)
        except UndecodableError as problem:
            self._fail(str(problem))
            return
        except TokenRefusedError as refused:
            self._line.send(OutboundFrame("jwt error", f"Error Event [{self._node.new_id()}]: {refused}"))
            return
        if is_first and self._is_one_too_many():
            self._fail("too many open websocket connections")
            self._line.hang_up()
            return
        self._in_time()
        self._claims = claims
        self._line.send(OutboundFrame("auth success"))
        self._node.log.add(now.wall, "socket", self._server.build.uuid, "auth", claims.user)
        if not is_first:
            return
        self._server.listen(self)
        self._node.schedule.after(TICK, self._tick)
        self._send(OutboundFrame("status", self._server.state))
        if self._server.state is PowerState.OFFLINE and not self._server.is_busy:
            self._send(OutboundFrame("stats", stats_text(self._server.meter.figures(), direct=True)))

    def _verified(self, token: str) -> Claims:
        node, generation = self._node, self._node.generation
        wall = node.schedule.now.wall
        claims = verify(token, node.token, node.denylist, wall, needs_scope=generation.needs_scope)
        if generation.checks_server_at_auth and claims.server != self._server.build.uuid:
            raise TokenRefusedError(MISMATCH)
        return claims

    def _is_one_too_many(self) -> bool:
        generation = self._node.generation
        if not generation.counts_authenticated or generation.sockets_a_server is None:
            return False
        return len(set(self._server.listeners)) >= generation.sockets_a_server

    def _tick(self) -> None:
        if not self._open or self._claims is None:
            return
        left = (self._claims.exp or 0) - self._node.schedule.now.wall
        if left <= 0:
            self._send(OutboundFrame("token expired"))
        elif left <= EXPIRING:
            self._send(OutboundFrame("token expiring"))
        self._node.schedule.after(TICK, self._tick)

    def _set_state(self, action: str) -> None:
        assert self._claims is not None
        permission = PERMISSIONS.get(action)
        if permission is None or self._claims.may(permission):
            self._server.power.ask(action, f"websocket {self._claims.user}", self._fail)

    def _send_command(self, command: str) -> None:
        assert self._claims is not None
        server = self._server
        is_attached = server.container is not None
        if not self._claims.may("control.console") or server.state is PowerState.OFFLINE:
            return
        if self._node.generation.refuses_control_characters and CONTROL.search(command):
            self._fail("command contains control characters")
        elif is_attached:
            server.type(command, f"websocket {self._claims.user}")
        elif server.state is not PowerState.STARTING:
            self._fail("environment/docker: attempting to write to a process that is not attached")

    def _send_logs(self) -> None:
        if self._server.container is not None:
            for line in self._server.console.recent_lines():
                self._send(OutboundFrame("console output", line))
