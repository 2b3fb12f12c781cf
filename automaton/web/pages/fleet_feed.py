"""The page's own copy of the fleet, kept by the daemon's feed; whoever shows it waits for what changes.

One stream for all browsers. While the daemon does not answer, the last picture stays, and is told to be old.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

import anyio
import msgspec
import structlog

from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.changes import Figures, FleetChange, FleetRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow

SEVERITIES = ("critical", "warning")  # the worst first; what is neither is `info`
SILENT_WITHIN = 15.0  # seconds: the daemon gives a sign of life each second
BACKOFF = Backoff(first=0.5, cap=5.0)

Listener = Callable[[FleetChange], None]


class FleetFeed:
    """`servers` by uuid, `incidents`, the `hold` of all actions and rules `armed` by hand, as they are now.

    `trouble` says why they may be old, "" if not. `missing` are shards of a cluster that are not heard:
    nothing is known of their servers now, and they are no less watched for that. `is_shared`: members of
    a cluster share the fleet, and each node has an owner among them.
    """

    def __init__(
        self, control: ControlClient, clock: Clock, chance: Random | None = None, *, is_shared: bool = False
    ) -> None:
        self.is_shared = is_shared
        self._control = control
        self._clock = clock
        self._chance = chance or Random()  # noqa: S311 - jitter, not secrets
        self._decoder = msgspec.json.Decoder(FleetChange)
        self._rows: dict[str, FleetRow] = {}
        self._unheard: dict[str, FleetRow] = {}  # as they were told last
        self._owners: Mapping[str, NodeOwner] = {}
        self._seen: set[str] = set()
        self._listeners: dict[Listener, None] = {}  # in the order in which they came
        self.incidents: list[IncidentRow] = []
        self.incidents_at = 0.0
        self.worst = ""  # severity of any incident, kept here: every page that is looked at shows it
        self.hold: HoldRow | None = None
        self.armed: list[ArmedRow] = []
        self.is_whole = False
        self.trouble = "the daemon was not heard yet"
        self.missing: dict[str, str] = {}  # why, by the shard

    @property
    def why_old(self) -> str:
        """Why something that is shown may be old, "" if nothing is."""
        if self.trouble or not self.missing:
            return self.trouble
        shard, why = next(iter(self.missing.items()))
        others = f", and {len(self.missing) - 1} more shards" if len(self.missing) > 1 else ""
        return f"{shard} is not heard{others}: {why}"

    @property
    def servers(self) -> Mapping[str, FleetRow]:
        """All that are watched."""
        return self._rows

    def told_last(self, row: FleetRow) -> FleetRow | None:
        """What was told last of a server of which nobody tells now; None where somebody does."""
        return self._unheard.get(row.uuid)

    def owner_of(self, row: FleetRow) -> NodeOwner | None:
        """Who owns a server's node; None where members share nothing, or it was not told yet."""
        return self._owners.get(row.node)

    def take_owners(self, owners: Mapping[str, NodeOwner]) -> None:
        """Takes over who owns which node. Servers of which that changed count as changed."""
        before, self._owners = self._owners, owners
        others = {node for node in before.keys() | owners.keys() if before.get(node) != owners.get(node)}
        if not others:
            return
        rows = [self._owned_anew(row) for row in self._rows.values() if row.node in others]
        self._rows.update((row.uuid, row) for row in rows)
        self._tell(FleetChange(servers=rows))

    def _owned_anew(self, row: FleetRow) -> FleetRow:
        """The row of a server whose node has another owner, or none any more."""
        owner = self.owner_of(row)
        if owner is not None and not owner.member:
            return self._unhear(row, owner.trouble)
        if owner is not None and shard_of(row) not in self.missing:
            row = self._unheard.pop(row.uuid, row)
        return msgspec.structs.replace(row)  # another one, for whoever looks at it looks again

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Has each change handed to `listener`, until what is returned is called."""
        self._listeners[listener] = None
        return lambda: self._listeners.pop(listener, None)

    async def run(self) -> None:
        """Until cancelled: a daemon that does not answer is asked again."""
        tries = 0
        while True:
            try:
                async with self._control.stream("/v1/changes", silent_within=SILENT_WITHIN) as lines:
                    self._seen, tries = set(), 0
                    async for line in lines:
                        self.take(self._decoder.decode(line))
                trouble = "the daemon has ended the connection"
            except (DaemonSilentError, DaemonRefusedError, msgspec.MsgspecError) as problem:
                trouble = str(problem)
            if not self.trouble:
                structlog.get_logger().warning("page.feed_lost", reason=trouble)
            self.trouble = trouble
            self._tell(NOTHING)
            tries += 1
            await anyio.sleep(BACKOFF.wait(tries, self._chance))

    def take(self, change: FleetChange) -> None:
        """Takes one change over. Listeners are told of figures as of whole rows."""
        if change.figures:
            known = [(self._unheard.get(one.uuid) or self._rows.get(one.uuid), one) for one in change.figures]
            rows = [with_figures(row, one) for row, one in known if row is not None]
            change = msgspec.structs.replace(change, servers=[*change.servers, *rows], figures=[])
        for row in change.servers:
            self._rows[row.uuid] = row
            self._seen.add(row.uuid)
            self._unheard.pop(row.uuid, None)
        gone = [uuid for uuid in change.gone if self._drop(uuid)]
        if change.incidents is not None:
            self.incidents, self.hold = change.incidents, change.hold
            self.worst = worst_of(change.incidents)
            self.incidents_at = self._clock.now().wall
        if change.armed is not None:
            self.armed = change.armed
        if change.missing is not None:
            self.missing = {one.shard: one.why for one in change.missing}
            change = msgspec.structs.replace(change, servers=[*change.servers, *self._of_missing()])
        if change.whole:
            gone += [
                uuid
                for uuid, row in self._rows.items()
                if uuid not in self._seen and shard_of(row) not in self.missing
            ]
            for uuid in gone:
                self._drop(uuid)
            self.is_whole, self.trouble = True, ""
            structlog.get_logger().info("page.feed", servers=len(self._rows))
        if gone:
            change = msgspec.structs.replace(change, gone=gone)
        if change != NOTHING:
            self._tell(change)

    def _of_missing(self) -> list[FleetRow]:
        """The rows of missing shards, from now on without what nobody knows of them."""
        rows = [
            self._unhear(row, why) for row in self._rows.values() if (why := self.missing.get(shard_of(row)))
        ]
        self._rows.update((row.uuid, row) for row in rows)
        return rows

    def _unhear(self, row: FleetRow, why: str) -> FleetRow:
        """The row of a server of which nobody tells now; what was told last is kept."""
        self._unheard.setdefault(row.uuid, row)
        return unheard(row, why)

    def _drop(self, uuid: str) -> bool:
        """Knows a server no more; whether it did."""
        self._unheard.pop(uuid, None)
        return self._rows.pop(uuid, None) is not None

    def _tell(self, change: FleetChange) -> None:
        for listener in list(self._listeners):
            listener(change)


def shard_of(row: FleetRow) -> str:
    """The shard of a cluster that tells of a server."""
    return f"node:{row.node}"


def unheard(row: FleetRow, why: str) -> FleetRow:
    """The row of a server whose shard is not heard."""
    return msgspec.structs.replace(
        row, link="blind", link_reason=why, state=None, cpu=None, memory=None, disk=None, rx=None, tx=None,
        players=None, uptime=None,
    )  # fmt: skip


def worst_of(incidents: Sequence[IncidentRow]) -> str:
    """The worst severity of any; "" for none."""
    open_ = {one.severity for one in incidents}
    return next((one for one in SEVERITIES if one in open_), "info" if open_ else "")


def with_figures(row: FleetRow, figures: Figures) -> FleetRow:
    """The row with these figures."""
    return msgspec.structs.replace(
        row, at=figures.at, cpu=figures.cpu, memory=figures.memory, memory_limit=figures.memory_limit,
        disk=figures.disk, rx=figures.rx, tx=figures.tx, players=figures.players, uptime=figures.uptime,
    )  # fmt: skip


NOTHING = FleetChange()
