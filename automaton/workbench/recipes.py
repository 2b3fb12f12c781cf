"""`automaton recipes`: the rules that ship, and which of them fit the servers here."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from automaton.configuration.recipes import Recipe, all_recipes
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError, Refused
from automaton.printable import say, say_json
from automaton.workbench.daemon_command import TableLayout
from automaton.workbench.exit_code import FAILED, OK, exit_code_of
from automaton.workbench.operator import OpenDirect
from automaton.workbench.seen_servers import seen_servers, why_unseen
from automaton.workbench.terminal import cut, has_colours, plain, width_of


@dataclass(frozen=True, slots=True)
class Row:
    """A recipe; `fits` is None where no server was seen."""

    recipe: Recipe
    fits: bool | None


LONGEST_PURPOSE = 80
"""Cells of a purpose in the table: one long sentence would widen the column for all. `show` has all of it."""

LAYOUT: TableLayout[Row] = TableLayout(
    ("RECIPE", "FITS", "GAMES", "FOR", "TAGS", "FACTS", "NEEDS", "ALLOW"),
    lambda row: (
        row.recipe.name,
        {True: "yes", False: "no", None: "-"}[row.fits],
        row.recipe.games,
        cut(row.recipe.summary, LONGEST_PURPOSE),
        ", ".join(row.recipe.tags) or "-",
        ", ".join(row.recipe.facts) or "-",
        ", ".join(row.recipe.needs) or "-",
        row.recipe.allow,
    ),
    below=4,
)


def listed(config: Path, direct: OpenDirect, *, as_json: bool) -> int:
    """0. Whether a recipe fits is left open where no server can be seen, and why is told."""
    try:
        packs: Collection[str] | None = [row.pack for row in seen_servers(config, direct)]
    except AutomatonError as problem:
        packs = None
        say(f"note: which of them fit your servers is not known: {why_unseen(problem)}", err=True)
    rows = [Row(one, None if packs is None else one.fits(packs)) for one in all_recipes()]
    if as_json:
        say_json({"recipes": [_data(row) for row in rows]})
    else:
        for line in LAYOUT.lines(rows, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
            say(line)
    return OK


def show(name: str, *, as_json: bool) -> int:
    """Prints the file as it ships; 1 where there is none."""
    try:
        recipe = recipe_named(name)
    except Refused as problem:
        return _failed(problem)
    if as_json:
        say_json({**_data(Row(recipe, None)), "text": recipe.text})
    else:
        say(recipe.text, nl=False)
    return OK


def recipe_named(name: str) -> Recipe:
    """The recipe. Raises Refused where there is none, with the nearest."""
    every = {one.name: one for one in all_recipes()}
    found = every.get(name.removesuffix(".yml"))
    if found is None:
        near = nearest(name.removesuffix(".yml"), list(every))
        hint = did_you_mean(near) if near else "; `automaton recipes` lists them"
        raise Refused(f"no recipe is called `{plain(name)}`{hint}")
    return found


def _data(row: Row) -> dict[str, object]:
    one = row.recipe
    return {
        "name": one.name,
        "fits": row.fits,
        "games": one.games,
        "for": one.purpose,
        "tags": list(one.tags),
        "facts": list(one.facts),
        "needs": list(one.needs),
        "allow": one.allow,
    }


def _failed(problem: AutomatonError) -> int:
    say(str(problem), err=True)
    return FAILED if isinstance(problem, Refused) else exit_code_of(problem)
