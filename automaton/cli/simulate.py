"""Serve a simulated Panel and Wings with games that talk, to try rules on.

Everything listens on 127.0.0.1, on free ports unless some are named. `--json` prints one line when
it is ready; faults are asked for over the control API it names.
"""

from __future__ import annotations

import json
from typing import Annotated

import typer


def run(
    servers: Annotated[int, typer.Option(min=1, help="How many game servers.")] = 3,
    nodes: Annotated[int, typer.Option(min=1, help="How many Wings nodes they are spread over.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same servers and the same chatter.")] = 1,
    chatter: Annotated[
        float, typer.Option(min=0, help="Mean happenings a second and server, each a line or a few.")
    ] = 0.2,
    generation: Annotated[str, typer.Option(help="How Wings behaves: g11, g12 or g12.2.")] = "g12.2",
    stopped: Annotated[bool, typer.Option("--stopped", help="Leave the servers offline.")] = False,
    panel_port: Annotated[int, typer.Option(help="The Panel's port; 0 takes a free one.")] = 0,
    node_port: Annotated[int, typer.Option(help="The first node's port; the others follow.")] = 0,
    control_port: Annotated[int, typer.Option(help="The control API's port.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line when ready, for programs.")] = False,
) -> None:
    """Serve a simulated Panel and Wings with games that talk, to try rules on."""
    # Here, and not above: `automaton --help` shall not wait for a web server's imports.
    import anyio

    from automaton.simulator.generation import GENERATIONS
    from automaton.simulator.serve import Ports, simulated
    from automaton.simulator.terminal import simulate

    if generation not in GENERATIONS:
        raise typer.BadParameter(f"no generation `{generation}`, there are {', '.join(GENERATIONS)}")

    def announce(ready: dict[str, object], text: str) -> None:
        typer.echo(json.dumps(ready) if as_json else text)

    async def main() -> None:
        simulation = simulated(
            servers=servers,
            nodes=nodes,
            seed=seed,
            chatter=chatter,
            running=not stopped,
            generation=GENERATIONS[generation],
            ports=Ports(panel=panel_port, node=node_port, control=control_port),
        )
        await simulate(announce, simulation)

    anyio.run(main)
