"""The command `automaton`: its subcommands, each a file of its own, imported only when it is asked for.

A subcommand is a module `automaton/cli/<name>.py` with a function `run`, whose docstring is the help.
It may have `PARSING`, click's settings for how its arguments are read.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import sys
import traceback
from typing import IO, Any, Protocol, runtime_checkable

import typer

import automaton.cli
from automaton import __version__
from automaton.printable import say
from automaton.standard_streams import leave_no_stream_closed, stream_to

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks show the values of local variables, secrets among them
    rich_markup_mode=None,
    help="Watches game servers behind Wings, judges by rules, and acts.",
)


@runtime_checkable
class UsageProblem(Protocol):
    """click's exceptions by what they can do: whose click raises them depends on typer's version."""

    exit_code: int

    def show(self, file: IO[str] | None = None) -> None:
        """Prints the usage and what is wrong."""


NOT_SUBCOMMANDS = frozenset({"main", "options"})
"""Modules of this folder that no command is named after."""


def names() -> list[str]:
    """The subcommands there are, as they are typed: `why-not` is in why_not.py."""
    files = {one.name for one in pkgutil.iter_modules(automaton.cli.__path__)} - NOT_SUBCOMMANDS
    return sorted(name.replace("_", "-") for name in files)


def main(args: list[str] | None = None) -> None:
    """The installed command. Only the subcommand that is asked for is imported."""
    leave_no_stream_closed()
    sys.stdout, sys.stderr = sys.stdout or stream_to(1), sys.stderr or stream_to(2)
    _replace_what_a_stream_cannot_say()
    args = sys.argv[1:] if args is None else args
    wanted = next((arg for arg in args if not arg.startswith("-")), "")
    known = names()
    for name in [wanted] if wanted in known else known:
        module: Any = importlib.import_module(f"automaton.cli.{name.replace('-', '_')}")
        parsing = getattr(module, "PARSING", None)
        app.command(name=name, context_settings=parsing)(module.run)
    sys.exit(_run(args))


def _run(args: list[str]) -> int:
    """The exit code. What goes wrong is printed here: a mistake of usage quotes what was typed as it was."""
    try:
        return app(args=args, prog_name="automaton", standalone_mode=False) or 0
    except typer.Abort:
        say("Aborted!", err=True)
        return 1
    except Exception as problem:
        if isinstance(problem, UsageProblem):
            shown = io.StringIO()
            problem.show(shown)
            say(shown.getvalue(), err=True, nl=False)
            return problem.exit_code
        say(traceback.format_exc(), err=True, nl=False)  # a fault of ours; it may quote strangers as well
        return 1


def _replace_what_a_stream_cannot_say() -> None:
    """A name may hold what a Latin-1 terminal has no letter for: that is no reason to end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Say the version.", is_eager=True)) -> None:
    if version:
        say(f"automaton {__version__}")
        raise typer.Exit
