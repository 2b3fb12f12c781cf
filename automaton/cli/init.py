"""`automaton init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = ("automaton init automaton --panel https://panel.example.org --key-file key",)


def run(
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = Path("/etc/automaton"),
    panel: Annotated[str | None, typer.Option(help="The Panel's address.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="File that holds a client API key.")] = None,
    node_config: Annotated[Path | None, typer.Option(help="Without a Panel: Wings' own config.yml.")] = None,
    chat_file: Annotated[Path | None, typer.Option(help="File that holds an Apprise URL of a chat.")] = None,
    address: Annotated[
        str | None, typer.Option(help="Where the node listens, where its config.yml does not say it.")
    ] = None,
    ca: Annotated[Path | None, typer.Option(help="Certificates to trust as well, as PEM.")] = None,
    page: Annotated[
        str | None,
        typer.Option(
            help="Serve the page on this machine, with an operator of this name; asks for a password."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """See which servers there are, and write automaton.yml, recipes for their games, and credentials."""
    from automaton.workbench.init import init
    from automaton.workbench.init_choices import InitOptions

    told = InitOptions(folder, panel, key_file, node_config, chat_file, force, address, ca, page)
    raise typer.Exit(init(told))
