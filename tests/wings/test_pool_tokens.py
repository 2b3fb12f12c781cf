"""The decision table, lived through: tokens that are refused, and what a person must turn."""

from __future__ import annotations

from typing import ClassVar

import anyio
import jwt
import pytest

from automaton.core.events import (
    LinkLost,
    Overflow,
    StatsReported,
)
from automaton.panel.client import PanelClient
from automaton.panel.responses import WebsocketGrant
from automaton.secret import Secret
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.wings.link_supervisor import LinkState
from tests.wings.fleet import most_in_a_minute, the_link, token_requests, watching

pytestmark = pytest.mark.anyio


# Tokens


async def test_an_expired_token_is_replaced_on_the_same_socket_and_what_was_lost_is_told() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        cause(watched.world, "expire", {})
        await anyio.sleep(10)

        assert len(watched.of(Overflow)) == 1
        assert not watched.of(LinkLost)
        assert len(token_requests(watched)) == 2
        assert len(watched.world.nodes[0].sockets()) == 1


async def test_a_denied_token_is_replaced_by_one_that_is_a_second_younger() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        denied = watched.world.schedule.now.wall
        cause(watched.world, "deny", {})
        await anyio.sleep(10)

        assert not watched.of(LinkLost)
        assert token_requests(watched)[-1] >= denied + 1
        assert len(token_requests(watched)) == 2


async def test_a_server_that_is_denied_over_and_over_never_asks_more_than_four_times_a_minute() -> None:
    async with watching(1) as watched:
        await anyio.sleep(30)
        for _ in range(1200):
            cause(watched.world, "deny", {})
            await anyio.sleep(0.5)

        assert len(token_requests(watched)) > 5
        assert most_in_a_minute(token_requests(watched)) <= 4


async def test_a_panel_that_gives_no_tokens_is_left_alone_as_long_as_it_asked() -> None:
    def prepare(world: SimulatedWorld) -> None:
        world.panel.no_tokens_until = world.schedule.now.mono + 50

    async with watching(1, up=False, prepare=prepare) as watched:
        await anyio.sleep(49)
        assert the_link(watched).cause == "panel_later"
        assert len(token_requests(watched)) == 1
        await watched.until(lambda: watched.all_live, within=30)


# What a person must turn


async def test_a_foreign_origin_parks_the_link_with_a_sentence_and_is_tried_every_few_minutes() -> None:
    async with watching(1, up=False, origin="http://elsewhere.test") as watched:
        await anyio.sleep(3600)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.PARKED, "origin_refused")
        assert "`origin`" in status.reason
        assert 8 <= status.tries <= 20
        assert len(watched.of(LinkLost)) == 1


async def test_an_origin_that_is_set_right_brings_the_link_up() -> None:
    async with watching(1, up=False, prepare=lambda w: cause(w, "origin", {"remote": "x"})) as watched:
        await anyio.sleep(20)
        cause(watched.world, "origin", {})
        await watched.until(lambda: watched.all_live, within=400)


class OtherKey(PanelClient):
    """Signs with another key than the node has."""

    async def websocket(self, uuid: str) -> WebsocketGrant:
        grant = await super().websocket(uuid)
        return WebsocketGrant(Secret(grant.token.reveal()[:-8] + "AAAAAAAA"), grant.socket)


async def test_a_node_whose_token_differs_is_parked_after_one_more_token() -> None:
    async with watching(1, up=False, client_class=OtherKey) as watched:
        await anyio.sleep(60)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.PARKED, "node_token_differs")
        assert "configuration" in status.reason
        assert len(token_requests(watched)) == 2


class Resigned(PanelClient):
    """Signs the node's tokens anew, with other claims."""

    changes: ClassVar[dict[str, int | str | None]] = {}
    world: ClassVar[SimulatedWorld]

    async def websocket(self, uuid: str) -> WebsocketGrant:
        grant = await super().websocket(uuid)
        claims = jwt.decode(grant.token.reveal(), options={"verify_signature": False})
        for name, change in self.changes.items():
            claims[name] = claims[name] + change if isinstance(change, int) else change
        kept = {name: value for name, value in claims.items() if value is not None}
        key = self.world.nodes[0].token
        return WebsocketGrant(Secret(jwt.encode(kept, key, algorithm="HS256")), grant.socket)


def resigned(**changes: int | str | None) -> type[PanelClient]:
    return type("Changed", (Resigned,), {"changes": changes})


def remember(world: SimulatedWorld) -> None:
    Resigned.world = world


@pytest.mark.parametrize(
    ("changes", "cause_"),
    [
        ({"exp": None}, "token_refused"),
        ({"exp": -700, "iat": -700}, "token_refused"),
        ({"iat": -7200}, "token_refused"),
        ({"scope": None}, "no_permission"),
        ({"server_uuid": "bbbbbbbb-0000-4000-8000-00000000000b"}, "moved"),
    ],
)
async def test_tokens_that_wings_refuses_are_asked_for_sparingly(
    changes: dict[str, int | str | None], cause_: str
) -> None:
    async with watching(1, up=False, client_class=resigned(**changes), prepare=remember) as watched:
        await anyio.sleep(1800)

        assert the_link(watched).cause == cause_
        assert most_in_a_minute(token_requests(watched)) <= 4
        assert len(token_requests(watched)) < 60


async def test_a_node_whose_clock_is_eight_minutes_ahead_is_seen_nearly_all_the_time() -> None:
    client = resigned(exp=-480, iat=-480)
    async with watching(1, client_class=client, prepare=remember) as watched:
        await anyio.sleep(3600)

        assert not watched.of(LinkLost)
        assert len(watched.of(StatsReported)) > 3500
        assert most_in_a_minute(token_requests(watched)) <= 4


class PlainSocket(PanelClient):
    """Names a socket that nobody should use."""

    async def websocket(self, uuid: str) -> WebsocketGrant:
        grant = await super().websocket(uuid)
        return WebsocketGrant(grant.token, grant.socket.replace("ws://", "ws://eve:pw@"))


async def test_a_socket_address_with_a_user_in_it_is_not_used_and_not_repeated() -> None:
    async with watching(1, up=False, client_class=PlainSocket) as watched:
        await anyio.sleep(60)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.PARKED, "socket_address")
        assert "eve" not in status.reason
        assert not watched.world.nodes[0].connections


async def test_a_key_that_is_refused_stops_all_links_of_the_panel_until_it_is_accepted() -> None:
    async with watching(5) as watched:
        await anyio.sleep(10)
        world = watched.world
        user = world.users.pop(world.key)
        cause(world, "restart-wings", {"seconds": 5})
        await anyio.sleep(1800)
        assert "key_refused" in {status.cause for status in watched.pool.status()}
        assert {status.state for status in watched.pool.status()} <= {LinkState.PARKED, LinkState.RETRYING}
        assert watched.pool.panels[0].problem is not None

        world.users[user.key] = user
        await watched.until(lambda: watched.all_live, within=900)


async def test_a_subuser_without_websocket_connect_is_parked_with_the_permission_named() -> None:
    def prepare(world: SimulatedWorld) -> None:
        uuid = world.servers()[0].build.uuid
        user = world.add_user("poor", shares={uuid: ("control.start",)})
        world.automaton = user

    async with watching(1, up=False, prepare=prepare) as watched:
        await anyio.sleep(20)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.PARKED, "panel_refused")
        assert "websocket.connect" in status.reason
