"""A daemon that owns some nodes links to their servers alone, and knows the others by name."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import anyio
import anyio.lowlevel
import pytest

from automaton.core.events import Event, LinkLost, LinkUp, Profile, ServerGone, ServerListed
from automaton.errors import Unreachable
from automaton.pace.clock import SteadyClock
from automaton.panel.client import PanelClient
from automaton.wings.event_queue import EventQueue
from automaton.wings.event_router import EventRouter
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.panel_links import BEGUN_AT_ONCE, PanelAccess
from automaton.wings.pool import Pool
from tests.wings.fake_api import FakeApi
from tests.wings.fleet import Watched, token_requests, watching

pytestmark = pytest.mark.anyio


def api_of(**nodes: str) -> FakeApi:
    """An account that lists servers of nodes: their names, with spaces between them."""
    api = FakeApi()
    api.listed = [on(server, node) for node, servers in nodes.items() for server in servers.split()]
    return api


def on(server: str, node: str) -> Profile:
    return Profile(uuid=server, id=server, name=server.upper(), node=node)


@dataclass
class Member:
    pool: Pool
    router: EventRouter
    queues: dict[str, EventQueue]

    def takes(self, *nodes: str) -> None:
        """Owns these nodes, each with a new queue where it had none."""
        for node in self.queues.keys() - set(nodes):
            self.router.detach(node)
            del self.queues[node]
        for node in set(nodes) - self.queues.keys():
            self.queues[node] = EventQueue()
            self.router.attach(node, self.queues[node])
        self.pool.own(nodes)

    def linked(self) -> set[str]:
        return {status.server for status in self.pool.status()}

    def told(self, node: str) -> list[tuple[str, str]]:
        """Which servers its engine was told of since the last time, and of which it was told their end."""
        events: list[Event] = list(iter(self.queues[node].take_now, None))
        kinds = (ServerListed, ServerGone)
        return [(type(event).__name__, event.server) for event in events if isinstance(event, kinds)]


@asynccontextmanager
async def member(*apis: FakeApi, refresh: float = 300.0) -> AsyncIterator[Member]:
    """A daemon that has read the list once, and owns nothing yet."""
    options = ConnectOptions(origin="http://panel.test", tls=ssl.create_default_context())
    access = PanelAccess(name="main", apis=apis, options=options, refresh=refresh)
    router = EventRouter()
    pool = Pool([access], clock=SteadyClock(0.0), chance=Random(1), queues=router)
    pool.own(())
    async with anyio.create_task_group() as group:
        group.start_soon(pool.run)
        await anyio.sleep(1)
        yield Member(pool, router, {})
        group.cancel_scope.cancel()


async def test_who_owns_nothing_lists_and_asks_for_nothing_else() -> None:
    api = api_of(n1="a b", n2="c")
    async with member(api) as here:
        await anyio.sleep(600)

        assert here.linked() == set()
        assert api.tokens == 0
        assert len(here.pool.queue) == 0
        assert {uuid: (one.node, one.name) for uuid, one in here.pool.directory().items()} == {
            "a": ("n1", "A"), "b": ("n1", "B"), "c": ("n2", "C"),
        }  # fmt: skip
        assert [here.pool.node_of(server) for server in ("a", "c", "x")] == ["n1", "n2", None]


async def test_a_node_that_is_gained_is_told_and_linked_at_once_from_the_last_list() -> None:
    api = api_of(n1="a b", n2="c")
    async with member(api) as here:
        api.error = Unreachable("down")
        here.takes("n1")
        told = here.told("n1")

        assert told == [("ServerListed", "a"), ("ServerListed", "b")]
        assert here.linked() == {"a", "b"}


async def test_a_node_that_is_gained_is_listed_again_soon() -> None:
    api = api_of(n1="a")
    async with member(api) as here:
        await anyio.sleep(100)
        api.listed.append(on("new", "n1"))
        here.takes("n1")
        await anyio.sleep(1)

        assert here.linked() == {"a", "new"}


async def test_a_node_that_no_list_knew_yet_is_listed_again_soon() -> None:
    api = api_of(n1="a")
    async with member(api) as here:
        here.takes("n1")
        await anyio.sleep(100)
        api.listed.append(on("new", "n2"))
        here.takes("n1", "n2")
        await anyio.sleep(1)

        assert here.linked() == {"a", "new"}


async def test_who_reads_a_list_anyway_keeps_the_takeover_s_requests_for_tokens() -> None:
    api = api_of(n1="a", n2="b")
    async with member(api) as here:
        here.takes("n1")
        await anyio.sleep(100)
        before = len(api.lists)
        here.takes("n1", "n2")
        await anyio.sleep(60)

        assert here.linked() == {"a", "b"}
        assert len(api.lists) == before


async def test_a_long_list_is_read_at_a_thousand_servers_a_minute() -> None:
    api = FakeApi()
    api.listed = [on(f"s{number}", f"n{number % 100}") for number in range(10_000)]
    async with member(api) as here:
        here.takes("n1")
        await anyio.sleep(100)
        before = len(api.lists)
        await anyio.sleep(12_000)

        assert 18 <= len(api.lists) - before <= 20


async def test_many_links_begin_in_portions_and_none_that_was_lost_again_meanwhile() -> None:
    api = FakeApi()
    api.listed = [on(f"s{number}", f"n{number % 2}") for number in range(20 * BEGUN_AT_ONCE)]
    async with member(api) as here:
        here.takes("n0", "n1")
        at_once = len(here.linked())
        await anyio.lowlevel.checkpoint()
        here.takes("n1")
        await anyio.sleep(1)

        assert at_once == BEGUN_AT_ONCE
        assert {here.pool.node_of(server) for server in here.linked()} == {"n1"}
        assert len(here.linked()) == len(here.told("n1")) == 10 * BEGUN_AT_ONCE


async def test_a_node_that_is_lost_ends_its_links_and_no_engine_hears_of_it() -> None:
    async with member(api_of(n1="a", n2="b")) as here:
        here.takes("n1", "n2")
        queue = here.queues["n1"]
        first = here.told("n1"), here.told("n2")
        await anyio.sleep(1)
        here.takes("n2")
        await anyio.sleep(600)

        assert first == ([("ServerListed", "a")], [("ServerListed", "b")])
        assert [type(event) for event in iter(queue.take_now, None)] == [LinkLost]  # before it was lost
        assert here.told("n2") == []
        assert here.linked() == {"b"}
        assert here.pool.find("a") is None
        assert here.pool.node_of("a") == "n1"


async def test_a_node_that_comes_back_is_told_anew_to_its_new_queue() -> None:
    async with member(api_of(n1="a")) as here:
        here.takes("n1")
        here.takes()
        here.takes("n1")

        assert here.told("n1") == [("ServerListed", "a")]


async def test_a_server_that_moves_between_nodes_goes_with_its_node() -> None:
    api = api_of(n1="a", n2="b", n3="")
    async with member(api) as here:
        here.takes("n1", "n2")
        _ = here.told("n1"), here.told("n2")
        api.listed = [on("a", "n2"), on("b", "n3")]
        here.pool.list_again()
        await anyio.sleep(20)

        assert here.told("n1") == [("ServerGone", "a")]
        assert here.told("n2") == [("ServerListed", "a"), ("ServerGone", "b")]
        assert here.linked() == {"a"}


async def test_a_deleted_server_of_another_daemon_is_nothing_to_tell_here() -> None:
    api = api_of(n1="a", n2="b")
    async with member(api, refresh=60.0) as here:
        here.takes("n1")
        _ = here.told("n1")
        api.listed = [on("a", "n1")]
        await anyio.sleep(600)

        assert here.told("n1") == []
        assert here.pool.directory().keys() == {"a"}


async def test_servers_of_owned_nodes_alone_are_shared_between_the_accounts() -> None:
    first, second = api_of(n1="a b c d", n2="e f g h"), api_of(n1="a b c d", n2="e f g h")
    async with member(first, second) as here:
        here.takes("n2")

        assert [account.servers for account in here.pool.panel_statuses()[0].accounts] == [2, 2]


async def test_who_owns_nothing_of_a_panel_reads_its_list_four_times_as_rarely() -> None:
    api = api_of(n1="a")
    async with member(api) as here:
        await anyio.sleep(12_000)
        idle = len(api.lists)
        here.takes("n1")
        await anyio.sleep(12_000)

        assert 8 <= idle <= 14
        assert 35 <= len(api.lists) - idle <= 55


async def test_who_owns_nothing_and_could_not_read_the_list_tries_as_often_as_any_other() -> None:
    """Until it was read once it knows of no node, and can take none."""
    api = api_of(n1="a")
    api.error = Unreachable("away")
    async with member(api):
        await anyio.sleep(600)

        assert len(api.lists) >= 8
        api.error = None
        await anyio.sleep(125)
        assert api.lists[-1] >= 600


async def test_two_panels_that_list_a_server_leave_it_to_nobody_whoever_owns_its_node() -> None:
    options = ConnectOptions(origin="http://panel.test", tls=ssl.create_default_context())
    accesses = [
        PanelAccess(name=name, apis=[api_of(n1="both")], options=options, refresh=60.0) for name in "ab"
    ]
    pool = Pool(accesses, clock=SteadyClock(0.0), chance=Random(1))
    pool.own(())
    async with anyio.create_task_group() as group:
        group.start_soon(pool.run)
        await anyio.sleep(1)
        elsewhere = pool.status()
        pool.own(["n1"])
        await anyio.sleep(60)

        assert elsewhere == []
        assert [(status.server, status.cause) for status in pool.status()] == [("both", "listed_twice")]
        assert pool.find("both") is None
        group.cancel_scope.cancel()


@pytest.mark.parametrize("owned", [["edge"], ["edge", "n1"]])
async def test_a_server_that_a_panel_takes_over_from_a_node_is_gone_from_that_node_s_engine(
    owned: list[str],
) -> None:
    """The Panel has another name for the node: another engine judges the server, perhaps another daemon."""
    node, panel = api_of(edge="s"), FakeApi()
    accesses = [
        PanelAccess(
            name=name,
            apis=[api],
            options=ConnectOptions("http://p.test", ssl.create_default_context(), without_panel=alone),
            refresh=60.0,
        )
        for name, api, alone in (("main", panel, False), ("edge", node, True))
    ]
    router = EventRouter()
    pool = Pool(accesses, clock=SteadyClock(0.0), chance=Random(1), queues=router)
    here = Member(pool, router, {})
    async with anyio.create_task_group() as group:
        here.takes(*owned)
        group.start_soon(pool.run)
        await anyio.sleep(1)
        first = here.told("edge")
        panel.listed = [on("s", "n1")]
        await anyio.sleep(100)

        assert (first, here.told("edge")) == ([("ServerListed", "s")], [("ServerGone", "s")])
        assert [status.panel for status in pool.status()] == (["main"] if "n1" in owned else [])
        assert "n1" not in owned or here.told("n1") == [("ServerListed", "s")]
        group.cancel_scope.cancel()


async def test_all_nodes_are_owned_again_with_none() -> None:
    async with member(api_of(n1="a", n2="b")) as here:
        here.takes("n1")
        here.pool.own(None)

        assert here.linked() == {"a", "b"}


def links(watched: Watched) -> int:
    return sum(len(node.sockets()) for node in watched.world.nodes)


async def test_nodes_change_hands_on_a_running_fleet_and_only_what_was_gained_asks_for_tokens() -> None:
    async with watching(6, nodes=3) as watched:
        nodes = sorted({profile.node for profile in watched.pool.directory().values()})
        asked = len(token_requests(watched))
        watched.pool.own(nodes[:1])
        await anyio.sleep(5)
        alone = links(watched)
        watched.heard.clear()
        watched.pool.own(nodes[:2])
        await watched.until(lambda: len(watched.of(LinkUp)) == 2, within=10.0)

        assert (len(nodes), alone, links(watched)) == (3, 2, 4)
        assert {event.server for event in watched.of(ServerListed)} == {
            uuid for uuid, one in watched.pool.directory().items() if one.node == nodes[1]
        }
        assert watched.of(ServerGone) == []
        assert len(token_requests(watched)) - asked == 2


@pytest.mark.parametrize("share", [60.0, 240.0])
async def test_what_is_taken_over_is_seen_again_within_its_tokens_divided_by_the_share_plus_half_a_minute(
    share: float,
) -> None:
    async with watching(60, nodes=3) as watched:
        nodes = sorted({profile.node for profile in watched.pool.directory().values()})
        watched.pool.own(nodes[:1])
        await anyio.sleep(60)
        (client,) = {one.account.api for one in watched.pool.panels[0].supervisors.values()}
        assert isinstance(client, PanelClient)
        client.pace.share(share)
        gained = sum(one.node in nodes[1:] for one in watched.pool.directory().values())
        watched.heard.clear()
        watched.pool.own(nodes)
        await watched.until(lambda: len(watched.of(LinkUp)) == gained, within=gained * 60 / share + 30)

        assert gained == 40
