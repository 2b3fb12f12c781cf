"""The page's copy of the fleet: as the daemon tells it, and told to be old while it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import anyio
import msgspec
import pytest
from trio.testing import MockClock

from automaton.web.missing import MissingShard
from automaton.web.pages.control_client import DaemonSilentError
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.routes.changes import Figures, FleetChange
from tests.web.pages.fleet_world import feed_of, incident, row
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def test_rows_are_taken_over_and_figures_change_what_they_name() -> None:
    feed = feed_of(row("a", cpu=1.0), row("b"))
    feed.take(FleetChange(figures=[Figures("a", 9.0, cpu=2.0), Figures("unknown", 9.0)]))

    assert feed.servers["a"] == row("a", at=9.0, cpu=2.0)
    assert set(feed.servers) == {"a", "b"}


def test_listeners_hear_whole_rows_of_figures_in_the_order_in_which_they_came() -> None:
    feed, heard = feed_of(row("a")), []
    feed.listen(lambda change: heard.append((1, change)))
    forget = feed.listen(lambda change: heard.append((2, change)))
    feed.take(FleetChange(figures=[Figures("a", 9.0, cpu=2.0)]))
    forget()
    feed.take(FleetChange())  # a sign of life
    feed.take(FleetChange(gone=["a"]))

    assert heard == [
        (1, FleetChange(servers=[row("a", at=9.0, cpu=2.0)])),
        (2, FleetChange(servers=[row("a", at=9.0, cpu=2.0)])),
        (1, FleetChange(gone=["a"])),
    ]


def test_of_a_shard_that_is_not_heard_nothing_is_known_and_its_servers_stay() -> None:
    feed = feed_of(row("a", node="eu-1"), row("b", node="us-1", cpu=5.0, status_groups=["games"]))
    heard: list[FleetChange] = []
    feed.listen(heard.append)
    feed.take(FleetChange(missing=[MissingShard("node:us-1", "two does not answer")]))
    feed.take(FleetChange(whole=True))

    lost = row(
        "b", node="us-1", status_groups=["games"], state=None, link="blind", link_reason="two does not answer"
    )
    assert (feed.servers["b"], heard[0].servers) == (lost, [lost])
    assert feed.servers["a"].state is not None
    assert feed.why_old == "node:us-1 is not heard: two does not answer"


def test_a_shard_that_is_heard_again_is_as_it_says() -> None:
    feed = feed_of(row("b", node="us-1"))
    feed.take(FleetChange(missing=[MissingShard("node:us-1", "dark"), MissingShard("fleet", "dark")]))
    told = feed.why_old
    feed.take(FleetChange(servers=[row("b", node="us-1")], missing=[]))

    assert told == "node:us-1 is not heard, and 1 more shards: dark"
    assert (feed.servers["b"], feed.why_old) == (row("b", node="us-1"), "")


def test_servers_of_a_node_that_another_member_owns_now_have_changed() -> None:
    feed = feed_of(row("a", node="eu-1"), row("b", node="us-1"), is_shared=True)
    heard: list[FleetChange] = []
    feed.listen(heard.append)
    owners = {"eu-1": NodeOwner("m-a", "owned", 1), "us-1": NodeOwner("m-a", "owned", 1)}
    feed.take_owners(owners)
    before = feed.servers["b"]
    feed.take_owners(owners | {"us-1": NodeOwner("m-b", "taken", 2, 70.0)})
    feed.take_owners(owners | {"us-1": NodeOwner("m-b", "taken", 2, 68.0)})

    assert heard == [
        FleetChange(servers=[row("a", node="eu-1"), row("b", node="us-1")]),
        FleetChange(servers=[row("b", node="us-1")]),
    ]
    assert feed.servers["b"] is not before  # whoever looks at it looks again
    owner = feed.owner_of(feed.servers["b"])
    assert owner is not None
    assert (owner.member, owner.acts_in) == ("m-b", 68.0)


def test_of_a_node_that_nobody_owns_nothing_is_known_but_what_was_told_last() -> None:
    feed = feed_of(row("a", node="eu-1", cpu=3.0), is_shared=True)
    feed.take_owners({"eu-1": NodeOwner("", "unowned", 2)})
    unowned, last = feed.servers["a"], feed.told_last(row("a"))
    feed.take_owners({"eu-1": NodeOwner("m-b", "taken", 3, 70.0)})

    assert (unowned.link, unowned.state, unowned.cpu) == ("blind", None, None)
    assert (unowned.link_reason, unowned.at) == ("no member owns its node", 1.0)
    assert last == row("a", node="eu-1", cpu=3.0)
    assert (feed.servers["a"], feed.told_last(row("a"))) == (last, None)


def test_what_is_told_of_it_meanwhile_is_believed() -> None:
    """Who owns what is asked now and then, and the feed tells at once."""
    feed = feed_of(row("a", node="eu-1"), is_shared=True)
    feed.take_owners({"eu-1": NodeOwner("", "unowned", 2)})
    feed.take(FleetChange(figures=[Figures("a", 2.0, cpu=4.0)]))

    assert feed.servers["a"] == row("a", node="eu-1", at=2.0, cpu=4.0)
    assert feed.told_last(row("a")) is None


def test_a_new_owner_that_is_not_heard_yet_brings_nothing_back() -> None:
    feed = feed_of(row("a", node="eu-1"), is_shared=True)
    feed.take_owners({"eu-1": NodeOwner("m-a", "owned", 2)})
    feed.take(FleetChange(missing=[MissingShard("node:eu-1", "m-a is silent")]))
    feed.take_owners({"eu-1": NodeOwner("m-b", "taken", 3, 70.0)})

    assert (feed.servers["a"].link, feed.servers["a"].link_reason) == ("blind", "m-a is silent")
    assert feed.told_last(row("a")) == row("a", node="eu-1")
    feed.take(FleetChange(gone=["a"]))
    assert feed.told_last(row("a")) is None


class Lines:
    """What a daemon sends, and then no more."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = list(lines)

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> bytes:
        if not self._lines:
            raise StopAsyncIteration
        return self._lines.pop(0)


