"""`automaton rules`: every rule of a running daemon in numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from automaton.web.rule_shapes import RuleRow, Rules
from automaton.workbench.asking import OK, asked, print_json
from automaton.workbench.remote import Remote
from automaton.workbench.terminal import columns, has_colours, width_of

HEAD = ("RULE", "ARM", "BY", "SERVERS", "OPEN", "FIRED", "VERDICTS")
PAINTS = {"off": typer.colors.BRIGHT_BLACK, "shadow": typer.colors.CYAN}
MOST_VERDICTS = 4


def rules(config: Path, *, as_json: bool) -> int:
    """0; 3 where no daemon runs."""

    def work(daemon: Remote) -> int:
        answer = daemon.ask("GET", "/v1/rules", Rules)
        if as_json:
            print_json(answer)
        elif answer.rules:
            for line in table(answer.rules, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
                typer.echo(line)
        else:
            typer.echo("there are no rules: `rules` in automaton.yml names their files", err=True)
        return OK

    return asked(config, work)


def table(rows: Sequence[RuleRow], *, colours: bool, width: int | None = None) -> list[str]:
    """The lines of `automaton rules`, each in `width` cells."""
    paints = ["", *(PAINTS.get(row.arm, "") for row in rows)]
    return columns([HEAD, *map(_cells, rows)], paints, colours=colours, width=width)


def _cells(row: RuleRow) -> tuple[str, ...]:
    most = sorted(row.counted.items(), key=lambda item: -item[1])[:MOST_VERDICTS]
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in most)
    return (row.id, row.arm, row.by, str(row.servers), str(row.open), str(row.fired), verdicts or "-")
