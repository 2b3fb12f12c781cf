"""`automaton backup`, `restore` and `forget`: the journal's file, by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from automaton.errors import AutomatonError, Refused
from automaton.journal.backup import backup as copy_to
from automaton.journal.backup import restore as take_back
from automaton.journal.forget import forget as forget_in
from automaton.journal.sqlite_journals import NAME
from automaton.printable import say
from automaton.settings.state_folder import has_cluster, state_folder
from automaton.workbench.exit_code import OK, exit_code_of
from automaton.workbench.terminal import plain, size

Hold = Callable[[Path], AbstractContextManager[None]]
"""Holds a state folder, so that no daemon runs on it. Raises TryLater where one does."""

CLUSTERED = (
    "automaton.yml has a `cluster`, of which NATS keeps what is remembered: `nats account backup` of NATS'"
    " tools copies it, and `nats account restore` takes it back"
)


def backup(config: Path, file: Path) -> int:
    """0; 1 with a `cluster`, with nothing to copy, or where `file` is there; 78 where it has no folder."""

    def work(folder: Path) -> None:
        copy_to(folder, file)
        say(
            f"the journal is in {file}, {size(file.stat().st_size)}; `automaton restore {file}` takes it back"
        )

    return _with_single_folder(config, work)


def restore(config: Path, file: Path, hold: Hold) -> int:
    """0; 78 where the file is of no use, 1 with a `cluster`, 75 under a daemon; then all is as it was."""

    def work(folder: Path) -> None:
        with hold(folder):
            restored = take_back(folder, file)
        kept = f"; what was there is {restored.replaced}" if restored.replaced is not None else ""
        kept += ", in the place of what an earlier restore replaced" if restored.is_over_older else ""
        say(f"restored: {restored.parts} parts of what is remembered, {restored.rows} rows of history{kept}")

    return _with_single_folder(config, work)


def forget(config: Path, player: str) -> int:
    """0, also where nothing names the player; 1 where there is no journal."""

    def work(folder: Path) -> None:
        if not (folder / NAME).exists():
            raise Refused(f"there is no journal in {folder}: automaton has not run there")
        done = forget_in(folder / NAME, player)
        rows = "1 row" if done.rows == 1 else f"{done.rows} rows"
        say(f"{rows} named {plain(player)}, and none does now")
        if done.parts_left:
            say(
                "what is remembered for what is going on still names them: it goes with the last lines of"
                " their server's console, with incidents and windows"
            )
        if not done.is_wiped:
            say("somebody reads the file: what was there is wiped at the next `automaton forget`", err=True)

    return _with_folder(config, work)


def _with_single_folder(config: Path, work: Callable[[Path], None]) -> int:
    """Of a member there is a copy of the history alone, and nothing of what it would go on with."""

    def alone(folder: Path) -> None:
        if has_cluster(config):
            raise Refused(CLUSTERED)
        work(folder)

    return _with_folder(config, alone)


def _with_folder(config: Path, work: Callable[[Path], None]) -> int:
    try:
        work(state_folder(config))
    except AutomatonError as problem:
        say(plain(str(problem)), err=True)
        return exit_code_of(problem)
    return OK
