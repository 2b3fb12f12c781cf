"""What a session puts out: events for the engine, and these orders for whoever drives it."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.events import Event
from automaton.core.outcome import Outcome
from automaton.secret import Secret
from automaton.wings.causes import Cause


@dataclass(frozen=True, slots=True)
class SendFrame:
    """One frame for Wings."""

    frame: str


@dataclass(frozen=True, slots=True)
class Authenticate:
    """One `auth` frame with this token."""

    jwt: Secret


@dataclass(frozen=True, slots=True)
class NeedToken:
    """A token is needed: answer with `Session.token` or `token_failed`. `fresh`: not a cached one."""

    fresh: bool


@dataclass(frozen=True, slots=True)
class ListAgain:
    """The list of servers has probably changed: read it soon."""


@dataclass(frozen=True, slots=True)
class Ended:
    """This connection is over, or was never made. `after`: a wait in seconds that the peer asked for."""

    cause: Cause
    detail: str = ""
    after: float | None = None


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """The outcome of the one action in flight over the websocket."""

    outcome: Outcome


Output = Event | SendFrame | Authenticate | NeedToken | ListAgain | Ended | ActionAnswered
