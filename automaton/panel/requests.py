"""Requests to one Panel with one key, at the pace that the Panel allows.

The key goes to the configured origin only: no redirect is followed, no cookie kept. Library errors and HTTP
statuses end here, as Unreachable, TryLater or Refused, or as the Outcome of an action.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused, TryLater, Unreachable, Untrusted
from automaton.pace.acting_lease import LeaseTooShort
from automaton.pace.answer_counts import AnswerCounts
from automaton.pace.backoff import retry_after
from automaton.pace.bounded_transport import Transport
from automaton.pace.clock import Clock
from automaton.pace.http_client import MOST_OF_A_SMALL_ONE, Answer, HttpClient, NotAnswered
from automaton.pace.json_answer import count_in
from automaton.panel.endpoint import PanelEndpoint
from automaton.panel.http_status import UNTOLD_WAIT, WAY, error_of, outcome_of
from automaton.panel.request_pace import RequestPace
from automaton.secret import Secret

ANSWERED_WITHIN = 30.0
NO_PANEL = "what answers at the Panel's address is not a Panel; look at `url` of this panel"
_OWN_LIMIT = 10
"""/websocket and /backups have a limit of their own, this low or lower, and then do not tell the user's."""

LIST = ""  # the path of the list: the one request that a refused key goes on making, now and then


class PanelRequests:
    """What one account asks of its Panel: `get` what it shows, `act` for what it does."""

    def __init__(
        self,
        account: PanelEndpoint,
        key: Secret,
        *,
        clock: Clock,
        tls: ssl.SSLContext,
        transport: Transport | None = None,
    ) -> None:
        self._clock = clock
        self.pace = RequestPace(clock)
        self._key = key
        self.requests = 0
        self.answers = AnswerCounts()
        self._refused: Refused | None = None
        self.base = account.base
        self.http = HttpClient(tls, proxy=account.proxy, transport=transport)

    async def aclose(self) -> None:
        """Closes the idle connections."""
        await self.http.aclose()

    async def get(
        self, path: str, params: Mapping[str, str | int] | None = None, *, most: int = MOST_OF_A_SMALL_ONE
    ) -> bytes:
        """What the Panel shows there, of at most so many bytes. Raises Unreachable, TryLater or Refused."""
        await self.pace.turn()
        if self._refused is not None and path != LIST:
            raise self._refused  # refused while this one queued: no need to hear it again
        try:
            answer = await self._ask("GET", path, params=params, most=most)
        except NotAnswered as problem:
            if problem.distrusted:
                raise Untrusted(
                    f"the certificate at the Panel's address does not hold: {problem.distrusted}"
                ) from problem
            raise Unreachable(f"the Panel does not answer: {problem}") from problem
        if answer.status == 200:
            if answer.unreadable:
                raise Unreachable(f"the Panel's answer is not read: {answer.unreadable}")
            self._refused = None
            return answer.body
        answered = error_of(answer.status, answer.body, self._asked_wait(answer), of_list=path == LIST)
        if answer.status == 401 and isinstance(answered, Refused):
            self._refused = answered  # until a list is read with this key
        raise answered

    async def act(
        self,
        path: str,
        json: Mapping[str, object] | None = None,
        *,
        method: str = "POST",
        params: Mapping[str, str | int] | None = None,
        content: bytes | None = None,
        within: float = ANSWERED_WITHIN,
    ) -> Outcome:
        """Has the Panel do something, with a body of JSON or of bytes, within so many seconds."""
        return (await self.answered(path, json, method, params, content, within))[0]

    async def answered(
        self,
        path: str,
        json: Mapping[str, object] | None = None,
        method: str = "POST",
        params: Mapping[str, str | int] | None = None,
        content: bytes | None = None,
        within: float = ANSWERED_WITHIN,
    ) -> tuple[Outcome, bytes]:
        """The same, and the body of what was answered."""
        try:
            await self.pace.urgent_turn()
            answer = await self._ask(method, path, params=params, json=json, content=content, within=within)
        except NotAnswered as problem:
            if not problem.sent:
                return Outcome(Result.FAILED, f"the Panel cannot be reached: {problem}", WAY), b""
            detail = f"it was sent, and the Panel did not answer: {problem}"
            return Outcome(Result.UNKNOWN, detail, WAY), b""
        except TryLater as problem:
            return Outcome(Result.FAILED, str(problem), WAY), b""
        except LeaseTooShort as problem:
            return problem.outcome(WAY), b""
        action = path.rpartition("/")[2]
        if answer.status == 200 and answer.unreadable:
            detail = f"it was sent, and the answer is not read: {answer.unreadable}"
            return Outcome(Result.UNKNOWN, detail, WAY, passing=action == "power"), b""
        return outcome_of(action, answer.status, answer.body), answer.body

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, object] | None = None,
        content: bytes | None = None,
        within: float = ANSWERED_WITHIN,
        most: int = MOST_OF_A_SMALL_ONE,
    ) -> Answer:
        self.requests += 1
        url = f"{self.base}/api/client{path}"
        try:
            answer = await self.http.ask(
                method, url,
                within=within, most=most, bearer=self._key, params=params, json=json, content=content,
            )  # fmt: skip
        except NotAnswered:
            self.answers.note(None)
            raise
        self.answers.note(answer.status)
        self._learn(path, answer)
        return answer

    def _learn(self, path: str, answer: Answer) -> None:
        """Adapts the pace to the limits that an answer names."""
        limit = count_in(answer.headers.get("x-ratelimit-limit"))
        remaining = count_in(answer.headers.get("x-ratelimit-remaining"))
        has_own = path.endswith(("/websocket", "/backups"))
        if has_own and limit is not None and limit <= _OWN_LIMIT:
            return
        self.pace.learn(limit, remaining)
        if path.endswith("/backups") and remaining != 0:
            return  # too many backups of this server, which the Panel counts apart from requests
        if answer.status == 429:
            asked = self._asked_wait(answer)
            self.pace.hold(UNTOLD_WAIT if asked is None else asked)

    def _asked_wait(self, answer: Answer) -> float | None:
        return retry_after(answer.headers.get("retry-after"), self._clock.now().wall)
