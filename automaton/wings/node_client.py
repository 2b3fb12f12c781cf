"""Wings' own HTTP API, for a node that is watched without its Panel.

The node lists its servers and takes actions; its token also signs ours. The token goes to the configured
address only. Library errors and HTTP statuses end here, as NodeSilent, NodeRefuses, Untrusted or Refused,
or as the Outcome of an action.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import httpx

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, Untrusted
from automaton.pace.clock import Clock
from automaton.pace.http_client import NEVER_SENT, Bearer, ask, bounded_client
from automaton.pace.panel_probe import probe_panel
from automaton.pace.trust import distrust
from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig
from automaton.wings.node_errors import NodeRefuses, NodeSilent
from automaton.wings.node_responses import read_error, read_server, read_servers
from automaton.wings.signing import OF_AN_ADMINISTRATOR, signed

ANSWERED_WITHIN = 30.0  # seconds
LOCK_WITHIN = 30  # seconds that Wings waits for another power action, as the Panel asks it to
WAY = "wings"

NO_BACKUP = "a backup is made by a Panel, and this node is watched without one"
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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.requests = 0
        self._config = config
        self._clock = clock
        self.egg_of = egg_of
        self._auth = Bearer(config.token)
        self._http = bounded_client(tls, within=ANSWERED_WITHIN, transport=transport)

    async def aclose(self) -> None:
        """Closes the idle connections."""
        await self._http.aclose()

    async def servers(self) -> list[Profile]:
        """All servers of the node."""
        profiles = read_servers(await self._get("/api/servers"), self.name)
        if profiles is None:
            raise NodeSilent(_NO_WINGS)
        return [self._with_egg(profile) for profile in profiles]

    async def server(self, uuid: str) -> Profile:
        """One server as Wings describes it now."""
        profile = read_server(await self._get(f"/api/servers/{uuid}"), self.name)
        if profile is None:
            raise NodeSilent(_NO_WINGS)
        return self._with_egg(profile)

    async def permissions(self, uuid: str) -> frozenset[str]:
        """Everything: the node's token is full control."""
        return frozenset({"*", *OF_AN_ADMINISTRATOR})

    async def websocket(self, server: str) -> NodeGrant:
        """A token of our own making; nobody is asked."""
        address = self._config.address.replace("http", "ws", 1)
        token = signed(self._config, server, self._clock.now())
        return NodeGrant(token, f"{address}/api/servers/{server}/ws")

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        """Asks for a power action. DONE means that Wings took it; it reports no later failure."""
        body = {"action": signal.value, "wait_seconds": LOCK_WITHIN}
        return await self._act(f"/api/servers/{uuid}/power", body)

    async def command(self, uuid: str, text: str) -> Outcome:
        """Types a console command. DONE means that it reached the process."""
        return await self._act(f"/api/servers/{uuid}/commands", {"commands": [text]})

    async def backup(self, uuid: str, name: str) -> Outcome:
        """Refuses: only a Panel knows where backups go and which exist."""
        return Outcome(Result.REFUSED, NO_BACKUP, WAY)

    async def panel_outage(self) -> str:
        """Why the Panel that this node asks does not answer; empty where it does. Sends no token."""
        return await probe_panel(self._http, self._config.remote)

    def _with_egg(self, profile: Profile) -> Profile:
        return replace(profile, egg=self.egg_of(profile))

    async def _get(self, path: str) -> bytes:
        try:
            status, body = await self._ask("GET", path)
        except httpx.HTTPError as problem:
            if reason := distrust(problem):
                raise Untrusted(f"the certificate at the node's address does not hold: {reason}") from problem
            raise NodeSilent(f"the node does not answer: {problem or type(problem).__name__}") from problem
        if status == 200:
            return body
        raise _problem(status, body)

    async def _act(self, path: str, json: Mapping[str, object]) -> Outcome:
        try:
            status, body = await self._ask("POST", path, json=json)
        except NEVER_SENT as problem:
            return Outcome(Result.FAILED, f"the node cannot be reached: {problem}", WAY)
        except httpx.HTTPError as problem:
            detail = f"it was sent, and the node did not answer: {problem or type(problem).__name__}"
            return Outcome(Result.UNKNOWN, detail, WAY)
        return _outcome(status, read_error(body))

    async def _ask(self, method: str, path: str, **content: object) -> tuple[int, bytes]:
        self.requests += 1
        url = f"{self._config.address}{path}"
        response, body = await ask(
            self._http, method, url, within=ANSWERED_WITHIN, auth=self._auth, **content
        )
        return response.status_code, body


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
