"""`automaton packs`: what is known of each game, and which of the servers here have it, and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from automaton.configuration.load import load_packs
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError
from automaton.packs.load import FALLBACK, Packs, read_packs
from automaton.packs.model import PackFile
from automaton.printable import say, say_json
from automaton.problem import has_error
from automaton.settings.usual_paths import USUAL_FILE
from automaton.web.routes.servers import ServerRow
from automaton.workbench.exit_code import FAILED, OK
from automaton.workbench.operator import OpenDirect
from automaton.workbench.pack_page import abilities, page, page_data, written_in
from automaton.workbench.problem_report import print_problems
from automaton.workbench.seen_servers import seen_servers, why_unseen
from automaton.workbench.terminal import columns, folded, plain, title, width_of

BY_SETTINGS = "`packs` in automaton.yml"
NO_OTHER = "no other pack knows its game"
UNTOLD = "the daemon does not say: it is an older one"
NO_SERVERS = "which servers have which is not known"

Servers = Mapping[str, Sequence[ServerRow]]
"""The servers with each pack, by its name."""


def listed(config: Path, direct: OpenDirect, *, as_json: bool) -> int:
    """0. Which server has which is left open where no server can be seen, and why is told."""
    packs, servers = _packs(config), _servers(config, direct)
    if as_json:
        say_json({"packs": [_data(pack, servers) for pack in packs.by_name.values()]})
        return OK
    for line in table(list(packs.by_name.values()), servers, width=width_of(sys.stdout)):
        say(line)
    return OK


def show(config: Path, direct: OpenDirect, name: str, *, as_json: bool) -> int:
    """Tells all of one; 1 where there is none."""
    packs = _packs(config)
    pack = packs.by_name.get(name)
    if pack is None:
        near = nearest(name, list(packs.by_name))
        hint = did_you_mean(near) if near else "; `automaton packs` lists them"
        say(f"no pack is called `{plain(name)}`{hint}", err=True)
        return FAILED
    servers = _servers(config, direct)
    if as_json:
        say_json({**_data(pack, servers), **page_data(pack)})
        return OK
    width = width_of(sys.stdout)
    for line in page(pack, width):
        say(line)
    if servers is not None:
        mine = servers.get(name, ())
        say(f"servers: {len(mine)}")
        for line in folded((f"  {title(row.name)} ({row.id}): {reason(row)}" for row in mine), width):
            say(line)
    return OK


def table(packs: Sequence[PackFile], servers: Servers | None, *, width: int | None) -> Iterator[str]:
    """A row a pack, those that servers have first; then who has which, and why."""
    ordered = sorted(packs, key=lambda pack: (-_count(pack, servers), str(pack.pack)))
    rows = [("PACK", "SERVERS", "PROOF", "CAN", "FROM")]
    for pack in ordered:
        count = "-" if servers is None else str(_count(pack, servers))
        can = ", ".join(abilities(pack)) or "-"
        rows.append((str(pack.pack), count, pack.proof, can, ", ".join(written_in(pack))))
    yield from columns(rows, width=width, below=2, wraps=True)
    if servers:
        yield ""
        yield from columns([("PACK", "BY", "SERVERS"), *_choices(ordered, servers)], width=width, below=1)


def reason(row: ServerRow) -> str:
    """Why a server has its pack, for people."""
    if row.pack_by == "settings":
        return BY_SETTINGS
    if row.pack_by:
        return plain(row.pack_by)
    return NO_OTHER if row.pack == FALLBACK else UNTOLD


def _choices(packs: Iterable[PackFile], servers: Servers) -> Iterator[tuple[str, str, str]]:
    for pack in packs:
        by_reason: dict[str, list[str]] = {}
        for row in servers.get(str(pack.pack), ()):
            by_reason.setdefault(reason(row), []).append(title(row.name))
        for why, names in by_reason.items():
            yield str(pack.pack), why, f"{len(names)}: {', '.join(names)}"


def _count(pack: PackFile, servers: Servers | None) -> int:
    return len(servers.get(str(pack.pack), ())) if servers else 0


def _packs(config: Path) -> Packs:
    """Those of the files; those that ship, where there is no automaton.yml. What is wrong is told."""
    if config == USUAL_FILE and not config.exists():
        return Packs(read_packs((), tests=True)[0])
    packs, problems = load_packs(config, os.environ)
    if has_error(problems):
        print_problems(one for one in problems if one.severity == "error")
    return packs


def _servers(config: Path, direct: OpenDirect) -> Servers | None:
    """By pack; None where none can be seen, and why is told."""
    try:
        rows = seen_servers(config, direct)
    except AutomatonError as problem:
        say(f"note: {NO_SERVERS}: {why_unseen(problem)}", err=True)
        return None
    by_pack: dict[str, list[ServerRow]] = {}
    for row in rows:
        by_pack.setdefault(row.pack, []).append(row)
    return by_pack


def _data(pack: PackFile, servers: Servers | None) -> dict[str, object]:
    mine = None if servers is None else servers.get(str(pack.pack), ())
    return {
        "pack": str(pack.pack),
        "can": list(abilities(pack)),
        "proof": pack.proof,
        "from": list(written_in(pack)),
        "servers": None
        if mine is None
        else [{"name": row.name, "id": row.id, "uuid": row.uuid, "by": row.pack_by} for row in mine],
    }
