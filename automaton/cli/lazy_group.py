"""The command's help and its subcommands, each imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from automaton.cli.commands import HELP_LINES, SECTIONS, module_of

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class LazyGroup(TyperGroup):
    """click's group of commands. Its types are Any: whose click it is depends on typer's version."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        names: Any = dict.fromkeys(HELP_LINES)  # all that `did you mean` reads of them
        self.commands = names

    def list_commands(self, ctx: Any) -> list[str]:
        """All of them, as they stand in the help."""
        return list(HELP_LINES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The subcommand of this name; None where there is none."""
        return subcommand(cmd_name) if cmd_name in HELP_LINES else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes a line for each, in sections, without importing any."""
        width = max(map(len, HELP_LINES))
        for title, lines in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), line) for name, line in lines.items()])


def subcommand(name: str) -> Any:
    """The subcommand as click has it, with the module's examples below its help."""
    module: Any = importlib.import_module(module_of(name))
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    parsing = {**HELP_OPTIONS, **getattr(module, "PARSING", {})}
    one.command(
        name=name,
        context_settings=parsing,
        epilog=_epilog(getattr(module, "EXAMPLES", ())),
        short_help=HELP_LINES[name],
    )(module.run)
    return typer.main.get_command(one)


def _epilog(examples: Sequence[str]) -> str | None:
    # After \b click keeps the lines as they are.
    return "\n".join(("\b", "Examples:", *(f"  {one}" for one in examples))) if examples else None
