"""What an operator does to a server by hand, through a running daemon or without: console, command, power.

The result is one of four: done, refused, not asked, or unknown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from automaton.core.calls import Signal
from automaton.core.outcome import Result
from automaton.errors import AutomatonError, Weather
from automaton.printable import ascii_json, say, say_json
from automaton.web.action_result import ActionResult
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerRow
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.exit_code import FAILED, INTERRUPTED, OK, TRY_AGAIN, exit_code_of
from automaton.workbench.lookup import find_server
from automaton.workbench.terminal import console_lines, has_colours, plain, title


class ServerAccess(Protocol):
    """A way to the servers: a running daemon, or Panels and nodes themselves."""

    def servers(self) -> list[ServerRow]:
        """All that can be reached."""

    def unheard(self) -> list[AutomatonError]:
        """Why some Panels or nodes did not list theirs."""

    def command(self, server: ServerRow, text: str) -> ActionResult:
        """Types a command."""

    def power(self, server: ServerRow, signal: Signal) -> ActionResult:
        """Sends a power action."""

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None:
        """Hands what Wings kept of the console to `take`, and with `follow` what comes until Ctrl-C."""


OpenDirect = Callable[[Path], ServerAccess]
"""Reaches servers by a configuration alone, for when no daemon runs."""


def send(config: Path, direct: OpenDirect, server: str, command: str, *, as_json: bool) -> int:
    """0 done; 1 refused, or unknown; 75 where it could not be asked."""
    return _act(
        config, direct, server, f"`{command}`", lambda access, row: access.command(row, command), as_json
    )


def power(config: Path, direct: OpenDirect, server: str, signal: Signal, *, as_json: bool) -> int:
    """0 where Wings took it; 1 refused, or unknown; 75 where it could not be asked."""
    return _act(config, direct, server, signal.value, lambda access, row: access.power(row, signal), as_json)


def logs(config: Path, direct: OpenDirect, server: str, *, follow: bool, as_json: bool) -> int:
    """Prints what Wings kept of a console, and with `follow` what comes."""
    ends: list[ConsoleRecord] = []
    colours = has_colours(sys.stdout)

    def take(heard: ConsoleRecord) -> None:
        if heard.note:
            say(plain(heard.note), err=True)
        elif heard.line is None:
            ends.append(heard)
        else:
            for line in console_lines(heard.line, colours=colours and not as_json):
                say(ascii_json({"line": line}) if as_json else line)

    try:
        access = _reach(config, direct)
        access.console(find_server(access.servers(), server, access.unheard()), follow=follow, take=take)
    except AutomatonError as problem:
        return _failed(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    for end in ends:
        if end.end:
            say(plain(end.end), err=True)
    failed = [end for end in ends if end.failed]
    if not failed:
        return OK
    return TRY_AGAIN if all(end.passing for end in failed) else FAILED


def outcome_sentence(name: str, what: str, answer: ActionResult) -> tuple[str, int]:
    """What came of it as a sentence, and the exit code."""
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
    direct: OpenDirect,
    server: str,
    what: str,
    ask: Callable[[ServerAccess, ServerRow], ActionResult],
    as_json: bool,
) -> int:
    try:
        access = _reach(config, direct)
        row = find_server(access.servers(), server, access.unheard())
        answer = ask(access, row)
    except AutomatonError as problem:
        if as_json:
            result = Result.FAILED if isinstance(problem, Weather) else Result.REFUSED
            _print_answer("", server, ActionResult(result, str(problem)))
        return _failed(problem)
    sentence, code = outcome_sentence(title(row.name), what, answer)
    if as_json:
        _print_answer(row.uuid, row.name, answer)
    say(plain(sentence), err=as_json or code != OK)
    return code


def _print_answer(uuid: str, name: str, answer: ActionResult) -> None:
    """For programs; the uuid is empty where no server was found."""
    outcome = {"result": answer.result, "detail": answer.detail, "way": answer.way}
    say_json({"server": uuid, "name": name, **outcome})


def _reach(config: Path, direct: OpenDirect) -> ServerAccess:
    return find_daemon(config) or direct(config)


def _failed(problem: AutomatonError) -> int:
    say(str(problem), err=True)
    return exit_code_of(problem)
