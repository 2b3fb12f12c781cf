"""The operator's hand: consoles, commands and power, through a running daemon or without one.

What became of a thing asked is told as it is: done, refused, not asked, or unknown.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import typer

from automaton.core.calls import Signal
from automaton.core.outcome import Result
from automaton.errors import AutomatonError, ConfigurationError, Weather
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.server_actions import ActionResult
from automaton.web.routes.servers import ServerRow
from automaton.workbench.pick import pick_one
from automaton.workbench.remote import find_daemon
from automaton.workbench.terminal import console_lines, has_colours, plain, title

OK, FAILED, TRY_AGAIN, CONFIGURATION_ERROR, INTERRUPTED = 0, 1, 75, 78, 130


class Hand(Protocol):
    """Who reaches servers: a running daemon, or the configuration alone."""

    def servers(self) -> list[ServerRow]: ...

    def unheard(self) -> list[AutomatonError]: ...

    def command(self, server: ServerRow, text: str) -> ActionResult: ...

    def power(self, server: ServerRow, signal: Signal) -> ActionResult: ...

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None: ...


Direct = Callable[[Path], Hand]
"""Makes a hand of a configuration, for when no daemon runs."""


def send(config: Path, direct: Direct, server: str, command: str, *, as_json: bool) -> int:
    """0 done; 1 refused, or unknown; 75 where it could not be asked."""
    return _act(config, direct, server, f"`{command}`", lambda hand, row: hand.command(row, command), as_json)


def power(config: Path, direct: Direct, server: str, signal: Signal, *, as_json: bool) -> int:
    """0 where Wings took it; 1 refused, or unknown; 75 where it could not be asked."""
    return _act(config, direct, server, signal.value, lambda hand, row: hand.power(row, signal), as_json)


def logs(config: Path, direct: Direct, server: str, *, follow: bool, as_json: bool) -> int:
    """Prints what Wings kept of a console, and with `follow` what comes."""
    ends: list[ConsoleRecord] = []
    colours = has_colours(sys.stdout)

    def take(heard: ConsoleRecord) -> None:
        if heard.note:
            typer.echo(plain(heard.note), err=True)
        elif heard.line is None:
            ends.append(heard)
        else:
            for line in console_lines(heard.line, colours=colours and not as_json):
                typer.echo(json.dumps({"line": line}) if as_json else line, color=colours)

    try:
        hand = _reach(config, direct)
        hand.console(pick_one(hand.servers(), server, hand.unheard()), follow=follow, take=take)
    except AutomatonError as problem:
        return _failed(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    for end in ends:
        if end.end:
            typer.echo(plain(end.end), err=True)
    failed = [end for end in ends if end.failed]
    if not failed:
        return OK
    return TRY_AGAIN if all(end.passing for end in failed) else FAILED


def told(name: str, what: str, answer: ActionResult) -> tuple[str, int]:
    """What became of it as a sentence, and the exit code."""
    way = f" ({answer.way})" if answer.way else ""
    detail = f": {answer.detail}" if answer.detail else ""
    match answer.result:
        case Result.DONE:
            return f"{name}: {what} was taken{way}{detail}", OK
        case Result.REFUSED:
            return f"{name}: {what} was refused{way}{detail}", FAILED
        case Result.FAILED:
            return f"{name}: {what} could not be asked{way}{detail}; nothing was done, try again", TRY_AGAIN
    sentence = f"{name}: it is unknown whether {what} was done{way}{detail}; look before you ask again"
    return sentence, FAILED


def _act(
    config: Path,
    direct: Direct,
    server: str,
    what: str,
    ask: Callable[[Hand, ServerRow], ActionResult],
    as_json: bool,
) -> int:
    try:
        hand = _reach(config, direct)
        row = pick_one(hand.servers(), server, hand.unheard())
        answer = ask(hand, row)
    except AutomatonError as problem:
        if as_json:
            result = Result.FAILED if isinstance(problem, Weather) else Result.REFUSED
            _print_answer("", server, ActionResult(result, str(problem)))
        return _failed(problem)
    sentence, code = told(title(row.name), what, answer)
    if as_json:
        _print_answer(row.uuid, row.name, answer)
    typer.echo(plain(sentence), err=as_json or code != OK)
    return code


def _print_answer(uuid: str, name: str, answer: ActionResult) -> None:
    """For programs; the uuid is empty where no server was found."""
    outcome = {"result": answer.result, "detail": answer.detail, "way": answer.way}
    typer.echo(json.dumps({"server": uuid, "name": name, **outcome}))


def _reach(config: Path, direct: Direct) -> Hand:
    return find_daemon(config) or direct(config)


def _failed(problem: AutomatonError) -> int:
    typer.echo(str(problem), err=True)
    return code_of(problem)


def code_of(problem: AutomatonError) -> int:
    """The exit code that a problem has: 78 for files, 75 for what may pass by itself, else 1."""
    match problem:
        case ConfigurationError():
            return CONFIGURATION_ERROR
        case Weather():
            return TRY_AGAIN
    return FAILED
