"""The live table shows what stands."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from automaton.core import events as ev
from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.demo.receiver import receiving
from automaton.demo.script import Evidence, scripted_incidents
from automaton.demo.show import DemoPage, configure
from automaton.demo.view import render
from automaton.pace.clock import SystemClock
from automaton.simulator.serve import simulated
from tests.core.story import LOBBY


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_servers_facts_incidents_decisions_and_messages_are_on_the_screen(tmp_path: Path) -> None:
    async with simulated(servers=12) as simulation, receiving() as receiver:
        load = configure(tmp_path, simulation, receiver, DemoPage(0, "secret"))
        daemon = Daemon(load().or_raise(), load, SystemClock(), env={})
        at = daemon.clock.now()
        for event in (
            ev.ServerListed(server=LOBBY.uuid, at=at, profile=LOBBY),
            ev.LinkUp(server=LOBBY.uuid, at=at),
            ev.StateReported(server=LOBBY.uuid, at=at, state=State.RUNNING),
            ev.Occurred(server=LOBBY.uuid, at=at, name="crash", fields={"exit_code": 1, "oom": False}),
            *(
                ev.Occurred(server=LOBBY.uuid, at=at, name="player.join", fields={"player": f"P{number}"})
                for number in range(9)
            ),
            ev.LinkLost(server=LOBBY.uuid, at=at),
        ):
            for decision in daemon.host.engine.handle(event):
                daemon.host.decisions.write(decision)
        receiver.messages.append("hello from the receiver")
        proofs = Evidence(simulation.world, receiver)
        screens = {
            size: printed(render(daemon, proofs, scripted_incidents(), 12.0, size), size)
            for size in ((80, 24), (120, 40), (160, 60), (40, 10))
        }
        await daemon.connections.aclose()

    parts = ("lobby", "unknown", "demo-link open", "crash-alert", "acting", "hello from the receiver", "…")
    assert [part for part in parts if part not in "\n".join(screens[160, 60])] == []
    for (width, height), lines in screens.items():
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
    small = "\n".join(screens[80, 24])
    titles = [incident.title for incident in scripted_incidents()]
    assert [title for title in titles if title not in small] == []
    assert "demo-welcome  acting" in small
    assert small.count("demo-welcome") == 1
    assert "crash-alert" in small
    assert "lines shows all" in screens[40, 10][-1]


def printed(screen: RenderableType, size: tuple[int, int]) -> list[str]:
    shown = io.StringIO()
    Console(file=shown, width=size[0], height=size[1]).print(screen)
    return shown.getvalue().splitlines()
