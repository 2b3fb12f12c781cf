"""The conversation on one socket: authentication, requests, and the limits on them (protocol.md 2, 3).

Speaks in messages; the bytes are the connection's, and what the token allows is the SocketToken's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from automaton.simulator.wings.client_message import parsed
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.limiter import Limiter
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import OutboundFrame, stats_text
from automaton.simulator.wings.power_actions import LOCKED, PowerAction
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.socket_token import SocketToken
from automaton.simulator.wings.token_check import TokenRefusedError, UndecodableError

GENERIC = "an unexpected error was encountered while handling this request"
GLOBAL = "global"
TICK = 30.0  # seconds from one look at the token's end to the next (protocol.md 2.6)
EXPIRING = 60  # seconds before its end in which each look sends `token expiring`
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # all but tab, CR and LF
PERMISSIONS: dict[str, str] = {
    PowerAction.START: "control.start",
    PowerAction.STOP: "control.stop",
    PowerAction.RESTART: "control.restart",
    PowerAction.KILL: "control.stop",
}


class FrameSink(Protocol):
    """Where frames go: the connection, as the handler sees it."""

    @property
    def is_behind(self) -> bool:
        """True while the client does not read."""

    def send(self, frame: OutboundFrame) -> None:
        """Sends an answer, which waits for a client that does not read."""

    def offer(self, frame: OutboundFrame, *, is_line: bool) -> None:
        """Sends an event, which a client that does not read loses."""

    def abort(self) -> None:
        """Ends at once, with no close frame."""

    def hang_up(self) -> None:
        """Ends after what was sent, with no close frame."""

    def dismiss(self, code: int, reason: str) -> None:
        """Ends with a close frame."""


class WebsocketHandler:
    """One websocket of one server, from the upgrade to its end."""

    def __init__(self, node: Node, server: GameServer, sink: FrameSink) -> None:
        self.token = SocketToken(node, server)
        self._node = node
        self._server = server
        self._sink = sink
        self._limiter = Limiter(node.schedule.now.mono) if node.generation.throttles else None
        self._open = True
        server.sockets.add(self)
        deadline = node.generation.auth_deadline
        self._deadline = node.schedule.after(deadline, self.drop) if deadline is not None else None

    # Ends

    def drop(self) -> None:
        """Ends the connection with no close frame, the commonest end of all."""
        self.close()
        self._sink.abort()

    def dismiss(self, code: int, reason: str) -> None:
        """Ends the connection with a close frame."""
        self.close()
        self._sink.dismiss(code, reason)

    def close(self) -> None:
        """Leaves the server; called once the socket is gone, whoever ended it."""
        if self._open:
            self._open = False
            self._keep_deadline()
            self._server.sockets.discard(self)
            self._server.unlisten(self)

    def _keep_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    # Outbound

    def deliver(self, frame: OutboundFrame, permission: str | None) -> None:
        """Passes on an event of the server, if this token may see it."""
        if self._open:
            seen = self.token.seen(frame, permission)
            if seen is not None:
                self._sink.offer(seen, is_line=frame.name == "console output")

    @property
    def is_behind(self) -> bool:
        """True while the client does not read: console lines wait for it, and so for everyone."""
        return self._sink.is_behind

    @property
    def user(self) -> str:
        """The uuid of the token's user, empty before the first auth."""
        return self.token.user

    def _send(self, frame: OutboundFrame) -> None:
        seen = self.token.seen(frame, None)
        if seen is not None:
            self._sink.send(seen)

    def _fail(self, cause: str) -> None:
        """Sends a `daemon error`: only admins are told the cause, but everyone is told of the lock."""
        is_shown = cause == LOCKED or self.token.may("admin.websocket.errors")
        text = f"Error Event [{self._node.new_id()}]: {cause if is_shown else GENERIC}"
        if self._open:
            self._sink.send(OutboundFrame("daemon error", text))

    # Inbound

    def receive(self, texts: Sequence[str]) -> None:
        """Handles messages that arrived together, in any order: in Wings each gets its own goroutine."""
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
        is_first = self.token.claims is None
        return lambda: self._handle(event, argument, is_first)

    def _passes(self, event: str | None) -> bool:
        """Whether the limits let this event pass, or, for None, a frame that is not parsed yet."""
        if self._limiter is None:
            return True
        now = self._node.schedule.now.mono
        passed = self._limiter.admits_frame(now) if event is None else self._limiter.admits_event(event, now)
        if not passed and self._limiter.first_drop(event or GLOBAL):
            self._sink.send(OutboundFrame("throttled", event or GLOBAL))
        return passed

    def _handle(self, event: str, argument: str, is_first: bool) -> None:
        if event == "auth":
            self._authenticate(argument, is_first)
            return
        problem = self.token.problem()
        if problem is not None:
            self._sink.send(OutboundFrame("jwt error", problem))
            return
        match event:
            case "set state":
                self._set_state(argument)
            case "send command":
                self._send_command(argument)
            case "send logs":
                self._send_logs()
            case "send stats":
                self._send_stats()

    def _authenticate(self, token: str, is_first: bool) -> None:
        try:
            claims = self.token.verified(token)
        except UndecodableError as problem:
            self._fail(str(problem))
            return
        except TokenRefusedError as refused:
            self._sink.send(OutboundFrame("jwt error", f"Error Event [{self._node.new_id()}]: {refused}"))
            return
        if is_first and self._is_one_too_many():
            self._fail("too many open websocket connections")
            self._sink.hang_up()
            return
        self._keep_deadline()
        self.token.claims = claims
        # Every good auth is answered; only the first is followed by the state (protocol.md 2.4).
        self._sink.send(OutboundFrame("auth success"))
        wall = self._node.schedule.now.wall
        self._node.log.add(wall, "socket", self._server.build.uuid, "auth", claims.user)
        if is_first:
            self._begin()

    def _is_one_too_many(self) -> bool:
        generation = self._node.generation
        if not generation.counts_authenticated or generation.sockets_a_server is None:
            return False
        return len(set(self._server.listeners)) >= generation.sockets_a_server

    def _begin(self) -> None:
        self._server.listen(self)
        self._node.schedule.after(TICK, self._tick)
        self._send(OutboundFrame("status", self._server.state))
        if self._server.state is PowerState.OFFLINE and not self._server.is_busy:
            self._send_stats()

    def _tick(self) -> None:
        if not self._open or self.token.claims is None:
            return
        left = (self.token.claims.exp or 0) - self._node.schedule.now.wall
        if left <= 0:
            self._send(OutboundFrame("token expired"))
        elif left <= EXPIRING:
            self._send(OutboundFrame("token expiring"))
        self._node.schedule.after(TICK, self._tick)

    # Requests

    def _set_state(self, action: str) -> None:
        permission = PERMISSIONS.get(action)
        if permission is None or self.token.may(permission):
            self._server.power.request(action, f"websocket {self.user}", self._fail)

    def _send_command(self, command: str) -> None:
        server = self._server
        is_attached = server.container is not None
        if not self.token.may("control.console") or server.state is PowerState.OFFLINE:
            return
        if self._node.generation.refuses_control_characters and CONTROL.search(command):
            self._fail("command contains control characters")
        elif is_attached:
            server.type(command, f"websocket {self.user}")
        elif server.state is not PowerState.STARTING:
            self._fail("environment/docker: attempting to write to a process that is not attached")

    def _send_logs(self) -> None:
        if self._server.container is not None:
            for line in self._server.console.recent_lines():
                self._send(OutboundFrame("console output", line))

    def _send_stats(self) -> None:
        self._send(OutboundFrame("stats", stats_text(self._server.meter.figures(), direct=True)))
