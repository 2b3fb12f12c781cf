"""The simulator as a program: announces where it is reached, and serves until a signal."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import anyio

from automaton.simulator.serve import Simulation

Announce = Callable[[dict[str, object], str], None]


async def simulate(announce: Announce, opening: AbstractAsyncContextManager[Simulation]) -> None:
    """Serves until SIGINT or SIGTERM. `announce` gets the same as JSON and as text, once all is reachable."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with opening as simulation:
            announce(simulation.as_json(), described(simulation))
            async for _ in signals:
                return


def described(simulation: Simulation) -> str:
    """The text for people: addresses, keys, servers, and a fault to try."""
    world, configs = simulation.world, dict(zip(simulation.world.nodes, simulation.configs, strict=True))
    lines: list[str] = []
    for inventory in (panel.inventory for panel in world.panels):
        lines += [f"Panel    {inventory.url}  {inventory.kind.name}", f"Key      {inventory.automaton.key}"]
        lines += [f"Node     {n.url}  {n.generation.name}  {configs[n]}" for n in inventory.nodes]
    servers = world.servers()
    lines += [
        f"Control  {simulation.control}",
        "",
        *(f"  {s.build.identifier}  {s.build.name}  ({s.build.egg.name})" for s in servers),
        "",
        "Make something go wrong:",
        f'  curl -X POST {simulation.control}/faults/crash -d \'{{"server": "{servers[0].build.name}"}}\'',
        "Press Ctrl-C to end.",
    ]
    return "\n".join(lines)
