"""`/v1/standing-orders`: what people want to hold everywhere, as the fleet's shard has it (GET), and brought
to another shard of the cluster (POST): silences, the hold, rules that are armed by hand.

Between members of a cluster alone. Who wants to silence, hold or arm asks the routes of these names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import json_of, read_body, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LARGEST_ORDERS = 4 * 1024 * 1024
"""Bytes of what is brought at once: a thousand silences of a hundred globs are some three megabytes."""


class SilenceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A silence; `until` is wall time."""

    id: str
    rules: list[str]
    servers: list[str]
    until: float
    note: str = ""


class HoldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """That every action is held; `since` is wall time."""

    since: float
    reason: str = ""
    by: str = ""


class ArmOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that goes as far as `arm` whatever its file says."""

    rule: str
    arm: str
    by: str = ""
    note: str = ""


class StandingOrders(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, as they were at `told_at`, wall time of the fleet's owner, whose claim is of `epoch`.

    An older automaton tells no epoch. `unwritten` is why the fleet's journal takes nothing now: what was
    wanted since is remembered by nobody but its owner.
    """

    told_at: float
    epoch: int = 0
    silences: list[SilenceOrder] = []
    hold: HoldOrder | None = None
    armed: list[ArmOrder] = []
    unwritten: str = ""


class OrdersTaken(msgspec.Struct, frozen=True):
    """How many differed from what the shard had, and hold from now on; `late`: others came before these."""

    changed: int
    late: bool = False


class StandingOrdersPort(Protocol):
    """What is needed of the daemon."""

    def orders(self) -> StandingOrders:
        """What this shard has."""

    def take(self, orders: StandingOrders) -> OrdersTaken:
        """Has its engine hold what the fleet's shard says, and nothing else."""


def routes(port: StandingOrdersPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def told(_: Request) -> Response:
        return json_of(port.orders())

    async def taken(request: Request) -> Response:
        return json_of(port.take(await read_body(request, StandingOrders, LARGEST_ORDERS)))

    return [
        route("/v1/standing-orders", told),
        route("/v1/standing-orders", taken, methods=["POST"]),
    ]
