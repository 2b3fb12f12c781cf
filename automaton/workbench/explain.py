"""`automaton explain` and `automaton why-not`: what a rule of the running daemon makes of a server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from automaton.errors import AutomatonError
from automaton.journal.sqlite_journals import NAME
from automaton.pace.clock import SystemClock
from automaton.printable import say
from automaton.settings.state_folder import state_folder
from automaton.web.routes.explain import Explanation, Explanations
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import print_json, with_daemon
from automaton.workbench.earlier_decisions import with_earlier
from automaton.workbench.exit_code import OK
from automaton.workbench.explain_report import explanation_lines, verdict_counts, why_not_lines
from automaton.workbench.lookup import find_key, find_rule
from automaton.workbench.terminal import folded, plain, width_of
from automaton.workbench.trail import Trail

Lines = Callable[[Explanation], Iterator[str]]


def explain(config: Path, rule: str, server: str, *, as_json: bool) -> int:
    """0, or 1 where there is no such rule or server; 3 where no daemon runs."""
    return _explain(config, rule, server, explanation_lines, as_json)


def why_not(config: Path, rule: str, server: str, *, as_json: bool) -> int:
    """0, or 1 where there is no such rule or server; 3 where no daemon runs."""
    return _explain(config, rule, server, why_not_lines, as_json)


def _explain(config: Path, rule: str, server: str, lines_of: Lines, as_json: bool) -> int:
    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        key = find_key(row, daemon.servers(), server)
        answer = _with_earlier(daemon.ask_of_rule(row.id, "explain", Explanations, key), config)
        if as_json:
            print_json(answer)
        else:
            _print(answer, lines_of)
        return OK

    return with_daemon(config, work)


def _with_earlier(answer: Explanations, config: Path) -> Explanations:
    """With what the trail has from before the daemon's start, where there is a trail to read."""
    path = state_folder(config) / NAME
    now = SystemClock().now().wall
    try:
        if not path.is_file():
            return answer
        return Explanations([with_earlier(one, Trail(path), now) for one in answer.explanations])
    except (AutomatonError, OSError) as problem:
        say(f"what was decided before the daemon's start cannot be read: {plain(str(problem))}", err=True)
        return answer


def _print(answer: Explanations, lines_of: Lines) -> None:
    for line in folded(_lines(answer, lines_of), width_of(sys.stdout)):
        say(line)


def _lines(answer: Explanations, lines_of: Lines) -> Iterator[str]:
    for number, one in enumerate(answer.explanations):
        if number:
            yield ""
        yield from lines_of(one)
    for one in answer.explanations[-1:]:
        yield from verdict_counts(one)
