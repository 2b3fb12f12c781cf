"""`automaton rules`: every rule of a running daemon with its counts."""

from __future__ import annotations

from pathlib import Path

import typer

from automaton.web.routes.rules import RuleList, RuleRow
from automaton.workbench.daemon_command import TableLayout, print_list

HEAD = ("RULE", "ARM", "BY", "SERVERS", "OPEN", "FIRED", "VERDICTS")
PAINTS = {"off": typer.colors.BRIGHT_BLACK, "shadow": typer.colors.CYAN}
MOST_VERDICTS = 4


def rules(config: Path, *, as_json: bool) -> int:
    """0; 3 where no daemon runs."""
    nothing = "there are no rules: `rules` in automaton.yml names their files"
    return print_list(
        config, "/v1/rules", RuleList, lambda answer: answer.rules, LAYOUT, nothing, as_json=as_json
    )


def _cells(row: RuleRow) -> tuple[str, ...]:
    most = sorted(row.counted.items(), key=lambda item: -item[1])[:MOST_VERDICTS]
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in most)
    arm = f"{row.arm} (by hand)" if row.by_hand is not None else row.arm
    return (row.id, arm, row.by, str(row.servers), str(row.open), str(row.fired), verdicts or "-")


LAYOUT = TableLayout(HEAD, _cells, lambda row: PAINTS.get(row.arm, ""))
