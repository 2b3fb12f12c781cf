"""Facts that a game tells, read where a rule's servers play another: there they are never known."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from automaton.checkpoint import with_checkpoints
from automaton.core.pack import Pack
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.definitions import Groups
from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import KnownEvents, TriggerModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import target_of
from automaton.schema.selector import ScopedSelector

NAMED = 4
"""Packs that a message names; the others are counted."""


def told_nowhere(
    models: Iterable[tuple[RuleModel, Groups]], known: KnownEvents, own: Container[str]
) -> Iterator[Problem]:
    """Facts that games of a rule's servers do not tell, where its `servers` say which games these are.

    `own` are the facts of rule files, which go before those of packs.
    """
    for model, groups in with_checkpoints(models):
        read = _places(model) if model.servers is not None else {}
        told = {name: place for name, place in read.items() if name in known.facts and name not in own}
        if model.servers is None or not told:
            continue
        chosen = ScopedSelector(model.servers, groups)
        played = [pack for pack in known.packs.values() if chosen.may_cover_pack(pack.name)]
        if len(played) == len(known.packs):
            continue  # it is not said, and `check --online` looks at each server
        for name, place in told.items():
            without = [pack.name for pack in played if name not in pack.facts]
            if without:
                is_all = len(without) == len(played)
                there = "on any of its servers" if is_all else f"on those of {_listed(without)}"
                why = told_by(name, known.packs)
                message = f"rule `{model.id}` reads `{name}`, which is never known {there}: {why}"
                yield problem_at(place, "fact-unknown", message, severity="warning")


def told_by(name: str, packs: Mapping[str, Pack]) -> str:
    """Which games tell a fact, as a sentence."""
    having = sorted(pack.name for pack in packs.values() if name in pack.facts)
    return f"only the {'pack' if len(having) == 1 else 'packs'} {_listed(having)} can tell it"


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(f"`{name}`" for name in names[:NAMED])
    return named if len(names) <= NAMED else f"{named} and {len(names) - NAMED} more"


def _places(model: RuleModel) -> dict[str, FilePlace]:
    """The facts that a rule reads, each with the first place that does."""
    found: dict[str, FilePlace] = {}
    for leaf in all_leaves(model):
        if isinstance(leaf, Expression | Template):
            for name in sorted(leaf.names):
                found.setdefault(name, target_of(leaf.origin))
        elif isinstance(leaf, TriggerModel):
            for heard in leaf.refers().facts:
                found.setdefault(str(heard), target_of(heard))
    return found
