"""`automaton incidents` and `automaton ack`: what is open, and that somebody has taken note."""

from __future__ import annotations

from pathlib import Path

import typer

from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.workbench.asking import (
    FAILED,
    OK,
    Look,
    asked,
    listed,
    pick_key,
    pick_rule,
    print_json,
    say_to_rule,
)
from automaton.workbench.remote import Remote
from automaton.workbench.terminal import plain, span, title

HEAD = ("RULE", "NAME", "SEVERITY", "OPEN FOR", "ACKED", "RUN", "HELD")
PAINTS = {"critical": typer.colors.RED, "warning": typer.colors.YELLOW}


def incidents(config: Path, *, as_json: bool) -> int:
    """0, also where none is open; 3 where no daemon runs."""
    nothing = "no incident is open"
    return listed(
        config, "/v1/incidents", IncidentList, lambda told: told.incidents, LOOK, nothing, as_json=as_json
    )


def ack(config: Path, rule: str, server: str | None, *, as_json: bool) -> int:
    """0 where an incident was acknowledged; 1 where none was open."""

    def work(daemon: Remote) -> int:
        row = pick_rule(daemon, rule)
        key = pick_key(row, daemon.servers(), server) if server is not None else ""
        answer = say_to_rule(daemon, row.id, "ack", IncidentList, key)
        if as_json:
            print_json(answer)
        for one in answer.incidents:
            again = " (it was already)" if one.acked else ""
            typer.echo(f"{one.rule} for {title(one.name)} is acknowledged{again}", err=as_json)
        if not answer.incidents:
            typer.echo(f"{row.id} has no open incident" + (" there" if key else ""), err=True)
        return OK if answer.incidents else FAILED

    return asked(config, work)


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


LOOK = Look(HEAD, _cells, lambda row: PAINTS.get(row.severity, ""), below=2)
