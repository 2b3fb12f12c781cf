"""Brings what people want to hold everywhere from the fleet's shard to all others.

At once when a person changed it, so that a hold holds everywhere before its word is answered; and every
SPREAD_EVERY seconds by each member to the shards that it owns, also those that were owned by nobody then.
Law: where the fleet's owner does not answer, nothing changes: no shard lets go of what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import msgspec

from automaton.cluster.control.exchange import ControlAnswer, ControlRequest
from automaton.cluster.control.reach import Reach, why_missing
from automaton.cluster.control.shards import Shards
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.web.missing import MissingShard
from automaton.web.routes.standing_orders import OrdersTaken, StandingOrders

SPREAD_EVERY = 10.0
"""Seconds: as parts of aggregates are told anew."""

SPREAD_WITHIN = 5.0
"""Seconds that a person waits for shards that do not answer: they are told within SPREAD_EVERY anyway."""

PATH = "/v1/standing-orders"
LATER = "it is told as soon as it answers"
UNWRITTEN = "NATS has not taken it yet: it is forgotten should the owner of the fleet end before that"
LATE = (
    "it has orders of a later hour, and takes these within a minute: a clock is ahead, or was set back;"
    " `automaton cluster status` shows them"
)


class Spread:
    """`run` is for each member; `everywhere` for whoever was asked to change something."""

    def __init__(self, shards: Shards, reach: Reach) -> None:
        self._shards = shards
        self._reach = reach

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.here()
            await anyio.sleep(SPREAD_EVERY)

    async def here(self) -> list[MissingShard]:
        """Brings them to the shards that this member owns."""
        return await self._to([shard for shard in self._nodes() if self._shards.local(shard) is not None])

    async def everywhere(self) -> list[MissingShard]:
        """Brings them to every shard; those that did not take them, and the fleet where it does not last."""
        return await self._to(self._nodes())

    def _nodes(self) -> list[Shard]:
        return [shard for shard in self._shards.all() if shard.kind is ShardKind.NODE]

    async def _to(self, shards: Sequence[Shard]) -> list[MissingShard]:
        missing, late = await self._brought(shards)
        if late:  # another member's word came first, and most likely said the same: what is newest now is
            again, late = await self._brought(late)
            missing += again
        return [*missing, *(MissingShard(shard.text, LATE) for shard in late)]

    async def _brought(self, shards: Sequence[Shard]) -> tuple[list[MissingShard], list[Shard]]:
        """The shards that did not answer, and those that hold by later orders."""
        if not shards:
            return [], []
        orders = await self._reach.ask(FLEET, ControlRequest(method="GET", path=PATH), SPREAD_WITHIN)
        if not orders.is_success:
            return [MissingShard(FLEET.text, orders.problem)], []
        brought = ControlRequest(method="POST", path=PATH, body=orders.body)
        answers = await self._reach.ask_all(shards, brought, SPREAD_WITHIN)
        told = list(zip(shards, answers, strict=True))
        missing = [
            MissingShard(shard.text, f"{why_missing(shard, answer)}; {LATER}")
            for shard, answer in told
            if not answer.is_success
        ]
        if why := _unwritten(orders):
            missing.insert(0, MissingShard("", f"{UNWRITTEN}: {why}"))  # of many, the last are only counted
        return missing, [shard for shard, answer in told if answer.is_success and _is_late(answer)]


def _unwritten(orders: ControlAnswer) -> str:
    try:
        return msgspec.json.decode(orders.body, type=StandingOrders).unwritten
    except msgspec.MsgspecError:  # of another version
        return ""


def _is_late(answer: ControlAnswer) -> bool:
    try:
        return msgspec.json.decode(answer.body, type=OrdersTaken).late
    except msgspec.MsgspecError:  # of another version, which took them
        return False
