"""`/ack/<token>`: a link of a message. GET shows what it is about and changes nothing, POST acknowledges.

A chat that looks at a link for a preview acknowledges nothing. The token stands in the address: it is in no
log, and no page names it or lets it out as a referrer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.web.ack_page import HEADERS, LinkedIncidents, asking_page, busy_page, done_page, useless_page
from automaton.web.control_api import at_once
from automaton.web.guess_budget import GuessBudget
from automaton.web.rule_request import address_behind

OPENINGS, OPENINGS_A_SECOND = 60.0, 2.0  # of links that work, all together: a preview a message, and readers


class AckPort(Protocol):
    """What is needed of the daemon."""

    def linked(self, token: str) -> LinkedIncidents | None:
        """What a link is about; None where it does not work, for whatever reason."""

    def acknowledge(self, token: str) -> LinkedIncidents | None:
        """Acknowledges those that are open; what there was before. None as above."""


class AckPages:
    """Answers the links. Those that do not work have a budget by address, for which no other waits.

    `done` returns when what was asked for is done: no kill takes back what a person was told.
    """

    def __init__(self, port: AckPort, clock: Clock, done: Callable[[], Awaitable[None]] = at_once) -> None:
        self._port = port
        self._clock = clock
        self._done = done
        self._openings = Bucket(OPENINGS, OPENINGS_A_SECOND)
        self._guesses = GuessBudget(clock)

    def routes(self) -> list[Route]:
        """For the application that listens at the port."""
        return [Route("/ack/{token}", self.opened, methods=["GET", "POST"])]

    async def opened(self, request: Request) -> Response:
        """A page. What a POST sends is not read: all that it says is in the address."""
        token = str(request.path_params["token"])
        linked = self._port.linked(token)
        if linked is None:
            wait = self._guesses.spend(address_behind(request))
            return _too_often(wait) if wait else _answer(useless_page(), 404)
        if wait := self._openings.take(self._clock.now().mono):
            return _too_often(wait)
        if request.method != "POST":
            return _answer(asking_page(linked))
        acknowledged = self._port.acknowledge(token) or linked
        await self._done()
        return _answer(done_page(acknowledged, linked.wanted))


def _answer(page: str, status: int = 200) -> Response:
    return HTMLResponse(page, status, headers=dict(HEADERS))


def _too_often(wait: float) -> Response:
    answer = _answer(busy_page(), 429)
    answer.headers["Retry-After"] = str(int(wait) + 1)
    return answer
