"""The simulator's side of the fleet's benchmark: so many lines a second and server, each counted."""

from __future__ import annotations

import os
import resource
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import anyio

from automaton.daemon.main import fast_loop
from automaton.pace.clock import Clock, SystemClock
from automaton.simulator.games.eggs import PAPER
from automaton.simulator.listening_ports import Ports
from automaton.simulator.serve import serving
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_build import ServerBuild

TICK = 0.02
PING = "ping"
PINGS = 10  # a second, over all servers
NODES = 4


def serve(pipe: Connection, servers: int, lines: float, seconds: float) -> None:
    """Says where it is reached, waits for the word, prints, and says what it printed and what it took."""
    anyio.run(_serve, pipe, servers, lines, seconds, backend_options=fast_loop())


async def _serve(pipe: Connection, servers: int, lines: float, seconds: float) -> None:
    clock = SystemClock()
    builds = [
        ServerBuild(uuid=f"00000000-0000-4000-8000-{n:012}", name=f"server-{n}", egg=PAPER, chatter=0.0)
        for n in range(servers)
    ]
    world = SimulatedWorld.build(clock, servers=builds, nodes=NODES)
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
        async with serving(world, clock, Path(folder), Ports()) as simulation:
            while any(server.state is not PowerState.RUNNING for server in world.servers()):  # noqa: ASYNC110 - as a person looks on
                await anyio.sleep(0.1)
            pipe.send((simulation.panel, simulation.key))
            await anyio.to_thread.run_sync(pipe.recv)
            before = os.times()
            printed, asked = await _print(world, clock, lines, seconds)
            after = os.times()
            cpu = after.user + after.system - before.user - before.system
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            pipe.send((printed, asked, cpu, memory))
            await anyio.sleep_forever()


async def _print(world: SimulatedWorld, clock: Clock, lines: float, seconds: float) -> tuple[int, int]:
    """Lines and pings printed; those of all servers are spread evenly over each second."""
    servers = world.servers()
    rate = lines * len(servers)
    began = clock.now()
    printed = asked = 0
    while (passed := clock.now() - began) < seconds:
        world.catch_up()
        while printed < passed * rate:
            container = servers[printed % len(servers)].container
            assert container is not None
            if asked < passed * PINGS:
                asked += 1
                container.print(f"{PING} {clock.now().mono:.6f}")
            else:
                word = printed % 40
                container.print(f"[12:00:00] [Server thread/INFO]: Words {word} steve moved, {printed}")
            printed += 1
        await anyio.sleep(TICK)
    return printed, asked
