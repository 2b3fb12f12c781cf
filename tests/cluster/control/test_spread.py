"""What people want everywhere reaches shards that were owned by nobody when they wanted it."""

from __future__ import annotations

import anyio
import pytest
from trio.testing import MockClock

from automaton.cluster.control.reach import Reach
from automaton.cluster.control.spread import SPREAD_EVERY, UNWRITTEN, Spread
from automaton.web.control_api import ControlApi
from automaton.web.routes import standing_orders
from automaton.web.routes.standing_orders import OrdersTaken, StandingOrders
from tests.cluster.control.members import EU, FLEET, US, Cluster, Member

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Shard:
    """Has orders told at `told_at`, and takes others'; so many times it has later ones already."""

    def __init__(self, told_at: float = 0.0, late: int = 0) -> None:
        self.told_at = told_at
        self.late = late
        self.unwritten = ""
        self.taken: list[float] = []

    def orders(self) -> StandingOrders:
        return StandingOrders(told_at=self.told_at, unwritten=self.unwritten)

    def take(self, orders: StandingOrders) -> OrdersTaken:
        if self.late:
            self.late -= 1
            return OrdersTaken(0, late=True)
        self.taken.append(orders.told_at)
        return OrdersTaken(0)


def spread_of(member: Member) -> Spread:
    return Spread(member, Reach(member))


async def test_each_member_brings_them_to_its_own_shards_again_and_again() -> None:
    fleet, eu, us = Shard(7.0), Shard(), Shard()
    cluster = Cluster()
    cluster.member("one", {FLEET: standing_orders.routes(fleet), US: standing_orders.routes(us)})
    two = cluster.member("two", {EU: standing_orders.routes(eu)})

    with anyio.move_on_after(SPREAD_EVERY * 1.5):
        await spread_of(two).run()

    assert (eu.taken, us.taken, fleet.taken) == ([7.0, 7.0], [], [])


async def test_a_shard_that_is_taken_later_is_told_then() -> None:
    fleet, eu = Shard(7.0), Shard()
    cluster = Cluster(owners={EU: None})
    one = cluster.member("one", {FLEET: standing_orders.routes(fleet)})
    before = await spread_of(one).everywhere()

    cluster.owners[EU], one.hosts[EU] = "one", ControlApi(standing_orders.routes(eu))
    after = await spread_of(one).here()

    assert ([gap.shard for gap in before], after, eu.taken) == (["node:eu-1"], [], [7.0])


async def test_who_wants_something_is_told_that_it_does_not_last_while_the_fleet_writes_nothing() -> None:
    """A hold of the time without a majority is gone with the owner of the fleet, and actions go out again."""
    fleet, eu = Shard(7.0), Shard()
    cluster = Cluster(owners={FLEET: "one", EU: "one"})
    one = cluster.member("one", {FLEET: standing_orders.routes(fleet), EU: standing_orders.routes(eu)})
    spread = spread_of(one)
    fleet.unwritten = "the log does not answer"

    (gap,) = await spread.everywhere()

    assert (gap.shard, gap.why) == ("", f"{UNWRITTEN}: the log does not answer")
    assert eu.taken == [7.0]


async def test_where_the_fleet_does_not_answer_no_shard_lets_go_of_anything() -> None:
    eu = Shard()
    cluster = Cluster(owners={FLEET: None})
    one = cluster.member("one", {EU: standing_orders.routes(eu)})

    missing = await spread_of(one).here()

    assert ([gap.shard for gap in missing], eu.taken) == (["fleet"], [])


async def test_a_shard_that_has_later_orders_is_brought_the_newest_once_more_and_else_named() -> None:
    """Another member may have come first, and said the same; a clock that is ahead says it for long."""
    met, ahead = Shard(late=1), Shard(late=9)
    cluster = Cluster()
    shards = {FLEET: Shard(7.0), EU: met, US: ahead}
    one = cluster.member("one", {shard: standing_orders.routes(has) for shard, has in shards.items()})

    missing = await spread_of(one).everywhere()

    assert (met.taken, ahead.taken) == ([7.0], [])
    assert [gap.shard for gap in missing] == [US.text]
    assert "a clock is ahead" in missing[0].why
