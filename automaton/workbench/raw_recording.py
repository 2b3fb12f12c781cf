"""`automaton record --raw`: what one server says on a socket of its own, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol

from automaton.errors import AutomatonError
from automaton.printable import say
from automaton.safe_files import open_to_overwrite
from automaton.web.routes.servers import ServerRow
from automaton.workbench.exit_code import OK, exit_code_of
from automaton.workbench.lookup import find_server
from automaton.workbench.terminal import failure


class FrameSource(Protocol):
    """Whoever opens a server's websocket without a daemon: `daemon/direct_client.py`."""

    def servers(self) -> list[ServerRow]:
        """All that the configuration's Panels and nodes list."""

    def unheard(self) -> Sequence[AutomatonError]:
        """Why some of them did not list theirs."""

    def record(self, server: ServerRow, write: Callable[[str], object], seconds: float | None) -> int:
        """Hands each frame as a line to `write`, until Ctrl-C or for `seconds`; how many there were."""


def record_raw(
    config: Path,
    open_direct: Callable[[Path], FrameSource],
    server: str,
    output: Path | None,
    seconds: float | None,
) -> int:
    """Into `output`, else stdout. 0, or the code of what went wrong."""
    try:
        source = open_direct(config)
        row = find_server(source.servers(), server, source.unheard())  # before a file is emptied for it
        with ExitStack() as files:
            write: Callable[[str], object] = _print
            if output:  # a console is personal data: the file is its owner's alone
                write = files.enter_context(TextIOWrapper(open_to_overwrite(output), encoding="utf-8")).write
            frames = source.record(row, write, seconds)
    except AutomatonError as problem:
        say(str(problem), err=True)
        return exit_code_of(problem)
    except OSError as problem:
        say(failure(problem), err=True)
        return exit_code_of(problem)
    say(f"{frames} frames were recorded", err=True)
    return OK


def _print(frame: str) -> None:
    say(frame, nl=False)
