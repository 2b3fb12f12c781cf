"""The Panel's client API for one key, at the pace that the Panel allows.

The key goes to the configured origin only: no redirect is followed, no cookie kept. Library errors
and HTTP statuses end here, as Unreachable, TryLater or Refused, or as the Outcome of an action.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused, TryLater, Unreachable, Untrusted
from automaton.pace.backoff import retry_after
from automaton.pace.bounded_transport import Transport
from automaton.pace.clock import Clock
from automaton.pace.http_client import (
    MOST_OF_A_LIST,
    MOST_OF_A_SMALL_ONE,
    MOST_OF_ONE,
    Answer,
    HttpClient,
    NotAnswered,
)
from automaton.pace.json_answer import count_in
from automaton.pace.panel_probe import probe_panel
from automaton.panel.endpoint import PanelEndpoint
from automaton.panel.http_status import UNTOLD_WAIT, WAY, error_of, outcome_of
from automaton.panel.request_pace import RequestPace
from automaton.panel.responses import WebsocketGrant, read_grant, read_page, read_server
from automaton.secret import Secret

PER_PAGE = 100  # the Panel cuts larger ones silently (protocol.md 6.2)
MAX_PAGES = 200
ANSWERED_WITHIN = 30.0
_NO_PANEL = "what answers at the Panel's address is not a Panel; look at `url` of this panel"
_OWN_LIMIT = 10
"""/websocket and /backups have a limit of their own, this low or lower, and then do not tell the user's."""

LIST = ""  # the path of the list: the one request that a refused key goes on making, now and then


class PanelClient:
    """One account of one Panel."""

    goes_by_panel = True

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
        self._pace = RequestPace(clock)
        self._key = key
        self.requests = 0
        self._refused: Refused | None = None
        self._base = account.base
        self._http = HttpClient(tls, proxy=account.proxy, transport=transport)

    async def aclose(self) -> None:
        """Closes the idle connections."""
        await self._http.aclose()

    async def servers(self) -> list[Profile]:
        """All servers of this account, each once: pages can shift while they are read."""
        found: dict[str, Profile] = {}
        number, pages = 1, 1
        while number <= pages:
            body = await self._get(
                LIST, {"include": "egg", "per_page": PER_PAGE, "page": number}, most=MOST_OF_A_LIST
            )
            page = read_page(body)
            if page is None:
                raise Unreachable(_NO_PANEL)
            if page.pages > MAX_PAGES:  # the rest would count as gone
                raise Unreachable(f"the Panel names {page.pages} pages of servers; {MAX_PAGES} are read")
            found.update((profile.uuid, profile) for profile in page.profiles)
            pages, number = page.pages, number + 1
        return list(found.values())

    async def server(self, uuid: str) -> Profile:
        """One server as the Panel describes it now, whatever its state."""
        return (await self._server(uuid))[0]

    async def permissions(self, uuid: str) -> frozenset[str]:
        """What this account may do to the server, in the Panel's words; `*` for its owner."""
        return (await self._server(uuid))[1]

    async def websocket(self, uuid: str) -> WebsocketGrant:
        """A token, and the socket that takes it."""
        grant = read_grant(await self._get(f"/servers/{uuid}/websocket"))
        if grant is None:
            raise Unreachable(_NO_PANEL)
        return grant

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        """Asks for a power action. DONE means that Wings took it, not that it succeeded."""
        return await self._act(f"/servers/{uuid}/power", {"signal": signal.value})

    async def command(self, uuid: str, text: str) -> Outcome:
        """Types a console command. DONE means that it reached the process."""
        return await self._act(f"/servers/{uuid}/command", {"command": text})

    async def backup(self, uuid: str, name: str) -> Outcome:
        """Asks for a backup. DONE means that it began; `ref` is its uuid, where the answer names it."""
        return await self._act(f"/servers/{uuid}/backups", {"name": name})

    async def panel_outage(self) -> str:
        """Why the Panel does not answer; empty where it does. Asked without the key, outside all queues."""
        return await probe_panel(self._http, self._base)

    async def _server(self, uuid: str) -> tuple[Profile, frozenset[str]]:
        found = read_server(await self._get(f"/servers/{uuid}", {"include": "egg"}, most=MOST_OF_ONE))
        if found is None:
            raise Unreachable(_NO_PANEL)
        if found[0].uuid != uuid:
            raise Unreachable(f"the Panel was asked for {uuid} and describes another server")
        return found

    async def _get(
        self, path: str, params: Mapping[str, str | int] | None = None, *, most: int = MOST_OF_A_SMALL_ONE
    ) -> bytes:
        await self._pace.turn()
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
        answered = error_of(answer.status, answer.body, self._asked_wait(answer))
        if answer.status == 401 and isinstance(answered, Refused):
            self._refused = answered  # until a list is read with this key
        raise answered

    async def _act(self, path: str, json: dict[str, str]) -> Outcome:
        try:
            await self._pace.urgent_turn()
            answer = await self._ask("POST", path, json=json)
        except NotAnswered as problem:
            if not problem.sent:
                return Outcome(Result.FAILED, f"the Panel cannot be reached: {problem}", WAY)
            detail = f"it was sent, and the Panel did not answer: {problem}"
            return Outcome(Result.UNKNOWN, detail, WAY)
        except TryLater as problem:
            return Outcome(Result.FAILED, str(problem), WAY)
        return outcome_of(path.rpartition("/")[2], answer.status, answer.body)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, object] | None = None,
        most: int = MOST_OF_A_SMALL_ONE,
    ) -> Answer:
        self.requests += 1
        url = f"{self._base}/api/client{path}"
        answer = await self._http.ask(
            method, url, within=ANSWERED_WITHIN, most=most, bearer=self._key, params=params, json=json
        )
        self._learn(path, answer)
        return answer

    def _learn(self, path: str, answer: Answer) -> None:
        """Adapts the pace to the limits that an answer names."""
        limit = count_in(answer.headers.get("x-ratelimit-limit"))
        remaining = count_in(answer.headers.get("x-ratelimit-remaining"))
        has_own = path.endswith(("/websocket", "/backups"))
        if has_own and limit is not None and limit <= _OWN_LIMIT:
            return
        self._pace.learn(limit, remaining)
        if path.endswith("/backups") and remaining != 0:
            return  # too many backups of this server, which the Panel counts apart from requests
        if answer.status == 429:
            asked = self._asked_wait(answer)
            self._pace.hold(UNTOLD_WAIT if asked is None else asked)

    def _asked_wait(self, answer: Answer) -> float | None:
        return retry_after(answer.headers.get("retry-after"), self._clock.now().wall)
