"""Direct mode against the simulated Wings, on virtual time: no Panel is asked for anything."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import anyio
import httpx
import pytest

from automaton.core.calls import FileChange, FileOperation, Signal
from automaton.core.events import (
    Event,
    LinePrinted,
    LinkLost,
    LinkUp,
    PanelBack,
    PanelLost,
    ServerListed,
    Source,
)
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_file import write
from automaton.simulator.wings.generation import G12_2, GENERATIONS, Generation
from automaton.wings.causes import PLANS, Cause
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkState
from automaton.wings.node_client import MOST_SERVERS, NO_PANEL, NodeClient
from automaton.wings.node_config import NodeConfig, read_node_config
from automaton.wings.node_errors import NodeRefuses, NodeSilent
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from automaton.wings.server_actions import ServerActions
from automaton.wings.signing import LIFE
from tests.simulator.memory_network import MemoryNetwork, in_memory

pytestmark = pytest.mark.anyio

NOON = 1_800_000_000.0


@asynccontextmanager
async def linked(
    tmp_path: Path, generation: Generation = G12_2
) -> AsyncIterator[tuple[SimulatedWorld, NodeClient, MemoryNetwork, SteadyClock]]:
    clock = SteadyClock(NOON)
    world = SimulatedWorld.build(clock, servers=2, generation=generation)
    config = read_node_config(Secret(write(world.nodes[0], tmp_path).read_text()), {})
    async with in_memory(world, clock) as network:
        tls = ssl.create_default_context()
        client = NodeClient(
            "edge-1",
            config,
            clock=clock,
            tls=tls,
            egg_of=lambda profile: "Paper" if profile.name == "lobby" else "",
            transport=network.transport(),
        )
        yield world, client, network, clock
        await client.aclose()


@asynccontextmanager
async def simulated(tmp_path: Path) -> AsyncIterator[tuple[SimulatedWorld, NodeClient]]:
    async with linked(tmp_path) as (world, client, _, _clock):
        yield world, client


@asynccontextmanager
async def answered_by(handler: Callable[[httpx.Request], httpx.Response]) -> AsyncIterator[NodeClient]:
    config = NodeConfig("u", Secret("t" * 64), "http://panel.test", "http://node.test:8080")
    client = NodeClient(
        "edge-1",
        config,
        clock=SteadyClock(NOON),
        tls=ssl.create_default_context(),
        transport=httpx.MockTransport(handler),
    )
    yield client
    await client.aclose()


@asynccontextmanager
async def watching(
    tmp_path: Path, *names: str, generation: Generation = G12_2
) -> AsyncIterator[tuple[SimulatedWorld, Pool, list[Event], SteadyClock]]:
    """A pool that watches one node without its Panel, which is down, by each of these names."""
    async with (
        linked(tmp_path, generation) as (world, client, network, clock),
        anyio.create_task_group() as group,
    ):
        cause(world, "panel-down", {"status": 502, "seconds": 1e6})
        heard: list[Event] = []
        options = ConnectOptions(
            origin=world.panel_url,
            tls=ssl.create_default_context(),
            allow_plain=True,
            without_panel=True,
            transport=lambda _tls, _proxy: network.transport(),
        )
        pool = Pool(
            [PanelAccess(name=name, apis=[client], options=options) for name in names or ("edge-1",)],
            clock=clock,
            chance=Random(1),
        )

        async def listen() -> None:
            while True:
                heard.append(await pool.take())

        group.start_soon(pool.run)
        group.start_soon(listen)
        await anyio.sleep(20)
        yield world, pool, heard, clock
        group.cancel_scope.cancel()


# What Wings tells


async def test_the_node_lists_its_servers_and_the_settings_tell_the_egg(tmp_path: Path) -> None:
    async with simulated(tmp_path) as (world, client):
        profiles = {profile.name: profile for profile in await client.servers()}

        lobby = world.server("lobby")
        assert profiles.keys() == {"lobby", "survival"}
        assert profiles["lobby"].uuid == lobby.build.uuid
        assert profiles["lobby"].id == lobby.build.uuid[:8]
        assert (profiles["lobby"].node, profiles["lobby"].egg) == ("edge-1", "Paper")
        assert profiles["survival"].egg == ""
        assert profiles["lobby"].image == lobby.build.egg.image
        assert profiles["lobby"].disk_limit == lobby.build.disk * 1024 * 1024
        assert await client.server(lobby.build.uuid) == profiles["lobby"]


async def test_power_and_commands_are_answered_by_the_node(tmp_path: Path) -> None:
    async with simulated(tmp_path) as (world, client):
        await anyio.sleep(60)
        lobby = world.server("lobby")
        assert await client.command(lobby.build.uuid, "say one") == Outcome(Result.DONE, way="wings")
        assert await client.power(lobby.build.uuid, Signal.STOP) == Outcome(Result.DONE, way="wings")
        await anyio.sleep(60)

        assert lobby.state == "offline"
        refused = await client.command(lobby.build.uuid, "say two")
        assert (refused.result, refused.way) == (Result.REFUSED, "wings")
        assert "stopped server" in refused.detail


async def test_a_node_does_nothing_that_takes_a_panel_and_says_so(tmp_path: Path) -> None:
    async with linked(tmp_path) as (world, client, _, _):
        uuid, change = world.servers()[0].build.uuid, FileChange(FileOperation.DELETE, ("world",))
        outcomes = [
            await client.backup(uuid, "nightly"),
            await client.rotate_backups(uuid, (), 1),
            await client.change_files(uuid, change),
            await client.set_startup(uuid, (("SEED", "1"),)),
            await client.reinstall(uuid),
        ]

    assert outcomes == [Outcome(Result.REFUSED, NO_PANEL, "wings")] * 5


async def test_a_suspended_server_is_not_started(tmp_path: Path) -> None:
    async with simulated(tmp_path) as (world, client):
        world.server("lobby").suspended = True

        outcome = await client.power(world.server("lobby").build.uuid, Signal.START)

        assert outcome == Outcome(
            Result.REFUSED, "Cannot start or restart a server that is suspended.", "wings"
        )


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"{}", NodeRefuses),
        (403, b'{"error": "You are not authorized to access this endpoint."}', NodeRefuses),
        (404, b"{}", Refused),
        (302, b"", Refused),
        (502, b"<html>", NodeSilent),
        (200, b"<html>", NodeSilent),
        (200, b'{"data": []}', NodeSilent),
    ],
)
async def test_an_answer_that_is_no_list_says_what_it_is(
    status: int, body: bytes, error: type[AutomatonError]
) -> None:
    async with answered_by(lambda _: httpx.Response(status, content=body)) as client:
        with pytest.raises(error) as raised:
            await client.servers()

        assert type(raised.value) is error


async def test_a_node_that_describes_another_server_than_it_was_asked_for_is_not_believed() -> None:
    answer = {"configuration": {"uuid": "b"}}

    async with answered_by(lambda _: httpx.Response(200, json=answer)) as client:
        assert (await client.server("b")).uuid == "b"
        with pytest.raises(NodeSilent, match="another server"):
            await client.server("a")


async def test_of_one_node_no_more_servers_are_taken_than_it_can_run() -> None:
    servers = [{"configuration": {"uuid": f"s{number}"}} for number in range(MOST_SERVERS + 1)]

    async with answered_by(lambda _: httpx.Response(200, json=servers)) as client:
        with pytest.raises(NodeSilent, match=f"{MOST_SERVERS} are taken"):
            await client.servers()


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (202, Result.DONE),
        (204, Result.DONE),
        (400, Result.REFUSED),
        (404, Result.REFUSED),
        (502, Result.REFUSED),
        (403, Result.FAILED),
        (429, Result.FAILED),
        (500, Result.FAILED),
    ],
)
async def test_an_answer_to_an_action_is_an_outcome(status: int, result: Result) -> None:
    async with answered_by(lambda _: httpx.Response(status, json={"error": "why"})) as client:
        assert (await client.command("a", "list")).result is result


async def test_a_page_in_place_of_an_answer_says_nothing_of_an_action() -> None:
    """A login of a proxy, with 200: the game was taken for stopped."""
    async with answered_by(lambda _: httpx.Response(200, html="<html>Sign in")) as client:
        assert (await client.power("a", Signal.STOP)).result is Result.UNKNOWN


async def test_an_action_whose_answer_is_too_large_to_be_one_is_unknown() -> None:
    """A page for people, of 100 kB."""
    async with answered_by(lambda _: httpx.Response(200, content=b"<html>" + b" " * 100_000)) as client:
        assert (await client.power("a", Signal.STOP)).result is Result.UNKNOWN
        assert (await client.command("a", "list")).result is Result.UNKNOWN


async def test_an_action_without_an_answer_is_unknown_and_one_that_was_not_sent_has_failed() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence") if request.url.path.endswith("power") else httpx.ConnectError("no")

    async with answered_by(silent) as client:
        assert (await client.power("a", Signal.START)).result is Result.UNKNOWN
        assert (await client.command("a", "list")).result is Result.FAILED


async def test_commands_go_in_the_body_in_order_and_the_token_in_the_header_alone() -> None:
    asked: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    async with answered_by(note) as client:
        await client.command("a", "say one\nsay two")

    (request,) = asked
    assert request.content == b'{"commands":["say one\\nsay two"]}'
    assert request.headers["authorization"] == f"Bearer {'t' * 64}"
    assert "t" * 64 not in str(request.url)


# The pool without a Panel


async def test_a_fleet_is_linked_without_a_panel_and_stays_up_over_its_tokens(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, pool, heard, _):
        await anyio.sleep(3 * LIFE)

        assert {status.state for status in pool.status()} == {LinkState.LIVE}
        assert len([event for event in heard if isinstance(event, LinkUp)]) == 2
        assert not [event for event in heard if isinstance(event, LinkLost)]
        assert {e.profile.name for e in heard if isinstance(e, ServerListed)} == {"lobby", "survival"}
        assert world.log.entries("token") == []


@pytest.mark.parametrize("generation", GENERATIONS.values(), ids=GENERATIONS)
async def test_every_generation_takes_our_tokens(tmp_path: Path, generation: Generation) -> None:
    async with watching(tmp_path, generation=generation) as (_, pool, heard, _clock):
        await anyio.sleep(2 * LIFE)

        assert {status.state for status in pool.status()} == {LinkState.LIVE}
        assert not [event for event in heard if isinstance(event, LinkLost)]


async def test_actions_go_over_wings_own_http(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, pool, _, clock):
        lobby = world.server("lobby")

        outcome = await ServerActions(pool, clock).set_power(lobby.build.uuid, Signal.STOP)
        await anyio.sleep(60)

        assert outcome == Outcome(Result.DONE, way="wings")
        assert lobby.state == "offline"


@pytest.mark.parametrize("signal", [Signal.START, Signal.RESTART])
async def test_the_panel_of_a_node_is_asked_before_a_start_and_nothing_is_sent_while_it_is_down(
    tmp_path: Path, signal: Signal
) -> None:
    async with watching(tmp_path) as (world, pool, heard, clock):
        cause(world, "panel-down", {"status": 502, "seconds": 1e6})
        lobby = world.server("lobby")
        before = len(world.log.entries("power"))

        outcome = await ServerActions(pool, clock).set_power(lobby.build.uuid, signal)
        await anyio.sleep(60)

        detail = "the Panel does not answer (HTTP 502): Wings could not start the server"
        assert outcome == Outcome(Result.FAILED, detail, "panel", passing=True)
        assert len(world.log.entries("power")) == before
        assert len([event for event in heard if isinstance(event, PanelLost)]) == 2
        world.panel.come_up()
        await anyio.sleep(20)
        assert len([event for event in heard if isinstance(event, PanelBack)]) == 2
        assert (
            await ServerActions(pool, clock).set_power(lobby.build.uuid, Signal.RESTART)
        ).result is Result.DONE


async def test_a_list_that_the_node_does_not_give_says_nothing_of_its_panel(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, _pool, heard, _):
        cause(world, "panel-down", {"status": 502, "seconds": 1e6})
        cause(world, "restart-wings", {"seconds": 600})
        await anyio.sleep(900)

        assert [event for event in heard if isinstance(event, PanelLost)] == []


async def test_the_panel_of_a_node_is_asked_as_a_stranger() -> None:
    asked: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401)

    async with answered_by(note) as client:
        assert await client.panel_outage() == ""

    (request,) = asked
    assert str(request.url) == "http://panel.test/api/client"
    assert "authorization" not in request.headers


async def test_an_origin_that_a_node_refuses_is_told_with_what_to_do_without_a_panel(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, pool, _heard, _):
        world.nodes[0].remote = "https://elsewhere.test"
        cause(world, "restart-wings", {"seconds": 5})
        await anyio.sleep(60)

        (reason,) = {status.reason.partition(" (")[0] for status in pool.status()}
        assert reason == PLANS[Cause.ORIGIN_REFUSED].without_panel


async def test_a_node_lets_us_hear_what_an_installation_prints(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, _pool, heard, _):
        cause(world, "reinstall", {"server": "lobby"})
        await anyio.sleep(120)

        lines = [e for e in heard if isinstance(e, LinePrinted) and e.source is Source.INSTALL]
        assert {line.server for line in lines} == {world.server("lobby").build.uuid}


async def test_a_node_whose_token_was_rotated_is_parked_with_what_to_do(tmp_path: Path) -> None:
    async with watching(tmp_path) as (world, pool, _, _clock):
        world.nodes[0].token = "x" * 64
        cause(world, "restart-wings", {"seconds": 5})
        await anyio.sleep(900)

        assert {status.state for status in pool.status()} == {LinkState.PARKED}
        (account,) = pool.panel_statuses()[0].accounts
        assert account.problem is not None
        assert account.problem.cause.value == "node_refuses"


async def test_a_node_that_is_named_twice_is_heard_by_neither_name_and_both_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "edge-1", "the same") as (_, pool, heard, _clock):
        await anyio.sleep(2000)

        assert [panel.supervisors for panel in pool.panels] == [{}, {}]
        assert {status.panel for status in pool.status()} == {"edge-1, the same"}
        assert not [event for event in heard if isinstance(event, LinkUp)]
