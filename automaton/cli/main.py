"""The command `automaton`: from what was typed to an exit code.

A subcommand is a module `automaton/cli/<name>.py` with a function `run`, whose docstring is the help, and
with `EXAMPLES`, which stand below it and are run by a test. Its line in the list is in commands.py. It may
have `PARSING`, click's settings for how its arguments are read.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
import traceback
from contextlib import suppress
from typing import IO, Protocol, runtime_checkable

import typer

from automaton import __version__
from automaton.cli.commands import HELP_LINES
from automaton.cli.lazy_group import HELP_OPTIONS, LazyGroup
from automaton.printable import OutputLost, say
from automaton.standard_streams import leave_no_stream_closed, stream_to

app = typer.Typer(
    cls=LazyGroup,
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks show the values of local variables, secrets among them
    rich_markup_mode=None,
    context_settings=HELP_OPTIONS,
    help="Watches game servers behind Wings, judges by rules, and acts.",
    epilog="`automaton COMMAND -h` has examples; all of it is in `man automaton`, of a checkout"
    " `man -l man/automaton.1`.",
)

FAULT, INTERRUPTED = 1, 130
"""What a fault of ours ends with, beside its traceback; and Ctrl-C, as in workbench/exit_code.py."""

KIND_OF_ERROR = "Value error, "
RARELY = 300_000
"""Objects that are made until Python looks for garbage: what is imported stays, and to look it over again and
again is a tenth of a start, even once at the end of it a fiftieth. The daemon has a measure of its own
(daemon/garbage_collection.py)."""


@runtime_checkable
class UsageProblem(Protocol):
    """click's exceptions by what they can do: whose click raises them depends on typer's version."""

    exit_code: int

    def show(self, file: IO[str] | None = None) -> None:
        """Prints the usage and what is wrong."""


def names() -> list[str]:
    """The subcommands there are, as they are typed."""
    return sorted(HELP_LINES)


def main(args: list[str] | None = None) -> None:
    """The installed command. Only the subcommand that is asked for is imported."""
    leave_no_stream_closed()
    sys.stdout, sys.stderr = sys.stdout or stream_to(1), sys.stderr or stream_to(2)
    _replace_what_a_stream_cannot_say()
    gc.set_threshold(RARELY)
    # Python looks for garbage several times while it ends, though all of it goes with the process: that would
    # be a quarter of the time that `check` takes.
    atexit.register(gc.freeze)
    # Pydantic asks every installed package whether it wants to see our models: none does, and reading the
    # metadata of all of them takes a while.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.exit(_run(sys.argv[1:] if args is None else args))


def _run(args: list[str]) -> int:
    """The exit code. What goes wrong is printed here: a mistake of usage quotes what was typed as it was."""
    try:
        return app(args=args, prog_name="automaton", standalone_mode=False) or 0
    except typer.Abort:
        say("Aborted!", err=True)
        return FAULT
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer's answer to a pipe that nobody reads
            return _told(OutputLost(end.__context__))
        raise  # the shell has its words
    except KeyboardInterrupt:
        return INTERRUPTED
    except BaseExceptionGroup as problem:  # of tasks that ran at once
        return INTERRUPTED if problem.subgroup(KeyboardInterrupt) else _told(problem)
    except Exception as problem:
        return _told(problem)


def _told(problem: BaseException) -> int:
    if isinstance(problem, UsageProblem):
        _unmark(problem)
        shown = io.StringIO()
        problem.show(shown)
        say(shown.getvalue(), err=True, nl=False)
        return problem.exit_code
    from automaton.cli.environment_problem import environment_problem

    known = environment_problem(problem)
    if known is None:
        say(traceback.format_exc(), err=True, nl=False)  # a fault of ours; it may quote strangers as well
        return FAULT
    if not (isinstance(problem, OutputLost) and problem.is_unread):  # as `| head` ends it: all was seen
        say(f"automaton: {known.sentence}", err=True)
    _forget_what_nobody_takes()
    return known.exit_code


def _unmark(problem: UsageProblem) -> None:
    """Typer hands on what pydantic says of a wrong choice, with the kind of its error in front."""
    message = getattr(problem, "message", None)
    if isinstance(message, str):
        # Our own protocol of what Typer raises has no message, which only some of its problems have.
        problem.message = message.removeprefix(KIND_OF_ERROR)  # type: ignore[attr-defined]


def _forget_what_nobody_takes() -> None:
    """Python writes what is left for stdout once more at its end, and would tell of it a second time."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            sys.stdout.close()


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
