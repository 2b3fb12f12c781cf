"""The live table shows what stands."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from automaton.core import events as ev
from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.demo.receiver import receiving
from automaton.demo.script import Evidence, scripted_incidents
from automaton.demo.show import configure
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
        load = configure(tmp_path, simulation, receiver)
        daemon = Daemon(load().or_raise(), load, SystemClock(), env={})
        at = daemon.clock.now()
        for event in (
            ev.ServerListed(server=LOBBY.uuid, at=at, profile=LOBBY),
            ev.LinkUp(server=LOBBY.uuid, at=at),
            ev.StateReported(server=LOBBY.uuid, at=at, state=State.RUNNING),
            ev.Occurred(server=LOBBY.uuid, at=at, name="crash", fields={"exit_code": 1, "oom": False}),
            ev.LinkLost(server=LOBBY.uuid, at=at),
        ):
            for decision in daemon.engine.handle(event):
                daemon.decisions.write(decision)
        receiver.messages.append("hello from the receiver")
        shown = io.StringIO()
        screen = render(daemon, Evidence(simulation.world, receiver), scripted_incidents(), None)
        Console(file=shown, width=160).print(screen)
        await daemon.connections.aclose()

    text = shown.getvalue()
    parts = ("lobby", "unknown", "demo-link open", "crash-alert", "fired", "hello from the receiver", "…")
    assert [part for part in parts if part not in text] == []
