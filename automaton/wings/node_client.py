"""Wings' own HTTP API, for a node that is watched without its Panel.

The node lists its servers and takes actions; its token also signs ours. The token goes to the configured
address only. Library errors and HTTP statuses end here, as NodeSilent, NodeRefuses, Untrusted or Refused,
or as the Outcome of an action.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from automaton.core.calls import FileChange, Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, Untrusted
from automaton.pace.acting_lease import LeaseTooShort
from automaton.pace.answer_counts import AnswerCounts
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
from automaton.pace.json_answer import is_a_page
from automaton.pace.panel_probe import probe_panel
from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig
from automaton.wings.node_errors import NodeRefuses, NodeSilent
from automaton.wings.node_responses import read_error, read_server, read_servers
from automaton.wings.signing import LIFE, OF_AN_ADMINISTRATOR, signed, signed_until

ANSWERED_WITHIN = 30.0  # seconds
LOCK_WITHIN = 30  # seconds that Wings waits for another power action, as the Panel asks it to
WAY = "wings"
MOST_SERVERS = 2000
"""Of one node: a Linux bridge, to which Wings ties each that runs, has 1,024 ports."""

NO_PANEL = "this takes a Panel, and this node is watched without one"
_NO_WINGS = "what answers at the node's address is not Wings; look at `address` of this node"


@dataclass(frozen=True, slots=True)
class NodeGrant:
    """A token that we signed, and the address of the socket that takes it."""

    token: Secret
    socket: str


class NodeClient:
    """One node, by its own token. Wings knows no eggs: `egg_of` gives them, and may be changed."""

    goes_by_panel = False

    def __init__(
        self,
        name: str,
        config: NodeConfig,
        *,
        clock: Clock,
        tls: ssl.SSLContext,
        egg_of: Callable[[Profile], str] = lambda _: "",
        transport: Transport | None = None,
    ) -> None:
        self.name = name
        self.requests = 0
        self.answers = AnswerCounts()
        self._config = config
        self._clock = clock
        self.egg_of = egg_of
        self._http = HttpClient(tls, transport=transport)

    async def aclose(self) -> None:
        """Closes the idle connections."""
        await self._http.aclose()

    async def servers(self) -> list[Profile]:
        """All servers of the node."""
        profiles = read_servers(await self._get("/api/servers", MOST_OF_A_LIST), self.name)
        if profiles is None:
            raise NodeSilent(_NO_WINGS)
        if len(profiles) > MOST_SERVERS:
            raise NodeSilent(f"the node lists {len(profiles)} servers; {MOST_SERVERS} are taken of one node")
        return [self._with_egg(profile) for profile in profiles]

    async def server(self, uuid: str) -> Profile:
        """One server as Wings describes it now."""
        profile = read_server(await self._get(f"/api/servers/{uuid}", MOST_OF_ONE), self.name)
        if profile is None:
            raise NodeSilent(_NO_WINGS)
        if profile.uuid != uuid:  # it may speak of its own servers, and of this one alone
            raise NodeSilent(f"the node was asked for {uuid} and describes another server")
        return self._with_egg(profile)

    async def permissions(self, uuid: str) -> frozenset[str]:
        """Everything: the node's token is full control."""
        return frozenset({"*", *OF_AN_ADMINISTRATOR})

    async def websocket(self, server: str) -> NodeGrant:
        """A token of our own making; nobody is asked."""
        return self._grant(server, signed(self._config, server, self._clock.now()))

    def brief_token(self, server: str, seconds: float) -> NodeGrant:
        """One that Wings takes for so many seconds from now, by its own clock; for ten minutes at most."""
        now = self._clock.now()
        end = now.wall + min(seconds, LIFE)
        return self._grant(server, signed_until(self._config, server, now, end))

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        """Asks for a power action. DONE means that Wings took it; it reports no later failure."""
        body = {"action": signal.value, "wait_seconds": LOCK_WITHIN}
        return await self._act(f"/api/servers/{uuid}/power", body)

    async def command(self, uuid: str, text: str) -> Outcome:
        """Types a console command. DONE means that it reached the process."""
        return await self._act(f"/api/servers/{uuid}/commands", {"commands": [text]})

    async def backup(self, uuid: str, name: str, *, locked: bool = False) -> Outcome:
        """Refuses: only a Panel knows where backups go and which exist."""
        return Outcome(Result.REFUSED, NO_PANEL, WAY)

    async def rotate_backups(self, uuid: str, made: tuple[str, ...], keep: int) -> Outcome:
        """Refuses, like `backup`."""
        return Outcome(Result.REFUSED, NO_PANEL, WAY)

    async def change_files(self, uuid: str, change: FileChange) -> Outcome:
        """Refuses: what the Panel hides of a server's files, Wings alone does not know."""
        return Outcome(Result.REFUSED, NO_PANEL, WAY)

    async def set_startup(self, uuid: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        """Refuses: the Panel has the variables, and gives them to Wings at each start."""
        return Outcome(Result.REFUSED, NO_PANEL, WAY)

    async def reinstall(self, uuid: str) -> Outcome:
        """Refuses: Wings fetches the script from the Panel, which would not know of it."""
        return Outcome(Result.REFUSED, NO_PANEL, WAY)

    async def panel_outage(self) -> str:
        """Why the Panel that this node asks does not answer; empty where it does. Sends no token."""
        return await probe_panel(self._http, self._config.remote)

    def _grant(self, server: str, token: Secret) -> NodeGrant:
        address = self._config.address.replace("http", "ws", 1)
        return NodeGrant(token, f"{address}/api/servers/{server}/ws")

    def _with_egg(self, profile: Profile) -> Profile:
        return replace(profile, egg=self.egg_of(profile))

    async def _get(self, path: str, most: int) -> bytes:
        try:
            answer = await self._ask("GET", path, most=most)
        except NotAnswered as problem:
            if problem.distrusted:
                said = f"the certificate at the node's address does not hold: {problem.distrusted}"
                raise Untrusted(said) from problem
            raise NodeSilent(f"the node does not answer: {problem}") from problem
        if answer.status != 200:
            raise _problem(answer.status, answer.body)
        if answer.unreadable:
            raise NodeSilent(f"the node's answer is not read: {answer.unreadable}")
        return answer.body

    async def _act(self, path: str, json: Mapping[str, object]) -> Outcome:
        try:
            answer = await self._ask("POST", path, json=json)
        except NotAnswered as problem:
            if not problem.sent:
                return Outcome(Result.FAILED, f"the node cannot be reached: {problem}", WAY)
            return Outcome(Result.UNKNOWN, f"it was sent, and the node did not answer: {problem}", WAY)
        except LeaseTooShort as problem:
            return problem.outcome(WAY)
        if answer.status == 200 and answer.unreadable:
            detail = f"it was sent, and the answer is not read: {answer.unreadable}"
            return Outcome(Result.UNKNOWN, detail, WAY)
        if answer.status == 200 and is_a_page(answer.body):
            return Outcome(Result.UNKNOWN, f"a page came in place of an answer: {_NO_WINGS}", WAY)
        return _outcome(answer.status, read_error(answer.body))

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, object] | None = None,
        most: int = MOST_OF_A_SMALL_ONE,
    ) -> Answer:
        self.requests += 1
        url = f"{self._config.address}{path}"
        try:
            answer = await self._http.ask(
                method, url, within=ANSWERED_WITHIN, most=most, bearer=self._config.token, json=json
            )
        except NotAnswered:
            self.answers.note(None)
            raise
        self.answers.note(answer.status)
        return answer


def _problem(status: int, body: bytes) -> AutomatonError:
    detail = read_error(body)
    said = f"HTTP {status}: {detail}" if detail else f"HTTP {status}"
    if status in (401, 403):
        return NodeRefuses(said, status=status)
    if status >= 500 or status == 429:
        return NodeSilent(f"the node answers {said}")
    return Refused(f"the node answers {said}", status=status)


def _outcome(status: int, detail: str) -> Outcome:
    said = detail or f"the node answers HTTP {status}"
    if status in (200, 202, 204):
        return Outcome(Result.DONE, way=WAY)
    if status == 502:  # Wings has no other error of a command but that nothing runs
        return Outcome(Result.REFUSED, said, WAY)
    if status in (401, 403, 429) or status >= 500:
        return Outcome(Result.FAILED, said, WAY)
    return Outcome(Result.REFUSED, said, WAY)
