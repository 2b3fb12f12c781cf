"""An old Wings says `offline` of a server that was sent a signal and lives on: that is no crash."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from automaton.core.calls import Signal
from automaton.core.events import LinePrinted, LinkLost, Occurred, State, StateChanged, StatsReported
from automaton.core.outcome import Result
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_sync import healthy_panel
from automaton.simulator.wings.generation import G11
from automaton.simulator.wings.power_actions import LOCKED
from tests.simulator.toy import TOY
from tests.wings.fleet import Watched, watching

pytestmark = pytest.mark.anyio


def stopped_by_signal(world: SimulatedWorld) -> None:
    for server in world.servers():
        server.generation = G11
        server.build = replace(server.build, egg=replace(TOY, stop="SIGINT"))


def states(watched: Watched) -> list[State]:
    return [event.state for event in watched.of(StateChanged) if isinstance(event, StateChanged)]


async def test_a_stop_by_signal_is_heard_as_a_stop_and_the_lock_as_what_passes() -> None:
    async with watching(1, prepare=stopped_by_signal) as watched:
        (server,) = watched.world.servers()
        await watched.until(lambda: server.state == "running")
        await anyio.sleep(2)
        watched.world.panel.down = 429  # it is there and takes nothing: all goes over the websocket
        server.ask_panel = healthy_panel  # to Wings, which asks it before the start
        assert server.container is not None
        server.container.freeze()
        watched.heard.clear()

        stopped = await watched.actions.set_power(server.build.uuid, Signal.STOP)
        await anyio.sleep(5)
        refused = await watched.actions.set_power(server.build.uuid, Signal.START)
        figures = [event for event in watched.of(StatsReported) if event.at.mono > stopped_at(watched)]
        server.container.thaw()
        await anyio.sleep(2)
        last = [event.text for event in watched.of(LinePrinted) if isinstance(event, LinePrinted)][-1]
        begun = await watched.actions.set_power(server.build.uuid, Signal.START)
        await watched.until(lambda: server.state == "running", within=10)
        await anyio.sleep(1)

        assert (stopped.result, begun.result) == (Result.DONE, Result.DONE)
        assert (refused.result, refused.detail, refused.passing) == (Result.REFUSED, LOCKED, True)
        assert states(watched) == [State.STOPPING, State.OFFLINE, State.STARTING, State.RUNNING]
        assert (len(figures), last) == (1, "caught INT")
        assert not watched.of(LinkLost)
        assert not watched.of(Occurred)


def stopped_at(watched: Watched) -> float:
    return next(
        event.at.mono
        for event in watched.of(StateChanged)
        if isinstance(event, StateChanged) and event.state is State.STOPPING
    )
