"""Links that acknowledge, where several engines number incidents each for itself: a link names its shard.

A message's incidents are nearly always of one shard, for they are of one node; of several the one that has
most is in the link, which says that the message had more.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from automaton.cluster.control.exchange import ControlRequest
from automaton.cluster.control.reach import Reach
from automaton.cluster.messages.told_incidents import ToldIncidents
from automaton.cluster.shard import Shard
from automaton.daemon.ack_key import LinkKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.acknowledgements import number_of
from automaton.pace.clock import Clock
from automaton.web.ack_page import HEADERS, busy_page, useless_page
from automaton.web.ack_token import AckToken, read_token, write_token
from automaton.web.guess_budget import GuessBudget
from automaton.web.rule_request import address_behind

UNANSWERED_FOR = 30  # seconds after which a reader is asked to try again: a shard has changed hands by then
ANSWERED = (200, 404, 429)  # what a shard's own pages say


class MessageLinks:
    """Makes links for what shards have, and hands whoever opens one to the owner of its shard."""

    def __init__(self, active: ActiveConfiguration, clock: Clock, key: LinkKey, reach: Reach) -> None:
        self._active = active
        self._clock = clock
        self._key = key
        self._reach = reach
        self._guesses = GuessBudget(clock)
        listen = active.settings.listen
        self._listens = listen.http is not None or listen.hooks is not None  # a reload opens no port

    def link(self, channel: str, shard: str, refs: Sequence[str], *, is_cut: bool) -> str | None:
        """A link for these incidents of a shard; None where nobody could follow one."""
        url = self._active.settings.web.public_url if self._listens else None
        numbers = [number for ref in refs if (number := number_of(ref))]
        key = self._key.known()
        if not url or not numbers or not shard or key is None:
            return None
        try:
            token = write_token(key, channel, self._clock.now().wall, numbers, shard, is_cut=is_cut)
        except ValueError as problem:
            structlog.get_logger().warning("messages.no_link", channel=channel, reason=str(problem))
            return None
        return f"{url}/ack/{token}"

    def routes(self) -> list[Route]:
        """The route of links, for the process."""
        return [Route("/ack/{token}", self.opened, methods=["GET", "POST"])]

    async def opened(self, request: Request) -> Response:
        """The page that the shard's owner answers with. Who guesses is paced here, and reaches no other."""
        letters = str(request.path_params["token"])
        token, address = self._read(letters), address_behind(request)
        if token is None:
            wait = self._guesses.spend(address)
            return _page(busy_page(), 429, int(wait) + 1) if wait else _page(useless_page(), 404)
        method = "POST" if request.method == "POST" else "GET"
        wanted = ControlRequest(method=method, path=f"/ack/{letters}", address=address)
        answer = await self._reach.ask(Shard.read(token.shard), wanted)
        if answer.status not in ANSWERED:
            return _page(busy_page(), 503, UNANSWERED_FOR)
        after = answer.headers.get("retry-after", "")
        return _page(answer.body.decode(), answer.status, int(after) if after.isdecimal() else 0)

    def _read(self, letters: str) -> AckToken | None:
        key = self._key.known()
        token = read_token(key, letters, self._clock.now().wall) if key is not None else None
        return token if token is not None and token.shard else None


class LinksOfChannel:
    """The AckLinks of one channel: which shard has an incident is what that shard told."""

    def __init__(self, incidents: ToldIncidents, links: MessageLinks) -> None:
        self._incidents = incidents
        self._links = links

    def link(self, channel: str, refs: Sequence[str], /) -> str | None:
        """One for the shard that has most of these incidents; the others are left out, and it says so."""
        of: dict[str, list[str]] = {}
        for ref in refs:
            of.setdefault(self._incidents.source_of(ref), []).append(ref)
        of.pop("", None)
        if not of:
            return None
        shard = max(of, key=lambda source: len(of[source]))
        return self._links.link(channel, shard, of[shard], is_cut=len(of[shard]) < len(refs))


def _page(page: str, status: int, after: int = 0) -> Response:
    answer = HTMLResponse(page, status, headers=dict(HEADERS))
    if after:
        answer.headers["Retry-After"] = str(after)
    return answer
