"""The decision table, lived through: a simulated fleet with faults, on virtual time."""

from __future__ import annotations

from collections import Counter

import anyio
import pytest

from automaton.core.events import (
    LinkLost,
    LinkUp,
    Occurred,
    Overflow,
    ServerGone,
    ServerListed,
    State,
    StateChanged,
    StateReported,
    StatsReported,
)
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.generation import G11
from automaton.wings.link_supervisor import LinkState
from tests.wings.fleet import most_in_a_minute, the_link, token_requests, watching

pytestmark = pytest.mark.anyio


# A good day


async def test_a_fleet_is_listed_linked_and_heard() -> None:
    async with watching(3) as watched:
        await anyio.sleep(30)

        for server in watched.world.servers():
            uuid = server.build.uuid
            kinds = [type(event) for event in watched.heard if event.server == uuid]
            assert kinds[:3] == [ServerListed, LinkUp, StateReported]
            assert StateChanged in kinds
            assert kinds.count(StatsReported) > 25
            assert len(token_requests(watched, uuid)) == 1


async def test_hours_of_renewals_lose_nothing_and_ask_for_a_token_every_few_minutes() -> None:
    async with watching(1) as watched:
        await anyio.sleep(2 * 3600)

        assert not watched.of(LinkLost)
        assert not watched.of(Overflow)
        assert 2 * 3600 / 480 - 2 < len(token_requests(watched)) < 2 * 3600 / 360 + 2


async def test_a_crash_of_a_game_is_told_with_its_exit_code() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        cause(watched.world, "crash", {"code": 3})
        await anyio.sleep(5)

        crashes = [e for e in watched.heard if isinstance(e, Occurred) and e.name == "crash"]
        assert [dict(crash.fields) for crash in crashes] == [{"exit_code": 3, "oom": False}]


# Connections that end


async def test_a_dropped_connection_is_back_within_fifteen_seconds_on_the_same_token() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        cause(watched.world, "drop", {})
        await watched.until(lambda: len(watched.of(LinkUp)) == 2, within=16)

        assert len(watched.of(LinkLost)) == 1
        assert len(token_requests(watched)) == 1


async def test_a_humans_new_password_drops_a_node_and_its_links_do_not_come_back_at_once() -> None:
    async with watching(40) as watched:
        await anyio.sleep(10)
        before = watched.clock.now().mono
        cause(watched.world, "deauthorize", {})
        await watched.until(lambda: len(watched.of(LinkLost)) == 40, within=1)
        await watched.until(lambda: watched.all_live)

        returns = [event.at.mono - before for event in watched.of(LinkUp) if event.at.mono > before]
        assert len(returns) == 40
        assert max(Counter(int(moment) for moment in returns).values()) <= 10
        assert max(returns) < 60


async def test_a_half_open_connection_is_found_and_replaced() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        cause(watched.world, "half-open", {})
        await watched.until(lambda: bool(watched.of(LinkLost)), within=41)
        await watched.until(lambda: watched.all_live, within=16)

        (lost,) = watched.of(LinkLost)
        assert isinstance(lost, LinkLost)
        assert lost.reason == "silent"


async def test_wings_that_restarts_refuses_all_kept_tokens_and_each_link_gets_one_new_one() -> None:
    async with watching(5) as watched:
        await anyio.sleep(10)
        cause(watched.world, "restart-wings", {"seconds": 30})
        await watched.until(lambda: not watched.all_live, within=1)
        await watched.until(lambda: watched.all_live, within=120)

        for server in watched.world.servers():
            assert len(token_requests(watched, server.build.uuid)) == 2


async def test_an_hour_without_the_node_costs_no_token_and_ends_within_a_minute_of_its_return() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        cause(watched.world, "restart-wings", {"seconds": 3600})
        await anyio.sleep(3500)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.RETRYING, "unreachable")
        assert 50 < status.tries < 130
        assert status.next_try is not None
        assert len(watched.of(LinkLost)) == 1
        await anyio.sleep(100)
        await watched.until(lambda: watched.all_live, within=65)
        assert most_in_a_minute(token_requests(watched)) <= 4


