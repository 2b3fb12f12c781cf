"""Which globs of a silence name nothing that there is now, and what was meant by them, perhaps.

A silence may name what is yet to come: so this is told, and refused by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from automaton.core.gates.silences import GROUPS, Silence
from automaton.did_you_mean import did_you_mean, nearest
from automaton.web.routes.changes import FleetRow

NEAR_AMONG = 300  # names among which a near one is looked for: 40 ms, in which nobody else is answered
NEAR_FOR = 3  # globs


@dataclass(frozen=True, slots=True)
class VainGlob:
    """A glob of `rules` or `servers` that names nothing now; `known` are names of which one may be meant."""

    of: str
    glob: str
    known: Sequence[str] = ()


def vain_servers(globs: Sequence[str], servers: Iterable[FleetRow]) -> list[VainGlob]:
    """Those that name no server, node or tag of the fleet."""
    rows = list(servers)
    nodes = dict.fromkeys(f"node:{row.node}" for row in rows if row.node)
    groups = [*nodes, *dict.fromkeys(f"tag:{tag}" for row in rows for tag in row.tags)]
    names = [*dict.fromkeys(row.name for row in rows)]
    others = [*dict.fromkeys(one for row in rows for one in (row.id, row.uuid, row.node))]
    found = []
    for glob in globs:
        is_group = glob.casefold().startswith(GROUPS)
        if not _names_any(glob, groups if is_group else [*names, *others, "fleet"]):
            found.append(VainGlob("servers", glob, groups if is_group else names))
    return found


def vain_rules(globs: Sequence[str], rules: Sequence[str]) -> list[VainGlob]:
    """Those that name no rule."""
    return [VainGlob("rules", glob, rules) for glob in globs if not _names_any(glob, rules)]


def told(vain: Sequence[VainGlob]) -> str:
    """A sentence a glob; "" for none."""
    words = []
    for number, one in enumerate(vain):
        near = nearest(one.glob, one.known[:NEAR_AMONG]) if number < NEAR_FOR else None
        words.append(f"`{one.glob}` names nothing now{did_you_mean(near) or '.'}")
    return " ".join(words)


def _names_any(glob: str, texts: Iterable[str]) -> bool:
    return Silence("", (), (glob,), 0.0).covers("", texts)
