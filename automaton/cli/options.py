"""The arguments and options that several subcommands share, each declared once.

A subcommand with a meaning of its own for one of them (`--json` that says more, `--config` that is judged)
builds it from `config_option` or `json_option`, so that names and variables of the environment stay the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from automaton.cli import completion
from automaton.settings.usual_paths import USUAL_FILE

DEFAULT_CONFIG = USUAL_FILE


def config_option(help_: str = "The daemon's own file.") -> Any:
    """`-c`, `--config`, or AUTOMATON_CONFIG of the environment."""
    return typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help=help_)


def json_option(help_: str = "For programs.") -> Any:
    """`--json`."""
    return typer.Option("--json", help=help_)


Config = Annotated[Path, config_option()]
"""Of the running daemon; commands that ask one take DEFAULT_CONFIG."""

ConfigIfAny = Annotated[Path | None, config_option()]
"""Where having none means something else than the default."""

AsJson = Annotated[bool, json_option()]
RuleId = Annotated[str, typer.Argument(help="The id of the rule.", autocompletion=completion.rule)]
Server = Annotated[str, typer.Argument(help="Its short id, uuid or name.", autocompletion=completion.server)]
KeyOfRule = Annotated[
    str,
    typer.Argument(
        help="Its name, short id or uuid; a node or `fleet` where the rule is that wide.",
        autocompletion=completion.key,
    ),
]
KeyOfRuleIfAny = Annotated[
    str | None,
    typer.Argument(
        help="Its name, short id or uuid, a node or `fleet`; default all of the rule.",
        autocompletion=completion.key,
    ),
]