async def test_an_hour_without_the_panel_loses_no_link_before_its_token_ends() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        cause(watched.world, "panel-down", {"status": 502, "seconds": 3600})
        await anyio.sleep(590 - 10)
        assert not watched.of(LinkLost)

        await anyio.sleep(3600 - 580)
        (lost,) = watched.of(LinkLost)
        assert isinstance(lost, LinkLost)
        await watched.until(lambda: watched.all_live, within=70)
        assert len(watched.of(LinkUp)) == 2


async def test_a_world_without_panel_and_nodes_for_an_hour_is_asked_at_a_bounded_rate() -> None:
    async with watching(3) as watched:
        await anyio.sleep(10)
        cause(watched.world, "panel-down", {"status": 503, "seconds": 3600})
        cause(watched.world, "restart-wings", {"seconds": 3600})
        await anyio.sleep(3600)
        await watched.until(lambda: watched.all_live, within=240)

        for server in watched.world.servers():
            assert most_in_a_minute(token_requests(watched, server.build.uuid)) <= 4


# States of a server


async def test_a_suspended_server_is_tried_slowly_told_as_suspended_and_back_when_it_is_lifted() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        cause(watched.world, "suspend", {})
        await anyio.sleep(1800)

        status = the_link(watched)
        assert status.state is LinkState.SUSPENDED
        assert status.cause in ("suspended", "panel_conflict")
        profiles = [e.profile for e in watched.heard if isinstance(e, ServerListed)]
        assert [profile.suspended for profile in profiles] == [False, True]
        assert most_in_a_minute(token_requests(watched)) <= 2

        cause(watched.world, "unsuspend", {})
        await watched.until(lambda: watched.all_live, within=400)


async def test_the_link_is_back_a_minute_or_so_after_a_restore_of_half_an_hour() -> None:
    """The list does not tell that one ends, so waits that grow were for nothing."""
    async with watching(1) as watched:
        cause(watched.world, "restore", {"seconds": 1800})
        await anyio.sleep(5)
        cause(watched.world, "deauthorize", {})
        await anyio.sleep(1795)

        assert not watched.all_live
        assert most_in_a_minute(token_requests(watched)) <= 2
        await watched.until(lambda: watched.all_live, within=90)


async def test_an_installation_is_told_and_the_link_stays() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        cause(watched.world, "reinstall", {})
        await anyio.sleep(30)

        names = [e.name for e in watched.heard if isinstance(e, Occurred)]
        assert names[:2] == ["install.started", "install.completed"]
        assert not watched.of(LinkLost)


async def test_a_stop_by_a_human_is_a_change_and_no_crash() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        cause(watched.world, "stop", {})
        await anyio.sleep(30)

        states = [e.state for e in watched.heard if isinstance(e, StateChanged)]
        assert states[-2:] == [State.STOPPING, State.OFFLINE]
        assert not [e for e in watched.heard if isinstance(e, Occurred) and e.name.startswith("crash")]


# The list


async def test_a_new_server_gets_its_link_at_the_next_reading_of_the_list() -> None:
    async with watching(1, refresh=60) as watched:
        node = watched.world.nodes[0]
        node.add(watched.world.usual_build(1, 0.0))
        await watched.until(lambda: len(watched.pool.status()) == 2, within=75)
        await watched.until(lambda: watched.all_live, within=10)


async def test_a_server_missing_from_two_lists_is_let_go_and_told() -> None:
    async with watching(2, refresh=60) as watched:
        gone = watched.world.servers()[1]
        del watched.world.nodes[0].servers[gone.build.uuid]
        await watched.until(lambda: bool(watched.of(ServerGone)), within=150)

        assert [event.server for event in watched.of(ServerGone)] == [gone.build.uuid]
        assert len(watched.pool.status()) == 1
        await anyio.sleep(600)
        assert len(watched.of(ServerGone)) == 1


