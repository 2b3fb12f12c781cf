"""What the feed tells of the public page's servers is counted, and written down again and again."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import pytest
from trio.testing import MockClock

from automaton.core.moment import Moment
from automaton.pace.clock import SteadyClock
from automaton.web.pages.fleet_feed import NOTHING, FleetFeed
from automaton.web.pages.uptime import DAY, MOST_SERVERS, KeptBucket, Standing, UptimeBucket
from automaton.web.pages.uptime_watch import WRITTEN_EVERY, UptimeWatch
from automaton.web.routes.changes import FleetChange, FleetRow
from tests.web.pages.fleet_world import feed_of, row

pytestmark = pytest.mark.anyio

MIDNIGHT = 20_000.0 * DAY


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Store:
    """Keeps what it is told, unless it is full."""

    def __init__(self, *kept: KeptBucket) -> None:
        self.kept = {(one.server, one.length, one.start): one.bucket for one in kept}
        self.is_full = False

    async def load(self) -> list[KeptBucket]:
        return [KeptBucket(*key, bucket) for key, bucket in self.kept.items()]

    async def save(self, buckets: list[KeptBucket], oldest: Mapping[int, int]) -> bool:
        if not self.is_full:
            self.kept.update({(one.server, one.length, one.start): one.bucket for one in buckets})
        return not self.is_full

    @property
    def day(self) -> UptimeBucket:
        return self.kept["a", DAY, int(MIDNIGHT)]


def shown(name: str, **more: object) -> FleetRow:
    return row(name, status_groups=["All"], **more)


def watching(*rows: FleetRow, store: Store | None = None) -> tuple[UptimeWatch, FleetFeed, Store]:
    clock, store = SteadyClock(MIDNIGHT), store or Store()
    feed = feed_of()
    watch = UptimeWatch(feed, store, clock)
    feed.take(FleetChange(servers=list(rows), whole=True))
    return watch, feed, store


async def test_what_is_counted_is_written_twice_a_minute_and_at_the_end() -> None:
    watch, _, store = watching(shown("a"), row("b"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run)
        await anyio.sleep(WRITTEN_EVERY + 1)
        written = store.day.up
        tasks.cancel_scope.cancel()

    assert written == pytest.approx(WRITTEN_EVERY)
    assert store.day.up == pytest.approx(WRITTEN_EVERY + 1)
    assert {server for server, _, _ in store.kept} == {"a"}


async def test_what_could_not_be_written_is_written_later() -> None:
    watch, _, store = watching(shown("a"))
    store.is_full = True
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run)
        await anyio.sleep(WRITTEN_EVERY + 1)
        lost = dict(store.kept)
        store.is_full = False
        await anyio.sleep(WRITTEN_EVERY)
        tasks.cancel_scope.cancel()

    assert lost == {}
    assert store.day.up == pytest.approx(2 * WRITTEN_EVERY + 1)


async def test_an_earlier_process_is_gone_on_with() -> None:
    watch, _, store = watching(
        shown("a"), store=Store(KeptBucket("a", DAY, int(MIDNIGHT), UptimeBucket(up=100.0)))
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run)
        await anyio.sleep(10)
        tasks.cancel_scope.cancel()

    assert store.day.up == pytest.approx(110)


async def test_while_the_daemon_is_not_heard_nothing_is_watched() -> None:
    watch, feed, _ = watching(shown("a"))
    await anyio.sleep(10)
    feed.trouble = "it is gone"
    feed._tell(NOTHING)
    gone = watch.uptime.standing("a")
    await anyio.sleep(50)
    feed.take(FleetChange(servers=[shown("a")], whole=True))
    await anyio.sleep(10)
    watch.uptime.settle(MIDNIGHT + 70)

    assert gone is Standing.UNWATCHED
    assert watch.uptime.bars("a", DAY, MIDNIGHT)[-1].up == pytest.approx(20)


async def test_a_server_that_leaves_its_groups_is_watched_no_longer() -> None:
    watch, feed, _ = watching(shown("a"), shown("b"))
    feed.take(FleetChange(servers=[row("a")], gone=["b"]))

    assert watch.uptime.servers() == []


async def test_servers_that_are_too_many_are_named() -> None:
    watch, feed, _ = watching(*[shown(f"s{number}") for number in range(MOST_SERVERS + 1)])
    assert watch.left_out == {f"s{MOST_SERVERS}"}
    feed.take(FleetChange(gone=[f"s{MOST_SERVERS}"]))

    assert watch.left_out == set()


class SetClock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self._steady = SteadyClock(MIDNIGHT)
        self.ahead = 0.0

    def now(self) -> Moment:
        now = self._steady.now()
        return Moment(now.mono, now.wall + self.ahead)


async def test_hours_by_which_the_clock_was_set_forward_were_not_seen() -> None:
    """As where a machine starts without the time, or sleeps: what passed then is neither up nor down."""
    clock, feed = SetClock(), feed_of()
    watch = UptimeWatch(feed, Store(), clock)
    feed.take(FleetChange(servers=[shown("a")], whole=True))
    await anyio.sleep(10)
    feed.take(FleetChange(servers=[shown("a", state="offline")]))
    clock.ahead = 5 * 3600.0
    feed.take(FleetChange(servers=[shown("a", state="running")]))
    await anyio.sleep(10)
    watch.uptime.settle(clock.now().wall)

    day = watch.uptime.bars("a", DAY, clock.now().wall)[-1]
    assert (day.up, day.down) == pytest.approx((20, 0))
