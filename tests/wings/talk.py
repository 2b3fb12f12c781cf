"""A session that is spoken to as Wings speaks, at moments that the test names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

from automaton.core.events import Event, LinkLost
from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.wings.session import Session
from automaton.wings.session_output import Authenticate, NeedToken, Output, SendFrame
from automaton.wings.token import Token

LOBBY = "aaaaaaaa-0000-4000-8000-00000000000a"
START = Moment(1000.0, 1_800_000_000.0)
EXPIRED = "jwt: exp claim is invalid"
DENIED = "jwt: created too far in past (denylist)"
LACKING = "jwt: missing connect permission"
ABSENT = "jwt: no jwt present"
MISMATCH = "jwt: server uuid mismatch"
GENERIC = "an unexpected error was encountered while handling this request"
LOCK = "another power action is currently being processed for this server, please try again later"
SEND_STATS = SendFrame('{"event":"send stats","args":[]}')
STATS = {
    "memory_bytes": 602112,
    "memory_limit_bytes": 294400000,
    "cpu_absolute": 0.5,
    "network": {"rx_bytes": 10, "tx_bytes": 20},
    "uptime": 5000,
    "state": "running",
    "disk_bytes": 117,
}


def at(seconds: float) -> Moment:
    return START + seconds


def answering(text: str) -> str:
    """As Wings words an error that answers a frame of ours."""
    return f"Error Event [297504c7-4de2-4537-bccc-6eecd4fda83c]: {text}"


def frame(event: str, *args: str) -> str:
    return json.dumps({"event": event, "args": args} if args else {"event": event}) + "\n"


def lost(talk: Talk, reason: str) -> LinkLost:
    return LinkLost(server=LOBBY, at=talk.now, reason=reason)


class Talk:
    """`now` moves only by `wait`; what the session answers is given back as it is."""

    def __init__(self) -> None:
        self.session = Session(LOBBY, Random(1))
        self.now = START

    def wait(self, seconds: float) -> list[Output]:
        """Lets time pass as the link does: deadline by deadline."""
        end, answers = self.now + seconds, list[Output]()
        while (deadline := self.session.next_deadline()) <= end.mono:
            self.now = self.now + max(0.0, deadline - self.now.mono)
            came = self.session.advance(self.now)
            assert came or self.session.next_deadline() != deadline, "a deadline that nothing follows"
            answers += came
        self.now = end
        return answers

    def hears(self, event: str, *args: str) -> list[Output]:
        return self.session.received(frame(event, *args), self.now)

    def stats(self, **changes: object) -> list[Output]:
        return self.hears("stats", json.dumps({**STATS, **changes}))

    def token(self, name: str = "first", life: float = 600.0, permissions: Sequence[str] = ("*",)) -> Token:
        return Token(Secret(name), "ws://node.test/ws", self.now, life, frozenset(permissions))

    def gives(self, token: Token | None = None) -> list[Output]:
        return self.session.token(token or self.token(), self.now)

    def connects(self, state: str = "running", token: Token | None = None) -> list[Output]:
        """Up to the first status."""
        assert self.session.opened(self.now) == [NeedToken(fresh=False)]
        token = token or self.token()
        assert self.gives(token) == [Authenticate(token.jwt)]
        return [*self.hears("auth success"), *self.hears("status", state)]


def events(answers: Sequence[Output]) -> list[Event]:
    return [answer for answer in answers if isinstance(answer, Event)]


def kinds(answers: Sequence[Output]) -> list[str]:
    return [type(answer).__name__ for answer in answers]
