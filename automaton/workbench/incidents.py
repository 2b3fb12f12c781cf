"""`automaton incidents` and `automaton ack`: lists open incidents, and acknowledges them."""

from __future__ import annotations

from pathlib import Path

import typer

from automaton.printable import say
from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import (
    TableLayout,
    print_json,
    print_list,
    with_daemon,
)
from automaton.workbench.exit_code import FAILED, OK
from automaton.workbench.lookup import find_key, find_rule
from automaton.workbench.terminal import plain, span, title

HEAD = ("RULE", "NAME", "SEVERITY", "OPEN FOR", "ACKED", "RUN", "HELD")
PAINTS = {"critical": typer.colors.RED, "warning": typer.colors.YELLOW}


def incidents(config: Path, *, as_json: bool) -> int:
    """0, also where none is open; 3 where no daemon runs."""
    nothing = "no incident is open"
    return print_list(
        config,
        "/v1/incidents",
        IncidentList,
        lambda answer: answer.incidents,
        LAYOUT,
        nothing,
        as_json=as_json,
    )


def ack(config: Path, rule: str, server: str | None, *, as_json: bool) -> int:
    """0 where an incident was acknowledged; 1 where none was open."""

    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        key = find_key(row, daemon.servers(), server) if server is not None else ""
        answer = daemon.post_to_rule(row.id, "ack", IncidentList, key)
        if as_json:
            print_json(answer)
        for one in answer.incidents:
            again = " (it was already)" if one.acked else ""
            say(f"{one.rule} for {title(one.name)} is acknowledged{again}", err=as_json)
        if not answer.incidents:
            say(f"{row.id} has no open incident" + (" there" if key else ""), err=True)
        return OK if answer.incidents else FAILED

    return with_daemon(config, work)


def _cells(row: IncidentRow) -> tuple[str, ...]:
    return (
        row.rule,
        title(row.name),
        row.severity,
        span(row.open_for),
        "yes" if row.acked else "no",
        plain(row.step) or "-",
        plain("; ".join(row.held)),
    )


LAYOUT = TableLayout(HEAD, _cells, lambda row: PAINTS.get(row.severity, ""), below=2)
