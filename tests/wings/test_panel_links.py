"""One Panel's servers, over several accounts."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import anyio
import pytest

from automaton.core.events import Event, PanelBack, PanelLost, Profile, ServerGone, ServerListed
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.wings.event_queue import EventQueue
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkState
from automaton.wings.panel_links import PanelAccess, PanelLinks
from automaton.wings.pool import Pool
from tests.wings.fake_api import FakeApi

pytestmark = pytest.mark.anyio


class SlowApi(FakeApi):
    """An account whose list takes its time."""

    async def servers(self) -> list[Profile]:
        await anyio.sleep(20)
        return await super().servers()


@asynccontextmanager
async def links_of(
    *accounts: FakeApi, refresh: float = 300.0
) -> AsyncIterator[tuple[PanelLinks, EventQueue]]:
    queue = EventQueue()
    options = ConnectOptions(origin="http://panel.test", tls=ssl.create_default_context())
    access = PanelAccess(name="main", apis=accounts, options=options, refresh=refresh)
    links = PanelLinks(access, clock=SteadyClock(0.0), chance=Random(1), queue=queue)
    async with anyio.create_task_group() as group:
        group.start_soon(links.run)
        await anyio.sleep(1)
        yield links, queue
        group.cancel_scope.cancel()


def of(queue: EventQueue, kind: type[Event]) -> list[str]:
    found: list[str] = []
    while (event := queue.take_now()) is not None:
        if isinstance(event, kind):
            found.append(event.server)
    return found


def owners(links: PanelLinks) -> Counter[object]:
    return Counter(supervisor.account.api for supervisor in links.supervisors.values())


async def test_servers_that_two_accounts_see_are_shared_between_them() -> None:
    names = [f"s{number}" for number in range(10)]
    first, second = FakeApi(*names), FakeApi(*names)

    async with links_of(first, second) as (links, queue):
        assert owners(links) == {first: 5, second: 5}
        assert sorted(of(queue, ServerListed)) == sorted(names)


async def test_a_panel_says_whether_it_has_answered_yet() -> None:
    async with links_of(SlowApi("a")) as (links, _):
        before = links.status().has_answered
        await anyio.sleep(20)

        assert (before, links.status().has_answered) == (False, True)


async def test_a_server_stays_with_its_account_at_the_next_reading() -> None:
    first, second = FakeApi("a", "b", "c", "d"), FakeApi("a", "b", "c", "d")

    async with links_of(first, second) as (links, _):
        before = {server: supervisor.account for server, supervisor in links.supervisors.items()}
        await anyio.sleep(2000)

        assert {server: supervisor.account for server, supervisor in links.supervisors.items()} == before


async def test_a_list_that_one_account_cannot_read_lets_nobody_go() -> None:
    first, second = FakeApi("a"), FakeApi("b")

    async with links_of(first, second, refresh=60) as (links, queue):
        second.error = Unreachable("down")
        await anyio.sleep(600)

        assert set(links.supervisors) == {"a", "b"}
        assert links.problem is not None
        assert of(queue, ServerGone) == []
        second.error = None
        await anyio.sleep(130)
        assert links.problem is None


async def test_a_panel_whose_list_cannot_be_read_has_answered_all_the_same() -> None:
    account = FakeApi()
    account.error = Unreachable("down")

    async with links_of(account) as (links, _):
        with anyio.fail_after(5):
            await links.answered.wait()


async def test_the_list_is_read_about_every_refresh() -> None:
    account = FakeApi()

    async with links_of(account, refresh=300):
        await anyio.sleep(3600)

    gaps = [later - earlier for earlier, later in zip(account.lists, account.lists[1:], strict=False)]
    assert all(240 <= gap <= 360 for gap in gaps)
    assert len({round(gap) for gap in gaps}) > 5


async def test_however_many_ask_for_the_list_it_is_read_at_most_every_fifteen_seconds() -> None:
    account = FakeApi()

    async with links_of(account) as (links, _):
        for _ in range(600):
            links.list_again()
            await anyio.sleep(1)

    assert 35 <= len(account.lists) <= 42


async def test_a_refused_key_stops_the_tokens_of_its_account_and_is_asked_again_every_few_minutes() -> None:
    account = FakeApi("a", "b")

    async with links_of(account, refresh=60) as (links, _):
        account.error = Refused("key", status=401)
        await anyio.sleep(7200)

        assert account.tokens <= 4
        assert 15 <= len(account.lists) <= 45
        assert links.problem is not None


async def test_servers_of_a_refused_key_move_to_the_others_that_see_them_and_the_rest_waits() -> None:
    first, second = FakeApi("a", "b", "only"), FakeApi("a", "b", "c", "d", "e")

    async with links_of(first, second) as (links, queue):
        moved = {
            name for name, supervisor in links.supervisors.items() if supervisor.account.api is first
        } - {"only"}
        assert moved
        first.error = Refused("key", status=401)
        second.error = TryLater("the tokens of this minute are spent", after=30)
        links.list_again()
        second.error = None
        await anyio.sleep(60)

        assert {
            name for name, supervisor in links.supervisors.items() if supervisor.account.api is first
        } == {"only"}
        assert of(queue, ServerGone) == []
        before = first.tokens
        await anyio.sleep(3600)
        assert first.tokens == before


async def test_a_silent_panel_is_told_to_its_servers_and_asked_every_fifteen_seconds_until_it_answers() -> (
    None
):
    account = FakeApi("a", "b")

    async with links_of(account) as (links, queue):
        assert account.probes == []
        account.error, account.outage = Unreachable("down"), "HTTP 502"
        links.list_again()
        await anyio.sleep(75)
        lost = of(queue, PanelLost)
        account.error, account.outage = None, ""
        await anyio.sleep(30)
        asked = len(account.probes)
        await anyio.sleep(600)

        assert sorted(lost) == ["a", "b"]
        assert sorted(of(queue, PanelBack)) == ["a", "b"]
        assert 4 <= asked <= 9
        assert len(account.probes) == asked
        assert links.status().outage == ""
        assert links.problem is None


async def test_a_server_that_comes_while_the_panel_is_silent_hears_of_it_after_it_was_listed() -> None:
    first, second = FakeApi("a"), FakeApi("b")
    first.outage = "HTTP 503"

    async with links_of(first, second) as (links, queue):
        first.error = Unreachable("down")
        links.list_again()
        await anyio.sleep(30)
        second.listed += FakeApi("c").listed
        await anyio.sleep(300)
        events: list[Event] = []
        while (event := queue.take_now()) is not None:
            events.append(event)

        of_c = [type(event) for event in events if event.server == "c"]
        assert of_c[:2] == [ServerListed, PanelLost]


@pytest.mark.parametrize(
    "error", [Refused("key", status=401), Refused("not yours", status=403), Unreachable("a page of HTML")]
)
async def test_a_list_that_fails_while_the_panel_answers_loses_no_panel(error: AutomatonError) -> None:
    account = FakeApi("a")

    async with links_of(account) as (links, queue):
        account.error = error
        links.list_again()
        await anyio.sleep(600)

        assert of(queue, PanelLost) == []


async def test_a_server_handed_over_to_another_list_leaves_the_outage_of_the_first_behind() -> None:
    account = FakeApi("a")

    async with links_of(account) as (links, queue):
        account.error, account.outage = Unreachable("down"), "HTTP 502"
        links.list_again()
        await anyio.sleep(30)
        links.lose("a")

        assert of(queue, PanelBack) == ["a"]


async def test_a_list_that_cannot_be_read_for_a_while_moves_no_server() -> None:
    first, second = FakeApi("a", "b", "c", "d"), FakeApi("a", "b", "c", "d")

    async with links_of(first, second, refresh=60) as (links, _):
        before = {server: supervisor.account for server, supervisor in links.supervisors.items()}
        first.error = Unreachable("down")
        await anyio.sleep(600)

        assert {server: supervisor.account for server, supervisor in links.supervisors.items()} == before


async def test_the_requests_of_several_keys_stay_bounded() -> None:
    accounts = [FakeApi("a", "b") for _ in range(5)]

    async with links_of(*accounts, refresh=60):
        accounts[0].error = Refused("key", status=401)
        await anyio.sleep(3600)

        assert all(len(account.lists) <= 3600 / 15 for account in accounts)
        assert accounts[0].tokens <= 2


# A server that several list


@asynccontextmanager
async def pool_of(*apis: FakeApi, panels: int = 0) -> AsyncIterator[Pool]:
    """Nodes called a, b, c; the first so many are Panels. Their lists are read every minute."""
    tls = ssl.create_default_context()
    accesses = [
        PanelAccess(
            name="abc"[number],
            apis=[api],
            options=ConnectOptions(origin="http://p.test", tls=tls, without_panel=number >= panels),
            refresh=60.0,
        )
        for number, api in enumerate(apis)
    ]
    pool = Pool(accesses, clock=SteadyClock(0.0), chance=Random(1))
    async with anyio.create_task_group() as group:
        group.start_soon(pool.run)
        await anyio.sleep(1)
        yield pool
        group.cancel_scope.cancel()


async def test_a_server_that_two_nodes_list_has_no_link_and_is_told_with_both_names() -> None:
    async with pool_of(FakeApi("mine", "both"), FakeApi("other", "both")) as pool:
        linked = {server: pool.find(server) is not None for server in ("mine", "other", "both")}
        told = [status for status in pool.status() if status.server == "both"]

        assert linked == {"mine": True, "other": True, "both": False}
        assert [(one.panel, one.state, one.cause) for one in told] == [
            ("a, b", LinkState.PARKED, "listed_twice")
        ]
        assert "listed by a and by b" in told[0].reason
        assert pool.claims.contests == 1


async def test_a_node_that_lists_anothers_server_later_ends_its_link_and_gets_none_itself() -> None:
    first, second = FakeApi("victim"), FakeApi()
    async with pool_of(first, second) as pool:
        second.listed = list(first.listed)
        await anyio.sleep(120)

        assert pool.find("victim") is None
        assert of(pool.queue, ServerGone) == []


async def test_a_server_that_only_one_lists_again_is_linked_there() -> None:
    first, second = FakeApi("moved"), FakeApi("moved")
    async with pool_of(first, second) as pool:
        first.listed = []
        await anyio.sleep(200)

        found = pool.find("moved")
        assert found is not None
        assert found.account.api is second
        assert of(pool.queue, ServerGone) == []
        second.listed = []
        await anyio.sleep(200)
        assert of(pool.queue, ServerGone) == ["moved"]


async def test_a_panel_keeps_what_a_node_lists_too_and_it_is_counted() -> None:
    async with pool_of(FakeApi("s"), FakeApi("s"), panels=1) as pool:
        found = pool.find("s")

        assert found is not None
        assert [house.elsewhere for house in pool.panel_statuses()] == [0, 1]
        assert len(pool.status()) == 1


async def test_two_panels_that_list_a_server_both_lose_it() -> None:
    async with pool_of(FakeApi("s"), FakeApi("s"), panels=2) as pool:
        assert pool.find("s") is None
        assert [status.panel for status in pool.status()] == ["a, b"]
