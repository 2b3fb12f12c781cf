"""What members share under `cluster.key`: the key of messages' links, and who is signed in at the page.

Without that key nothing is shared: messages carry no links, and each page knows its own people alone.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from anyio.abc import TaskGroup
from starlette.routing import Route

from automaton.cluster.control.reach import Reach
from automaton.cluster.control.shards import Shards
from automaton.cluster.shared_secret import SealingKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.cluster.message_links import MessageLinks
from automaton.daemon.cluster.shared_ack_key import SharedAckKey
from automaton.daemon.cluster.shared_sessions import BEGINS, SharedSessions
from automaton.daemon.cluster.shared_state import SharedBucket, SharedState
from automaton.pace.clock import Clock
from automaton.settings.cluster import ClusterSettings
from automaton.web.routes.page_sessions import SharedSession

NO_KEY = (
    "`cluster.key` is not set: messages carry no links, and who signs in at one page is unknown at others"
)


class SharedSecrets:
    """`ack_key` and `links` are None where nothing is shared. `join` is to be called once, before `begin`."""

    def __init__(self, cluster: ClusterSettings) -> None:
        self.ack_key: SharedAckKey | None = None
        self.links: MessageLinks | None = None
        self._seal: SealingKey | None = None
        self._sessions: SharedSessions | None = None
        self._bucket: SharedBucket | None = None
        if cluster.key is None:
            structlog.get_logger().warning("cluster.key_missing", reason=NO_KEY)
        else:
            self._seal = SealingKey(cluster.key, str(cluster.name))
            self.ack_key = SharedAckKey(self._seal)

    def join(
        self, bucket: SharedBucket, state: SharedState, shards: Shards,
        active: ActiveConfiguration, clock: Clock, on_sessions: Callable[[], None],
    ) -> None:  # fmt: skip
        """Knows from here on where it is shared; `on_sessions` is called when the sessions are others."""
        if self._seal is None or self.ack_key is None:
            return
        self._bucket = bucket
        self.links = MessageLinks(active, clock, self.ack_key, Reach(shards))
        self._sessions = SharedSessions(self._seal, bucket, clock, on_sessions)
        state.listeners[BEGINS] = self._sessions.hear

    def begin(self, tasks: TaskGroup) -> None:
        """Once NATS is there."""
        if self.ack_key is not None and self._bucket is not None:
            tasks.start_soon(self.ack_key.run, self._bucket, name="key of links")

    def routes(self) -> list[Route]:
        """The routes of the process that are answered by what is shared."""
        links = self.links.routes() if self.links is not None else []
        return [*links, *(self._sessions.routes() if self._sessions is not None else [])]

    def known_sessions(self) -> dict[str, SharedSession] | None:
        """Those of all members; None where none are shared."""
        return dict(self._sessions.known) if self._sessions is not None else None
