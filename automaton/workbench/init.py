"""`automaton init`: from a Panel's address and key, or a node's config.yml, to a folder that can be run.

Everything is asked and checked before the first file is written; none is overwritten without `--force`.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from automaton.core.events import Profile
from automaton.errors import Refused, Weather
from automaton.printable import say
from automaton.secret import Secret
from automaton.settings.load import check
from automaton.workbench.discovery import discover_node, discover_panel, try_panel
from automaton.workbench.exit_code import FAILED, OK, TRY_AGAIN, USAGE, exit_code_of
from automaton.workbench.init_choices import (
    ETC,
    InitChoices,
    InitOptions,
    NobodyToAskError,
    chat_file,
    choose,
    page_credential,
    secret_path,
)
from automaton.workbench.init_files import UNITS, all_files, drop_in_path, unit_path, write_all
from automaton.workbench.init_questions import interview
from automaton.workbench.init_texts import PAGE
from automaton.workbench.prompts import AtTerminal
from automaton.workbench.web_login import new_hash

NEEDED = "the service does not start without it"


def init(options: InitOptions) -> int:
    """0 once all is written; 1 where that is refused, 2 where something is missing, 75 for weather.

    78 where it may not be written.
    """
    try:
        _refuse_folder(options)
        choices, profiles = _choose(options)
        choices = _with_page(choices)
        written = dict(all_files(choices, profiles))
        _refuse_mistakes(written, options.folder)
        _refuse_to_overwrite(written, force=options.force)
        if choices.chat is None:
            chat_file(choices).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_all(written, choices.pasted)
    except NobodyToAskError as problem:
        say(str(problem), err=True)
        return USAGE
    except Weather as problem:
        say(f"{problem}; nothing was written", err=True)
        return TRY_AGAIN
    except Refused as problem:
        say(f"{problem}; nothing was written", err=True)
        return FAILED
    except OSError as problem:
        say(f"cannot write {problem.filename}: {problem.strerror}; nothing was written", err=True)
        return exit_code_of(problem)
    except typer.Abort:
        say("ended before all was answered; nothing was written", err=True)
        return FAILED
    for line in _summary(choices, profiles, (*written, *choices.pasted)):
        say(line)
    return OK


def _choose(options: InitOptions) -> tuple[InitChoices, list[Profile]]:
    if sys.stdin.isatty():
        return interview(options, AtTerminal(), _look, try_panel)
    choices = choose(options)
    return choices, _look(choices)


def _with_page(choices: InitChoices) -> InitChoices:
    """With the hash of the operator's password, which is asked for here."""
    if not choices.page:
        return choices
    path = secret_path(choices.folder, page_credential(choices))
    return replace(choices, pasted={**choices.pasted, path: Secret(new_hash(choices.page))})


def _look(choices: InitChoices) -> list[Profile]:
    return discover_panel(choices) if choices.panel else discover_node(choices)


def _refuse_folder(options: InitOptions) -> None:
    """What would keep it from being written in the end is said before the first question."""
    _refuse_to_overwrite([options.folder / "automaton.yml"], force=options.force)
    folders = [options.folder, unit_path(options.folder).parent]
    for folder in map(Path.absolute, folders):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is no folder: name another", str(there))
        if not os.access(there, os.W_OK | os.X_OK):
            why = "run it as root, or name a folder of yours"
            raise PermissionError(errno.EACCES, f"you may not write there: {why}", str(there))


def _refuse_mistakes(files: Mapping[Path, str], folder: Path) -> None:
    """A mistake in an address is said before a file has it."""
    path = folder / "automaton.yml"
    problems = check(files[path], path, {}, in_service=False).problems
    errors = [one.message for one in problems if one.severity == "error"]
    if errors:
        raise Refused("; ".join(errors))


def _refuse_to_overwrite(files: Iterable[Path], *, force: bool) -> None:
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise Refused(f"there is {', '.join(there)} already; `--force` overwrites")


def _summary(choices: InitChoices, profiles: Sequence[Profile], files: Iterable[Path]) -> Iterator[str]:
    yield f"{len(profiles)} {'server' if len(profiles) == 1 else 'servers'} seen. Written:"
    yield from (f"  {path}" for path in files)
    yield "Next:"
    yield from (f"  {number}. {step}" for number, step in enumerate(next_steps(choices), 1))


def next_steps(choices: InitChoices) -> Iterator[str]:
    """From what was written to a service that runs, in this order: what `init` says at its end."""
    folder, chat = choices.folder, choices.chat
    for path in (choices.key, chat):
        if path is not None and _is_open(path):
            yield f"chmod 600 {path}   # others can read it"
    if chat is None:
        place = f"{chat_file(choices)} (chmod 600)"
        yield f"write your chat's Apprise URL, as discord://..., to {place}; {NEEDED}"
    elif not chat.exists():
        yield f"write your chat's Apprise URL to {chat} (chmod 600); {NEEDED}"
    if folder != ETC:
        units = f"{unit_path(folder)} and {drop_in_path(folder).parent}"
        yield f"copy {units} to {UNITS}, and the rest to {ETC}"
        if _are_within(folder, (choices.key, chat_file(choices), *choices.pasted)):
            copied = UNITS / drop_in_path(folder).relative_to(folder)
            yield f"sed -i 's#:{folder.absolute()}/#:{ETC}/#' {copied}   # where the secrets are by then"
        yield f"automaton check --online -c {folder / 'automaton.yml'}"
    else:
        yield "automaton check --online   # may the key do what the rules want?"
    stay = [str(one) for one in (choices.key, chat) if one and not _are_within(folder, (one,))]
    if stay:
        where, what = ("they are", "them") if len(stay) > 1 else ("it is", "it")
        yield f"leave {' and '.join(stay)} where {where}: systemd reads {what} at each start"
    yield "systemctl daemon-reload && systemctl enable --now automaton && automaton status"
    if choices.page:
        yield f"a browser on this machine: http://{PAGE}/, as {choices.page}"
    yield "journalctl -fu automaton: `rule.shadow` is what would have been done"
    yield "when you trust it: `arm: live` in automaton.yml, then `automaton reload`"


def _are_within(folder: Path, paths: Iterable[Path | None]) -> bool:
    """Whether one of these stands in the folder, and moves with it."""
    return any(path.is_relative_to(folder.absolute()) for path in paths if path is not None)


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False
