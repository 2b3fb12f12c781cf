"""`automaton breaker`: lists the rules whose breaker has tripped, and resets them."""

from __future__ import annotations

from pathlib import Path

from automaton.printable import say
from automaton.web.routes.breakers import BreakerList, BreakerRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import (
    TableLayout,
    print_json,
    print_list,
    with_daemon,
)
from automaton.workbench.exit_code import FAILED, OK
from automaton.workbench.lookup import find_key, find_rule
from automaton.workbench.terminal import span, title

HEAD = ("RULE", "NAME", "TRIPPED", "RESETS")


def breakers(config: Path, *, as_json: bool) -> int:
    """Lists those that have tripped. 0, also where there are none."""
    nothing = "no breaker has tripped"
    return print_list(
        config, "/v1/breakers", BreakerList, lambda answer: answer.breakers, LAYOUT, nothing, as_json=as_json
    )


def reset(config: Path, rule: str, server: str | None, *, as_json: bool) -> int:
    """0 where a breaker was reset; 1 where none had tripped."""

    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        key = find_key(row, daemon.servers(), server) if server is not None else ""
        answer = daemon.post_to_rule(row.id, "reset", BreakerList, key)
        if as_json:
            print_json(answer)
        for one in answer.breakers:
            say(f"{one.rule} works again for {title(one.name)}", err=as_json)
        if not answer.breakers:
            say(f"the breaker of {row.id} has not tripped" + (" there" if key else ""), err=True)
        return OK if answer.breakers else FAILED

    return with_daemon(config, work)


def _cells(row: BreakerRow) -> tuple[str, ...]:
    return (row.rule, title(row.name), tripped_since(row), resets(row))


def tripped_since(row: BreakerRow) -> str:
    """How long ago it tripped, for people."""
    return f"{span(row.age)} ago" if row.age is not None else "-"


def resets(row: BreakerRow) -> str:
    """When it resets itself, or what a person does for it."""
    return f"in {span(row.left)}" if row.left is not None else "by `automaton breaker reset`"


LAYOUT = TableLayout(HEAD, _cells)
