"""A connection to NATS that comes back for ever, in the event loop that runs it.

Law: nothing is sent while there is no connection. nats-py would keep it and send it once there is one: a
heartbeat from before, an append whose writer has long found out.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import anyio
import structlog
from nats.aio.client import Client, Srv
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from automaton.errors import Unreachable
from automaton.pace.trust import distrust
from automaton.secret import Secret

PING_EVERY = 2
"""Seconds between two pings. By default a client sits on a server that was stopped for four minutes."""

PINGS_UNANSWERED = 2
"""After so many the server is taken for dead, and the next one is tried: 6 s."""

CONNECTS_WITHIN = 2
"""Seconds that a server may take to answer at all."""

TRIES_AGAIN_AFTER = 0.5
"""Seconds until the same server is tried again."""

CLOSES_WITHIN = 2.0
"""Seconds that the last words to a server may take."""

MOST_DENIED = 20
"""Subjects that are remembered as forbidden to us: each is one wrong line in the servers' permissions."""

_DENIED = re.compile(r"permissions violation for (publish|subscription) to \"([^\"]+)\"", re.IGNORECASE)

_REFUSED = "authorization violation"
_DISTRUSTED = "its certificate is not trusted"

Handler = Callable[[Msg], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Access:
    """Where the servers are, and as whom we come: a user, a token, or a certificate in `tls`.

    Unless it goes to these `alone`, also servers are tried that these name.
    """

    servers: tuple[str, ...]
    user: str = ""
    password: Secret | None = None
    token: Secret | None = None
    tls: ssl.SSLContext | None = None
    alone: bool = False


class _Client(Client):
    """nats-py's, which forgets the socket of a server that took the connection and then said nothing.

    And speaks plain text, with the password, to whoever asks for no TLS, though the address says `tls://`;
    and goes to others that a server names, where that one does not let it in.
    """

    def __init__(self, *, alone: bool) -> None:
        super().__init__()
        self._alone = alone

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
        server = self._current_server
        is_tls = server is not None and server.uri.scheme == "tls"
        if initial_connection and is_tls and not info.get("tls_required"):
            raise NatsError("a server speaks no TLS, and its address says `tls://`")
        if self._alone:
            info = {**info, "connect_urls": []}
        await super()._process_info(info, initial_connection)

    async def _connect_to_server(self, s: Srv) -> None:
        if self._transport is not None and self._status != Client.DISCONNECTED:
            self._transport.close()  # type: ignore[no-untyped-call] # nats-py has no types there
        await super()._connect_to_server(s)


class NatsConnection:
    """Used in the loop of its `run` only. `name` is what the servers' monitoring shows.

    `on_change` is told whether there is a connection now, and why there is none.
    """

    def __init__(
        self, access: Access, name: str, on_change: Callable[[bool, str], None] = lambda is_up, why: None
    ) -> None:
        self._access, self._name, self._on_change = access, name, on_change
        self._client: Client | None = None
        self._handlers: dict[str, Handler] = {}
        self._denied: dict[str, str] = {}
        self._why = "no server has answered yet"
        self._was_up: bool | None = None  # as it was told last; nothing was yet
        self._up = asyncio.Event()
        self._log = structlog.get_logger()

    @property
    def is_up(self) -> bool:
        """Whether something can be sent now."""
        return self._client is not None and self._client.is_connected

    @property
    def server_version(self) -> str:
        """Of the server to which this one is connected, empty where it is to none."""
        if self._client is None or not self.is_up:
            return ""
        version = self._client.connected_server_version
        return f"{version.major}.{version.minor}.{version.patch}"

    @property
    def why_down(self) -> str:
        """As a sentence's end, for what is told while there is no connection."""
        if self._why.startswith(_DISTRUSTED):
            return f"NATS is there, and {self._why}"
        return f"NATS is out of reach: {self._why}"

    def denied(self, subject: str) -> str:
        """A sentence where the servers forbade us that subject, else nothing."""
        what = self._denied.get(subject.lower(), "")
        if not what:
            return ""
        return (
            f"the user of `cluster.credentials` may not {what} `{subject}`: "
            "give it that permission in the configuration of the NATS servers"
        )

    async def run(self) -> None:
        """Connects, and again whenever that ends, until cancelled."""
        try:
            while True:
                with suppress(NatsError, OSError, TimeoutError):
                    await self._hold_one()
                self._tell()
                await asyncio.sleep(TRIES_AGAIN_AFTER)
        finally:
            client, self._client = self._client, None
            if client is not None:
                with anyio.move_on_after(CLOSES_WITHIN, shield=True):
                    await client.close()

    async def wait_until_up(self) -> None:
        """Returns once there is a connection."""
        while not self.is_up:
            self._up.clear()  # nats-py may know that it ended, and not have told us
            await self._up.wait()

    async def request(
        self, subject: str, body: bytes, timeout: float, headers: dict[str, str] | None = None
    ) -> Msg:
        """Asks, and waits for the one answer.

        Raises errors.Unreachable before anything was sent, and nats-py's own errors behind that.
        """
        return await self._ready().request(subject, body, timeout=timeout, headers=headers)

    async def publish(self, subject: str, body: bytes, reply: str = "") -> None:
        """Sends to whoever listens. Raises errors.Unreachable where there is no connection."""
        with suppress(NatsError):  # it broke just now: as if nobody had listened
            await self._ready().publish(subject, body, reply=reply)

    async def subscribe(self, subject: str, handler: Handler) -> None:
        """Hands over what comes in on a subject, now and over every connection to come."""
        self._handlers[subject] = handler
        if self._client is not None and self.is_up:
            with suppress(NatsError):  # it broke just now: over the next one
                await self._client.subscribe(subject, cb=handler)

    async def subscribe_once(self, subject: str) -> Subscription:
        """To be read by whoever asked, over this connection. Raises errors.Unreachable."""
        try:
            return await self._ready().subscribe(subject)
        except NatsError as error:
            raise Unreachable(f"NATS is out of reach: {error}") from None

    def new_inbox(self) -> str:
        """A subject of our own. Raises errors.Unreachable."""
        return self._ready().new_inbox()

    @property
    def largest(self) -> int:
        """Bytes that a message may have here. Raises errors.Unreachable."""
        return self._ready().max_payload

    def _ready(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise Unreachable(self.why_down)
        return self._client

    async def _hold_one(self) -> None:
        """One client from its beginning to its end; within it nats-py goes from server to server itself."""
        client, closed = _Client(alone=self._access.alone), asyncio.Event()

        async def on_closed() -> None:
            closed.set()

        access = self._access
        self._client = client
        await client.connect(
            list(access.servers),
            name=self._name,
            error_cb=self._on_error,
            disconnected_cb=self._on_turn,
            reconnected_cb=self._on_turn,
            closed_cb=on_closed,
            connect_timeout=CONNECTS_WITHIN,
            # nats-py types both as whole seconds, and hands them to asyncio.
            reconnect_time_wait=TRIES_AGAIN_AFTER,  # type: ignore[arg-type] # a float, see above
            max_reconnect_attempts=-1,
            ping_interval=PING_EVERY,
            max_outstanding_pings=PINGS_UNANSWERED,
            tls=access.tls,
            user=access.user or None,
            password=access.password.reveal() if access.password else None,
            token=access.token.reveal() if access.token else None,
        )
        for subject, handler in list(self._handlers.items()):
            await client.subscribe(subject, cb=handler)
        self._tell()
        await closed.wait()

    async def _on_turn(self) -> None:
        self._tell()

    async def _on_error(self, error: Exception) -> None:
        """Of the connection; nats-py tells by it, too, what one of our handlers raised."""
        if not isinstance(error, NatsError | OSError | TimeoutError | asyncio.TimeoutError):
            self._log.error("nats.handler_failed", exc_info=error)
            return
        why = str(error).removeprefix("nats: ") or type(error).__name__
        if reason := distrust(error):
            why = f"{_DISTRUSTED}, {reason}: renew it, or name its authority in `cluster.ca`"
        found = _DENIED.search(why)
        if found is not None:
            if len(self._denied) < MOST_DENIED:  # nats-py gives it in small letters
                what = "publish to" if found[1].lower() == "publish" else "subscribe to"
                self._denied[found[2].lower()] = what
        elif _REFUSED not in self._why.lower() or self.is_up:  # who refuses us hangs up, and that is told too
            self._why = why
        if self._was_up is None and not self.is_up:  # the first try goes on for ever, and ends nowhere
            self._tell()

    def _tell(self) -> None:
        is_up = self.is_up
        if is_up:
            self._up.set()
        else:
            self._up.clear()
        if is_up != self._was_up:
            self._was_up = is_up
            self._on_change(is_up, "" if is_up else self.why_down)


def asked_in_vain(connection: NatsConnection, subject: str, error: Exception) -> str:
    """Why a request had no answer, as a sentence."""
    if denied := connection.denied(subject):
        return denied
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return "NATS did not answer in time: its servers may be electing a leader"
    return f"NATS did not take it: {str(error).removeprefix('nats: ') or type(error).__name__}"
