"""Serve a simulated Panel and Wings with games that talk, to try rules on.

Everything listens on 127.0.0.1, on ports of its own: the next free ones where none are named. `--json` prints
one line when it is ready; faults are asked for over the control API it names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import json_option
from automaton.printable import ascii_json, say

LAST_PORT = 65535
EXAMPLES = (
    "automaton simulate --panel-port 8010 --control-port 8011",
    "automaton simulate --game minecraft=2 --game rust --chatter 1",
)


def run(
    servers: Annotated[int, typer.Option(min=1, help="How many game servers.")] = 3,
    game: Annotated[
        list[str] | None,
        typer.Option(help="Instead: so many of a game: minecraft, rust=2, valheim, source. Repeat."),
    ] = None,
    process: Annotated[
        list[str] | None,
        typer.Option(
            help="Instead: a program of this machine, on a terminal of its own: "
            "`name=civ,cmd=/usr/games/freeciv-server -p 5556,user=nobody,stop=quit,done=Now accepting`. "
            "stop may be ^C or SIGTERM; memory=MiB tells a limit; a value with a comma in double quotes. "
            "Repeat."
        ),
    ] = None,
    nodes: Annotated[int, typer.Option(min=1, help="How many Wings nodes they are spread over.")] = 1,
    node: Annotated[
        list[str] | None,
        typer.Option(help="Instead: a node of a generation, and at a Panel: `g11@pterodactyl-1.11`. Repeat."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same servers and the same chatter.")] = 1,
    chatter: Annotated[
        float, typer.Option(min=0, help="Mean happenings a second and server, each a line or a few.")
    ] = 0.2,
    generation: Annotated[
        str, typer.Option(help="How Wings behaves: g11-1.7, g11, g12, g12.2, n-dev or pelican.")
    ] = "g12.2",
    panel: Annotated[
        str, typer.Option(help="How the Panel behaves: pterodactyl-1.11, pterodactyl-1.12 or pelican.")
    ] = "pterodactyl-1.12",
    token_life: Annotated[
        int, typer.Option(min=1, help="Seconds that the Panel's tokens are good for; 90 shows renewals soon.")
    ] = 600,
    scenario: Annotated[
        Path | None, typer.Option(help="A file of faults and their moments; wrong ones end with 78.")
    ] = None,
    query: Annotated[
        bool, typer.Option("--query", help="Games answer over the network too, each at a port of its own.")
    ] = False,
    stopped: Annotated[bool, typer.Option("--stopped", help="Leave the servers offline.")] = False,
    panel_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=LAST_PORT,
            help="The Panel's port; 0 takes any free one. Default 18080, or the next free.",
        ),
    ] = None,
    node_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=LAST_PORT,
            help="The first node's port; the others follow. Default 18280, or the next free.",
        ),
    ] = None,
    control_port: Annotated[
        int | None,
        typer.Option(min=0, max=LAST_PORT, help="The control API's port. Default 18180, or the next free."),
    ] = None,
    as_json: Annotated[bool, json_option("One JSON line when ready, for programs.")] = False,
) -> None:
    """Serve a simulated Panel and Wings with games that talk, to try rules on."""
    # Here, and not above: `automaton --help` shall not wait for a web server's imports.
    import anyio

    from automaton.errors import AutomatonError
    from automaton.pace.clock import SystemClock
    from automaton.simulator.faults.scenario import read
    from automaton.simulator.listening_ports import named_ports
    from automaton.simulator.main import simulate
    from automaton.simulator.programs import native_game, program_spec, pty
    from automaton.simulator.serve import simulated
    from automaton.simulator.simulate_options import OptionError, nodes_of, servers_of
    from automaton.workbench.exit_code import exit_code_of

    try:
        mix = nodes_of(node or [generation] * nodes, panel)
        scripted = servers_of(game or [], seed, chatter)
        programs = program_spec.read_all(process or [], pty.find)
        for spec in programs:
            pty.check_user(spec, os.geteuid())
    except OptionError as problem:
        raise typer.BadParameter(str(problem)) from None
    except program_spec.ProgramError as problem:
        raise typer.BadParameter(str(problem), param_hint="--process") from None

    def announce(ready: dict[str, object], text: str) -> None:
        say(ascii_json(ready) if as_json else text)

    async def main() -> None:
        steps = read(scenario) if scenario is not None else ()
        with pty.local_machine(SystemClock()) as machine:
            builds = scripted + [native_game.build(spec, seed, machine) for spec in programs]
            simulation = simulated(
                servers=builds or servers,
                seed=seed,
                chatter=chatter,
                running=not stopped,
                mix=mix,
                token_life=token_life,
                scenario=steps,
                queries=query,
                ports=named_ports(panel_port, node_port, control_port),
            )
            await simulate(announce, simulation)

    try:
        anyio.run(main)
    except AutomatonError as problem:
        say(str(problem), err=True)
        raise typer.Exit(exit_code_of(problem)) from None