class Daemon:
    """Answers each connection with the next of these streams, and then with none."""

    def __init__(self, *streams: Lines) -> None:
        self.streams = list(streams)

    @asynccontextmanager
    async def stream(self, path: str, *, silent_within: float | None = None) -> AsyncIterator[Lines]:
        if not self.streams:
            raise DaemonSilentError("nobody is there")
        yield self.streams.pop(0)


def told(*changes: FleetChange) -> Lines:
    return Lines(*(msgspec.json.encode(change) for change in changes))


async def test_a_server_that_is_missing_after_the_daemon_came_back_is_gone() -> None:
    first = told(
        FleetChange(servers=[row("a"), row("b")]), FleetChange(incidents=[incident("a")], whole=True)
    )  # fmt: skip
    second = told(FleetChange(servers=[row("b")]), FleetChange(incidents=[], whole=True))
    feed = FleetFeed(Daemon(first, second), HandClock(), Random(1))  # type: ignore[arg-type]
    heard: list[FleetChange] = []
    silent = anyio.Event()

    def listen(change: FleetChange) -> None:
        heard.append(change)
        if feed.trouble == "nobody is there":
            silent.set()

    feed.listen(listen)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed.run)
        with anyio.fail_after(60):
            await silent.wait()
        tasks.cancel_scope.cancel()

    assert set(feed.servers) == {"b"}
    assert [change.gone for change in heard if change.gone] == [["a"]]
    assert (feed.is_whole, feed.incidents) == (True, [])


@pytest.mark.parametrize(
    ("severities", "worst"),
    [([], ""), (["info"], "info"), (["info", "warning"], "warning"), (["warning", "critical"], "critical")],
)
def test_the_worst_of_all_incidents_is_known(severities: list[str], worst: str) -> None:
    feed = feed_of()
    feed.take(FleetChange(incidents=[incident("a", one) for one in severities]))

    assert feed.worst == worst


async def test_a_daemon_that_talks_nonsense_is_trouble_and_no_end() -> None:
    feed = FleetFeed(Daemon(Lines(b"{")), HandClock(), Random(1))  # type: ignore[arg-type]
    silent = anyio.Event()
    feed.listen(lambda _: silent.set())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed.run)
        with anyio.fail_after(60):
            await silent.wait()
        tasks.cancel_scope.cancel()

    assert feed.trouble.startswith("Input data was truncated")


async def test_the_clock_of_incidents_is_that_of_their_telling() -> None:
    clock = HandClock(5.0)
    feed = feed_of(clock=clock)
    clock.at = 7.0
    feed.take(FleetChange(incidents=[]))

    assert feed.incidents_at == clock.now().wall
