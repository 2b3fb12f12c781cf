"""What the session asks of its link, besides giving events: the second half of its vocabulary."""

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
    """A token is wanted, to be handed to `token` or `token_failed`. `fresh`: the cached one is no good."""

    fresh: bool


@dataclass(frozen=True, slots=True)
class ListAgain:
    """Something happened after which the list of servers is probably another."""


@dataclass(frozen=True, slots=True)
class Ended:
    """This connection is over, or was never made. `after` is a wait that somebody asked for."""

    cause: Cause
    detail: str = ""
    after: float | None = None


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """What became of the one thing that was asked over the websocket."""

    outcome: Outcome


Output = Event | SendFrame | Authenticate | NeedToken | ListAgain | Ended | ActionAnswered