async def test_a_panel_that_fails_lets_no_server_go() -> None:
    async with watching(2, refresh=60) as watched:
        cause(watched.world, "panel-down", {"status": 500, "seconds": 900})
        await anyio.sleep(900)

        assert not watched.of(ServerGone)
        assert watched.pool.panels[0].problem is not None


async def test_other_servers_are_chosen_by_a_reload_and_links_of_chosen_ones_stay_up() -> None:
    async with watching(3) as watched:
        await anyio.sleep(10)
        kept = watched.world.servers()[0].build.name
        watched.pool.watch([("main", lambda profile: profile.name == kept)])
        await watched.until(lambda: len(watched.pool.status()) == 1, within=20)

        assert len(watched.of(ServerGone)) == 2
        assert not watched.of(LinkLost)


# Noise


async def test_a_flood_on_one_server_loses_lines_there_and_nothing_elsewhere() -> None:
    async with watching(3) as watched:
        await anyio.sleep(20)
        noisy = watched.world.servers()[0].build.uuid
        for _ in range(20):
            cause(watched.world, "flood", {"server": noisy, "lines": 2000})
            await anyio.sleep(0.1)
        await anyio.sleep(5)

        assert not [event for event in watched.of(Overflow) if event.server != noisy]
        assert not watched.of(LinkLost)
        assert watched.all_live


# What was mended


def wrong_origin(world: SimulatedWorld) -> None:
    cause(world, "origin", {"remote": "x"})


async def test_links_of_a_key_that_is_accepted_again_are_tried_as_soon_as_its_list_is_read() -> None:
    async with watching(3) as watched:
        await anyio.sleep(20)
        users, key = watched.world.panel.inventory.users, watched.world.key
        user = users.pop(key)
        cause(watched.world, "expire", {})
        await anyio.sleep(60)
        assert {status.cause for status in watched.pool.status()} == {"key_refused"}
        users[key] = user
        watched.pool.list_again()

        await watched.until(lambda: watched.all_live, within=22)


async def test_a_reload_tries_at_once_what_a_person_had_to_mend() -> None:
    async with watching(3, up=False, prepare=wrong_origin) as watched:
        await anyio.sleep(30)
        assert {status.state for status in watched.pool.status()} == {LinkState.PARKED}
        cause(watched.world, "origin", {})
        watched.pool.watch([("main", lambda _: True)])

        await watched.until(lambda: watched.all_live, within=7)


async def test_a_reload_tries_a_refused_key_at_once() -> None:
    async with watching(2) as watched:
        await anyio.sleep(20)
        users, key = watched.world.panel.inventory.users, watched.world.key
        user = users.pop(key)
        cause(watched.world, "expire", {})
        await anyio.sleep(60)
        users[key] = user
        watched.pool.watch([("main", lambda _: True)])

        await watched.until(lambda: watched.all_live, within=7)


async def test_a_list_that_can_be_read_again_wakes_parked_links_and_one_that_was_good_before_does_not() -> (
    None
):
    async with watching(1, up=False, prepare=wrong_origin) as watched:
        for _ in range(40):
            watched.pool.list_again()
            await anyio.sleep(15)
        assert the_link(watched).tries <= 4
        cause(watched.world, "panel-down", {"seconds": 30})
        watched.pool.list_again()
        await anyio.sleep(20)
        cause(watched.world, "origin", {})

        await watched.until(lambda: watched.all_live, within=60)


# A server whose conflict with the Panel is over


def as_g11(world: SimulatedWorld) -> None:
    """An old Wings lets connect to a suspended server."""
    (node,) = world.nodes
    node.generation = G11
    for server in world.servers():
        server.generation = G11


async def test_a_link_without_a_token_asks_again_when_the_list_says_that_the_suspension_is_lifted() -> None:
    """The Panel gave none meanwhile, and our waits had grown to many minutes."""
    async with watching(1, refresh=60, prepare=as_g11) as watched:
        cause(watched.world, "suspend", {})
        await watched.until(lambda: watched.all_live, within=60)
        await watched.until(lambda: not watched.all_live, within=700)
        await anyio.sleep(1500)
        cause(watched.world, "unsuspend", {})

        await watched.until(lambda: watched.all_live, within=100)
