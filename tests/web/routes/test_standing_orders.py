"""What people want to hold everywhere goes from shard to shard."""

from __future__ import annotations

import pytest

from automaton.web.routes.standing_orders import (
    LARGEST_ORDERS,
    HoldOrder,
    OrdersTaken,
    SilenceOrder,
    StandingOrders,
    routes,
)
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

ORDERS = StandingOrders(
    told_at=5.0,
    silences=[SilenceOrder(id="s1", rules=["x" * 20_000], servers=[], until=60.0)],
    hold=HoldOrder(since=1.0, reason="fire"),
)


class Shard:
    """Has ORDERS, and takes what it is brought."""

    def __init__(self) -> None:
        self.taken: list[StandingOrders] = []

    def orders(self) -> StandingOrders:
        return ORDERS

    def take(self, orders: StandingOrders) -> OrdersTaken:
        self.taken.append(orders)
        return OrdersTaken(2)


async def test_what_one_tells_another_takes_however_many_silences_there_are() -> None:
    shard = Shard()
    async with client_of(routes(shard)) as client:
        told = await client.get("/v1/standing-orders")
        taken = await client.post("/v1/standing-orders", content=told.content)

    assert (taken.json(), shard.taken) == ({"changed": 2, "late": False}, [ORDERS])


async def test_what_is_brought_has_a_bound() -> None:
    shard = Shard()
    async with client_of(routes(shard)) as client:
        answer = await client.post("/v1/standing-orders", content=b" " * (LARGEST_ORDERS + 1))

    assert (answer.status_code, shard.taken) == (413, [])
