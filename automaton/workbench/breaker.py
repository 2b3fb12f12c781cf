"""`automaton breaker`: which rules have tripped and are off, and putting them to work again."""

from __future__ import annotations

from pathlib import Path

import typer

from automaton.web.routes.breakers import BreakerList, BreakerRow
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
from automaton.workbench.terminal import span, title

HEAD = ("RULE", "NAME", "TRIPPED", "RESETS")


def breakers(config: Path, *, as_json: bool) -> int:
    """Lists those that have tripped. 0, also where there are none."""
    nothing = "no breaker has tripped"
    return listed(
        config, "/v1/breakers", BreakerList, lambda told: told.breakers, LOOK, nothing, as_json=as_json
    )


def reset(config: Path, rule: str, server: str | None, *, as_json: bool) -> int:
    """0 where a breaker was reset; 1 where none had tripped."""

    def work(daemon: Remote) -> int:
        row = pick_rule(daemon, rule)
        key = pick_key(row, daemon.servers(), server) if server is not None else ""
        answer = say_to_rule(daemon, row.id, "reset", BreakerList, key)
        if as_json:
            print_json(answer)
        for one in answer.breakers:
            typer.echo(f"{one.rule} works again for {title(one.name)}", err=as_json)
        if not answer.breakers:
            typer.echo(f"the breaker of {row.id} has not tripped" + (" there" if key else ""), err=True)
        return OK if answer.breakers else FAILED

    return asked(config, work)


def _cells(row: BreakerRow) -> tuple[str, ...]:
    since = f"{span(row.age)} ago" if row.age is not None else "-"
    resets = f"in {span(row.left)}" if row.left is not None else "by `automaton breaker reset`"
    return (row.rule, title(row.name), since, resets)


LOOK = Look(HEAD, _cells)
