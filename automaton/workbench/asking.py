"""A running daemon asked about its rules: found, understood, and its no told with the right exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec
import typer

from automaton.core.key import By, Key
from automaton.errors import AutomatonError, Refused
from automaton.schema.nearest import nearest
from automaton.web.http_json import write_json
from automaton.web.routes.rules import RuleList, RuleRow
from automaton.web.routes.servers import ServerRow
from automaton.workbench.hand import code_of
from automaton.workbench.pick import pick_one
from automaton.workbench.remote import Remote, find_daemon
from automaton.workbench.terminal import ascii_json, columns, has_colours, plain, width_of

OK, FAILED, NOT_RUNNING = 0, 1, 3

Shape = TypeVar("Shape", bound=msgspec.Struct)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Look(Generic[Row]):
    """How rows stand in a table: its head, the cells and the colour of each; `below` as for `columns`."""

    head: tuple[str, ...]
    cells: Callable[[Row], tuple[str, ...]]
    paint: Callable[[Row], str] = lambda _: ""
    below: int = 0

    def lines(self, rows: Sequence[Row], *, colours: bool = False, width: int | None = None) -> list[str]:
        """The head and the rows, each in `width` cells."""
        paints = ["", *map(self.paint, rows)]
        cells = [self.head, *map(self.cells, rows)]
        return columns(cells, paints, colours=colours, width=width, below=self.below)


def asked(config: Path, work: Callable[[Remote], int]) -> int:
    """What `work` answers; 3 where no daemon runs, else the code of what went wrong."""
    try:
        daemon = find_daemon(config)
        if daemon is None:
            typer.echo(f"no daemon runs by {config}: start it with `systemctl start automaton`", err=True)
            return NOT_RUNNING
        try:
            return work(daemon)
        finally:
            daemon.close()
    except AutomatonError as problem:
        typer.echo(plain(str(problem)) if isinstance(problem, Refused) else str(problem), err=True)
        return code_of(problem)


def listed(
    config: Path,
    path: str,
    shape: type[Shape],
    rows: Callable[[Shape], Sequence[Row]],
    look: Look[Row],
    nothing: str,
    *,
    as_json: bool,
) -> int:
    """Asks for a list and prints it: as JSON, as a table, or says `nothing`. 0 for all three."""

    def work(daemon: Remote) -> int:
        answer = daemon.ask("GET", path, shape)
        if as_json:
            print_json(answer)
        elif found := rows(answer):
            for line in look.lines(found, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
                typer.echo(line)
        else:
            typer.echo(nothing, err=True)
        return OK

    return asked(config, work)


def of_rule(daemon: Remote, rule: str, what: str, shape: type[Shape], key: str) -> Shape:
    """Reads something of a rule and key."""
    return daemon.ask("GET", f"/v1/rules/{quote(rule, safe='')}/{what}?key={quote(key, safe='')}", shape)


def say_to_rule(daemon: Remote, rule: str, what: str, shape: type[Shape], key: str) -> Shape:
    """Says something to a rule and key, empty for all of its keys."""
    body: Mapping[str, object] = {"key": key}
    return daemon.ask("POST", f"/v1/rules/{quote(rule, safe='')}/{what}", shape, body)


def pick_rule(daemon: Remote, text: str) -> RuleRow:
    """The rule of this id. Raises Refused where there is none, with the nearest."""
    rows = daemon.ask("GET", "/v1/rules", RuleList).rules
    found = next((row for row in rows if row.id == text), None)
    if found is not None:
        return found
    near = nearest(text, [row.id for row in rows])
    hint = f", did you mean `{near}`?" if near else "; `automaton rules` lists them"
    raise Refused(f"no rule is called `{text}`{hint}")


def pick_key(rule: RuleRow, servers: list[ServerRow], text: str) -> str:
    """The text of the key that a person means.

    A server by its name, id or uuid; a node's name, or one of its servers, where the rule looks at nodes;
    `fleet`. Values of a `by` list stand behind it: `lobby/Steve`. Raises Refused where there is none.
    """
    by = By(rule.by.strip("[]").split(",")[0].strip())
    if by is By.FLEET:
        return _fleet(servers, text)
    try:
        return _home(by, servers, text).text
    except Refused:
        if "/" not in text or not rule.by.startswith("["):
            raise
    head, *more = text.split("/")
    return Key(by, _home(by, servers, head).of, tuple(more)).text


def print_json(content: msgspec.Struct) -> None:
    typer.echo(ascii_json(write_json(content)))


def _fleet(servers: list[ServerRow], text: str) -> str:
    """A server's name will do: it is of the fleet."""
    head, *more = text.split("/")
    if head.casefold() != By.FLEET:
        pick_one(servers, text)
        more = []
    return Key(By.FLEET, "", tuple(more)).text


def _home(by: By, servers: list[ServerRow], text: str) -> Key:
    if by is By.SERVER:
        return Key(by, pick_one(servers, text).uuid)
    wanted = text.casefold().removeprefix("node:")
    node = next((row.node for row in servers if row.node and row.node.casefold() == wanted), None)
    return Key(by, node if node is not None else _node_of(servers, text))


def _node_of(servers: list[ServerRow], text: str) -> str:
    """The rule looks at nodes: a server stands for its own."""
    try:
        row = pick_one(servers, text)
    except Refused:
        nodes = sorted({row.node for row in servers if row.node})
        raise Refused(
            f"the rule looks at nodes, and no node or server is called `{text}`; the nodes are"
            f" {', '.join(nodes) or 'not known'}"
        ) from None
    if not row.node:
        raise Refused(f"the rule looks at nodes, and the node of `{text}` is not known")
    return row.node
