"""`automaton status` and `automaton reload`: how the running daemon is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from automaton.errors import AutomatonError
from automaton.printable import say, say_json
from automaton.web.http_json import write_json
from automaton.web.routes.status import Status, StatusReport
from automaton.workbench.breaker import resets, tripped_since
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.exit_code import CONFIGURATION_ERROR, DEGRADED, NOT_RUNNING, OK, exit_code_of
from automaton.workbench.no_daemon import no_daemon
from automaton.workbench.terminal import (
    columns,
    has_colours,
    painted,
    plain,
    span,
    title,
    width_of,
)


def status(config: Path, *, as_json: bool) -> int:
    """0 where all is well, 4 where something is not; 3 where no daemon runs, 75 where it does not answer."""
    try:
        daemon = find_daemon(config)
        if daemon is None:
            return not_running(config, as_json=as_json)
        found = daemon.status()
    except AutomatonError as problem:
        return failed(problem)
    state = "degraded" if found.troubles else "ok"
    if as_json:
        print_report(StatusReport(running=True, state=state, status=found))
    else:
        for line in status_lines(found, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
            say(line)
    return DEGRADED if found.troubles else OK


def reload(config: Path) -> int:
    """0 where the files were taken, 78 where they were not; 75 where the daemon does not answer."""
    try:
        daemon = find_daemon(config)
        if daemon is None:
            return not_running(config, as_json=False)
        answer = daemon.reload()
    except AutomatonError as problem:
        return failed(problem)
    for problem_line in answer.problems:
        say(problem_line, err=True)
    if answer.taken:
        say("the new configuration is taken")
        return OK
    say(f"not taken: {answer.reason}", err=True)
    return CONFIGURATION_ERROR


def status_lines(status: Status, *, colours: bool, width: int | None = None) -> Iterator[str]:
    """The lines of `automaton status`. Only those of decisions are cut at `width`."""
    word, colour = ("degraded", typer.colors.YELLOW) if status.troubles else ("ok", typer.colors.GREEN)
    yield f"{painted(word, colour, colours=colours)}: {status.summary}"
    yield f"version {status.version}, up for {span(status.uptime)}, arm: {status.arm}"
    links = ", ".join(f"{count} {state}" for state, count in status.links.items() if count)
    yield f"links: {links or 'none'}"
    yield from (f"trouble: {plain(one)}" for one in status.troubles)
    if status.parked:
        yield "parked, for you to act:"
        yield from (f"  {title(one.name)} ({one.cause}): {plain(one.reason)}" for one in status.parked)
    if status.breakers:
        yield "off for too many runs, by their `breaker`:"
        yield from (
            f"  {one.rule} {title(one.name)}, tripped {tripped_since(one)}, resets {resets(one)}"
            for one in status.breakers
        )
    if status.incidents:
        yield "open incidents:"
        yield from (
            f"  {one.rule} {title(one.name)} ({one.severity}), open for {span(one.open_for)}"
            for one in status.incidents
        )
    if status.decisions:
        yield "last decisions:"
        rows = [
            (
                f"  {span(one.age)} ago",
                one.rule,
                title(one.name),
                one.verdict,
                plain(one.detail or one.sentence),
            )
            for one in status.decisions
        ]
        yield from columns(rows, width=width)


def not_running(config: Path, *, as_json: bool) -> int:
    """Says that no daemon runs, to programs too."""
    if as_json:
        print_report(StatusReport(running=False, state="not running"))
    say(no_daemon(config), err=True)
    return NOT_RUNNING


def failed(problem: AutomatonError) -> int:
    """Says why the daemon could not be asked."""
    say(str(problem), err=True)
    return exit_code_of(problem)  # a daemon that does not answer in time may do so the next time


def print_report(report: StatusReport) -> None:
    """For programs, on one line."""
    say_json(json.loads(write_json(report)), compact=True)
