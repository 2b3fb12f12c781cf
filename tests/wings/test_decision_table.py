"""The decision table of protocol.md 9, row by row, and the gotchas that need a network: a simulated fleet."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import anyio
import pytest

from automaton.core.calls import Signal
from automaton.core.events import LinkLost, LinkUp, ServerListed, StateChanged, StateReported
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, TryLater
from automaton.panel.client import PanelClient
from automaton.panel.responses import WebsocketGrant
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.wings.causes import PLANS, Cause
from automaton.wings.link_supervisor import LinkState
from automaton.wings.session_output import Ended
from automaton.wings.upgrade import cause_of_refusal
from tests.wings.fleet import the_link, token_requests, watching
from tests.wings.talk import Talk

pytestmark = pytest.mark.anyio


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


class Answering(PanelClient):
    """A Panel that answers requests for tokens with an error."""

    error: ClassVar[AutomatonError] = Refused("no")
    asked: ClassVar[list[float]]

    async def websocket(self, uuid: str) -> WebsocketGrant:
        type(self).asked.append(anyio.current_time())  # noqa: TID251 - the virtual time of the test
        raise type(self).error


class Forbidding(Answering):
    error = Refused("HTTP 403: no permission to connect", status=403)
    asked: ClassVar[list[float]] = []


class Missing(Answering):
    error = Refused("HTTP 404", status=404)
    asked: ClassVar[list[float]] = []


class Conflicting(Answering):
    error = Refused("HTTP 409: suspended", status=409)
    asked: ClassVar[list[float]] = []


class Limiting(Answering):
    error = TryLater("rate limit", after=47.0)
    asked: ClassVar[list[float]] = []


class Misled(PanelClient):
    """A Panel that names the wrong node, as after a transfer that it missed; the right one the third time."""

    asked: ClassVar[list[float]] = []

    async def websocket(self, uuid: str) -> WebsocketGrant:
        grant = await super().websocket(uuid)
        type(self).asked.append(anyio.current_time())  # noqa: TID251 - the virtual time of the test
        wrong = len(type(self).asked) < 3
        return WebsocketGrant(
            grant.token, grant.socket.replace("node-1", "node-2") if wrong else grant.socket
        )


# The upgrade


async def test_row_01_gotcha_01_another_origin_is_told_and_tried_every_five_minutes() -> None:
    def prepare(world: SimulatedWorld) -> None:
        world.nodes[0].remote = "https://other.test"

    async with watching(1, up=False, prepare=prepare) as watched:
        await anyio.sleep(1800)

        status = the_link(watched)
        assert (status.state, status.cause) == (LinkState.PARKED, "origin_refused")
        assert "`origin`" in status.reason
        assert 4 <= status.tries <= 10
        watched.world.nodes[0].remote = watched.world.panel_url
        await watched.until(lambda: watched.all_live, within=420)


async def test_row_02_gotcha_25_a_404_asks_for_the_address_once_at_once_and_then_slowly() -> None:
    Misled.asked.clear()
    async with watching(1, nodes=2, up=False, client_class=Misled) as watched:
        await watched.until(lambda: watched.all_live, within=200)

        first, second = gaps(Misled.asked)
        assert first < 5
        assert 30 < second < 120


async def test_row_03_too_many_sockets_wait_about_a_minute() -> None:
    found = cause_of_refusal(400, '{"error":"Too many open websocket connections."}')
    plan = PLANS[found]

    assert found is Cause.TOO_MANY_SOCKETS
    assert (plan.parked, plan.drop_token, plan.backoff.first) == (False, False, 80)


async def test_row_04_a_node_that_does_not_answer_costs_no_token_and_is_tried_every_minute() -> None:
    async with watching(1) as watched:
        cause(watched.world, "restart-wings", {"seconds": 600})
        await anyio.sleep(400)

        assert len(token_requests(watched)) == 1
        assert the_link(watched).state is LinkState.RETRYING
        assert 7 <= the_link(watched).tries <= 25


# Ends


async def test_row_05_gotcha_12_drops_are_met_with_the_kept_token_and_a_wait_of_its_own() -> None:
    async with watching(1) as watched:
        for _ in range(10):
            cause(watched.world, "drop", {})
            await watched.until(lambda: not watched.all_live, within=1)
            await watched.until(lambda: watched.all_live, within=61)

        assert len(watched.of(LinkLost)) == 10
        assert len(token_requests(watched)) <= 3


async def test_gotcha_13_all_links_of_a_node_return_spread_over_ten_seconds_and_more() -> None:
    async with watching(60) as watched:
        before = watched.clock.now().mono
        cause(watched.world, "deauthorize", {})
        await watched.until(lambda: len(watched.of(LinkLost)) == 60, within=1)
        await watched.until(lambda: watched.all_live)

        returns = sorted(event.at.mono for event in watched.of(LinkUp) if event.at.mono > before)
        assert returns[-1] - returns[0] >= 10


async def test_row_06_gotcha_16_a_suspension_is_asked_about_and_a_restore_passes() -> None:
    async with watching(1) as watched:
        cause(watched.world, "suspend", {})
        await anyio.sleep(300)
        profiles = [event.profile for event in watched.heard if isinstance(event, ServerListed)]
        assert profiles[-1].suspended
        assert the_link(watched).state is LinkState.SUSPENDED

        cause(watched.world, "unsuspend", {})
        await watched.until(lambda: watched.all_live, within=400)


async def test_row_06_a_panels_409_waits_as_long() -> None:
    Conflicting.asked.clear()
    async with watching(1, up=False, client_class=Conflicting) as watched:
        await anyio.sleep(1800)

        assert the_link(watched).cause == "panel_conflict"
        assert min(gaps(Conflicting.asked)) >= 39


async def test_gotcha_23_a_connection_without_a_sign_of_life_is_given_up() -> None:
    async with watching(1) as watched:
        cause(watched.world, "half-open", {})

        await watched.until(lambda: bool(watched.of(LinkLost)), within=41)


# The Panel


async def test_row_07_a_refused_key_stops_all_that_is_asked_with_it() -> None:
    async with watching(5) as watched:
        before = len(token_requests(watched))
        user = watched.world.panels[0].inventory.users.pop(watched.world.key)
        cause(watched.world, "restart-wings", {"seconds": 1})
        await anyio.sleep(3600)

        assert user.name == "automaton"
        assert len(token_requests(watched)) == before
        problem = watched.pool.panels[0].problem
        assert problem is not None
        assert problem.cause is Cause.KEY_REFUSED
        assert all(status.state is not LinkState.LIVE for status in watched.pool.status())


async def test_row_08_a_server_without_permission_is_parked_by_itself() -> None:
    Forbidding.asked.clear()
    async with watching(1, up=False, client_class=Forbidding) as watched:
        await anyio.sleep(3600)

        assert (the_link(watched).state, the_link(watched).cause) == (LinkState.PARKED, "panel_refused")
        assert "websocket.connect" in the_link(watched).reason
        assert min(gaps(Forbidding.asked)) >= 199


async def test_row_09_a_server_that_the_panel_does_not_know_is_parked_as_gone() -> None:
    Missing.asked.clear()
    async with watching(1, up=False, client_class=Missing) as watched:
        await anyio.sleep(3600)

        assert (the_link(watched).state, the_link(watched).cause) == (LinkState.PARKED, "panel_gone")
        assert min(gaps(Missing.asked)) >= 199


async def test_row_10_a_limit_of_tokens_pauses_the_tokens_of_that_server_alone() -> None:
    Limiting.asked.clear()
    async with watching(1, up=False, client_class=Limiting) as watched:
        await anyio.sleep(600)

        assert the_link(watched).cause == "panel_later"
        assert min(gaps(Limiting.asked)) >= 47
        assert watched.pool.panels[0].problem is None


# Tokens


async def test_row_11_an_expired_token_is_replaced_on_the_same_socket() -> None:
    async with watching(1) as watched:
        await anyio.sleep(10)
        expired = watched.world.schedule.now.wall
        cause(watched.world, "expire", {})
        await anyio.sleep(20)

        assert not watched.of(LinkLost)
        assert token_requests(watched)[-1] >= expired + 1
        assert len(watched.world.nodes[0].sockets()) == 1


async def test_row_12_a_missing_permission_or_scope_is_named_both() -> None:
    plan = PLANS[Cause.NO_PERMISSION]

    assert plan.parked
    assert "websocket.connect" in plan.advice
    assert "scope" in plan.advice


async def test_row_13_gotcha_11_a_node_with_another_token_is_tried_once_more_and_parked() -> None:
    def prepare(world: SimulatedWorld) -> None:
        cause(world, "rotate-token", {})

    async with watching(1, up=False, prepare=prepare) as watched:
        await anyio.sleep(60)

        assert (the_link(watched).state, the_link(watched).cause) == (LinkState.PARKED, "node_token_differs")
        assert len(token_requests(watched)) == 2


async def test_row_14_a_dropped_command_may_be_asked_again() -> None:
    talk = Talk()
    talk.connects("running")
    talk.session.command("list", talk.now)

    (answer,) = talk.hears("throttled", "send command")

    assert not isinstance(answer, Ended)
    assert "passing=True" in repr(answer)


class Down(PanelClient):
    """A Panel that takes no actions."""

    async def command(self, uuid: str, text: str) -> Outcome:
        return Outcome(Result.FAILED, "down", "panel")

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        return Outcome(Result.FAILED, "down", "panel")


async def test_gotcha_21_commands_over_the_socket_keep_to_one_a_second() -> None:
    async with watching(1, client_class=Down) as watched:
        server = watched.world.servers()[0].build.uuid
        await watched.until(lambda: watched.world.servers()[0].state == "running")
        began = watched.clock.now().mono
        results = [(await watched.actions.send_command(server, f"say {n}")).result for n in range(20)]

        assert watched.clock.now().mono - began >= 14
        assert Result.REFUSED not in results


# The rest of the gotchas


async def test_gotcha_24_the_full_uuid_is_in_the_address_and_in_every_event() -> None:
    async with watching(1) as watched:
        uuid = watched.world.servers()[0].build.uuid

        assert len(watched.world.nodes[0].sockets(uuid)) == 1
        assert {event.server for event in watched.heard} == {uuid}
        assert len(uuid) == 36


async def test_gotcha_30_json_is_asked_for() -> None:
    async with watching(1) as watched:
        del watched.world.panels[0].inventory.users[watched.world.key]
        watched.pool.list_again()
        await anyio.sleep(60)

        problem = watched.pool.panels[0].problem
        assert problem is not None
        assert problem.cause is Cause.KEY_REFUSED  # a browser would have been redirected to the login


async def test_gotcha_31_the_panels_status_is_no_power_state() -> None:
    async with watching(1) as watched:
        await anyio.sleep(60)
        cause(watched.world, "maintenance", {"seconds": 600})
        watched.pool.list_again()
        await anyio.sleep(60)

        profiles = [event.profile for event in watched.heard if isinstance(event, ServerListed)]
        assert profiles[-1].maintenance
        states = [event.state for event in watched.heard if isinstance(event, StateReported | StateChanged)]
        assert states[-1] == watched.world.servers()[0].state.value == "running"
