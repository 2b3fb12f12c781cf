"""Which servers a person means: one by its short id, uuid or name; many by patterns of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automaton.errors import AutomatonError, Refused, Unreachable, Weather
from automaton.match.glob import compile_glob
from automaton.schema.nearest import nearest
from automaton.web.routes.servers import ServerRow
from automaton.workbench.terminal import plain, title


def pick_one(rows: Sequence[ServerRow], text: str, unheard: Sequence[AutomatonError] = ()) -> ServerRow:
    """The server of this short id, uuid or name. Raises Refused where none is, or more than one.

    An id wins nothing over a name: users name their servers, also like the ids of others. `unheard` says
    who did not list its servers: where nothing is found it may be there, and Unreachable where that is
    weather.
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


def pick_many(rows: Iterable[ServerRow], patterns: Sequence[str]) -> list[ServerRow]:
    """Those of which the id, the uuid or the name is covered by one of the patterns; all without any."""
    globs = [compile_glob(pattern) for pattern in patterns]
    return [
        row
        for row in rows
        if not globs or any(glob.covers(text) for glob in globs for text in (row.id, row.uuid, row.name))
    ]
