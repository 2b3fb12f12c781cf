"""Who is signed in at any member's page, the same at all: in the bucket, sealed.

A browser that another member answers stays signed in, some seconds after it signed in; whoever signs out is
out everywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

import msgspec
import structlog
from starlette.routing import Route

from automaton.cluster.shared_secret import NONCE, ForeignSealError, SealingKey
from automaton.daemon.cluster.shared_state import TRIES, SharedBucket, SharedValue
from automaton.errors import Weather
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.sessions import IDLE
from automaton.web.routes import page_sessions
from automaton.web.routes.page_sessions import SessionChanges, SharedSession

BEGINS = "secret.sessions."
"""How the name in the bucket begins; the mark of the sealing key ends it."""

MOST_SHARED = 500
"""Sessions of all members, some 350 bytes each: a value of the bucket holds 256 KiB. Of more, those that were
idle longest end."""

_SHAPE = dict[str, SharedSession]


class SharedSessions:
    """`known` are those of all members. `on_change` is called when they are others."""

    def __init__(
        self, seal: SealingKey, bucket: SharedBucket, clock: Clock, on_change: Callable[[], None],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        self.known: Mapping[str, SharedSession] = {}
        self._seal = seal
        self._bucket = bucket
        self._clock = clock
        self._on_change = on_change
        self._random = random
        self._log = structlog.get_logger()

    @property
    def name(self) -> str:
        """Where they stand in the bucket."""
        return f"{BEGINS}{self._seal.mark}"

    def routes(self) -> list[Route]:
        """The route by which the page tells."""
        return page_sessions.routes(self)

    def hear(self, kept: SharedValue) -> None:
        """Takes what another member put there."""
        if kept.key != self.name:
            return
        try:
            self._become(self._read(kept.value))
        except (ForeignSealError, msgspec.MsgspecError) as problem:
            self._log.error(
                "cluster.secret_unread", key=self.name, reason=f"{problem}: sessions are not shared"
            )

    async def share(self, changes: SessionChanges) -> None:
        """Tells all members. Raises RequestRefused where that cannot be done now."""
        try:
            for _ in range(TRIES):
                found = await self._bucket.get(self.name)
                merged = self._merged(self._read(found.value) if found is not None else {}, changes)
                sealed = self._seal.seal(self.name, msgspec.json.encode(merged), self._random(NONCE))
                if await self._bucket.put(self.name, sealed, found.revision if found is not None else 0):
                    self._become(merged)
                    return
        except (Weather, ForeignSealError, msgspec.MsgspecError) as problem:
            raise RequestRefused(503, f"the sessions cannot be shared now: {problem}") from None
        raise RequestRefused(503, "others change the sessions all the time")

    def _merged(self, before: _SHAPE, changes: SessionChanges) -> _SHAPE:
        merged = {**before, **changes.sessions}
        since = self._clock.now().wall - IDLE
        going = [(digits, one) for digits, one in merged.items() if one is not None and one.seen >= since]
        return dict(sorted(going, key=lambda item: item[1].seen)[-MOST_SHARED:])

    def _read(self, sealed: bytes) -> _SHAPE:
        return msgspec.json.decode(self._seal.unseal(self.name, sealed), type=_SHAPE)

    def _become(self, known: _SHAPE) -> None:
        if known != self.known:
            self.known = known
            self._on_change()
