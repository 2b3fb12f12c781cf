"""Which server, rule or key a person means by a name, among the rows of a daemon's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automaton.core.key import By, Key
from automaton.did_you_mean import nearest
from automaton.errors import AutomatonError, Refused, Unreachable, Weather
from automaton.match.glob import compile_glob
from automaton.web.routes.rules import RuleRow
from automaton.web.routes.servers import ServerRow
from automaton.workbench.terminal import plain, title


def find_server(rows: Sequence[ServerRow], text: str, unheard: Sequence[AutomatonError] = ()) -> ServerRow:
    """The server of this short id, uuid or name. Raises Refused where there is none, or more than one.

    An id does not win over a name: users name their servers, also like the ids of others. `unheard` is why
    some Panels and nodes did not list theirs: a server that is not found may be there, and where all of it
    is weather, Unreachable is raised instead.
    """
    if not text.strip():
        raise Refused("an empty text names no server: give its id, uuid or name")
    wanted = text.casefold()
    found = [row for row in rows if wanted in (row.id.casefold(), row.uuid, row.name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = ", ".join(
            f"{row.id} ({title(row.name)}, {title(row.node) or row.panel})" for row in found
        )
        raise Refused(f"`{text}` may be {len(found)} servers, say which by its id or uuid: {candidates}")
    if unheard:
        kind = Unreachable if all(isinstance(one, Weather) for one in unheard) else Refused
        raise kind(f"no server is called `{text}` where servers were listed; {'; '.join(map(str, unheard))}")
    near = nearest(text, [name for row in rows for name in (row.name, row.id)])
    hint = f", did you mean `{plain(near)}`?" if near else "; `automaton servers` lists them"
    raise Refused(f"no server is called `{text}`{hint}")


def matching_servers(rows: Iterable[ServerRow], patterns: Sequence[str]) -> list[ServerRow]:
    """Those whose id, uuid or name one of the patterns covers; all where there are no patterns."""
    globs = [compile_glob(pattern) for pattern in patterns]
    return [
        row
        for row in rows
        if not globs or any(glob.covers(text) for glob in globs for text in (row.id, row.uuid, row.name))
    ]


def find_rule(rules: Sequence[RuleRow], text: str) -> RuleRow:
    """The rule of this id. Raises Refused where there is none, with the nearest."""
    found = next((row for row in rules if row.id == text), None)
    if found is not None:
        return found
    near = nearest(text, [row.id for row in rules])
    hint = f", did you mean `{near}`?" if near else "; `automaton rules` lists them"
    raise Refused(f"no rule is called `{text}`{hint}")


def find_key(rule: RuleRow, servers: list[ServerRow], text: str) -> str:
    """The text of the key that a person means.

    A server by its name, id or uuid; a node's name, or one of its servers, where the rule looks at nodes;
    `fleet`. The values of a `by` list follow it: `lobby/Steve`. Raises Refused where there is none.
    """
    by = By(rule.by.strip("[]").split(",")[0].strip())
    if by is By.FLEET:
        return _fleet_key(servers, text)
    try:
        return _place(by, servers, text).text
    except Refused:
        if "/" not in text or not rule.by.startswith("["):
            raise
    head, *more = text.split("/")
    return Key(by, _place(by, servers, head).of, tuple(more)).text


def _fleet_key(servers: list[ServerRow], text: str) -> str:
    """A server's name will do: each is part of the fleet."""
    head, *more = text.split("/")
    if head.casefold() != By.FLEET:
        find_server(servers, text)
        more = []
    return Key(By.FLEET, "", tuple(more)).text


def _place(by: By, servers: list[ServerRow], text: str) -> Key:
    if by is By.SERVER:
        return Key(by, find_server(servers, text).uuid)
    wanted = text.casefold().removeprefix("node:")
    node = next((row.node for row in servers if row.node and row.node.casefold() == wanted), None)
    return Key(by, node if node is not None else _node_of_server(servers, text))


def _node_of_server(servers: list[ServerRow], text: str) -> str:
    """A server's name means the node that it is on."""
    try:
        row = find_server(servers, text)
    except Refused:
        nodes = sorted({row.node for row in servers if row.node})
        raise Refused(
            f"the rule looks at nodes, and no node or server is called `{text}`; the nodes are"
            f" {', '.join(nodes) or 'not known'}"
        ) from None
    if not row.node:
        raise Refused(f"the rule looks at nodes, and the node of `{text}` is not known")
    return row.node
