"""Constants and macros of rule files: a file knows its own first, then those of the others."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from typing import TypeVar

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.rulebook.file import Files
from automaton.rulebook.kinds import Kinds
from automaton.rulebook.model import MacroModel, RuleFile
from automaton.rulebook.references import target_of
from automaton.schema.macro import MOST_DEEP, Macro, alone, called_in
from automaton.schema.mistake import Reading
from automaton.schema.names import KINDS, NAME, Constant, Names, by_look
from automaton.schema.nearest import nearest
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.problem import Problem, problem_at
from automaton.schema.readers import shape
from automaton.schema.ring import find_rings
from automaton.schema.scalar import Scalar

# Words that an expression reads as something else.
_TAKEN = frozenset({"and", "or", "not", "in", "true", "false", "it", *EVERY_FACT})

T = TypeVar("T")


def names_of(files: Files, kinds: Kinds, problems: list[Problem]) -> Names:
    """Constants and macros: a file knows its own first, then those of the others."""
    constants = {name: _constants(file, problems) for name, file in files.items()}
    macros = {name: dict(_macros(file, problems)) for name, file in files.items()}
    names = Names(_shared(constants), _shared(macros))
    for name, file in files.items():
        problems += _rings(file, names.macros[name])
    done: set[int] = set()
    for of_file in names.macros.values():
        for one in of_file.values():
            _read_alone(one, names, kinds, problems, done, MOST_DEEP)
    return Names(names.constants, names.macros)  # with room of its own for the calls of rules


def _shared(by_file: MappingOf[str, MappingOf[str, T]]) -> dict[str, dict[str, T]]:
    everywhere = {name: one for own in by_file.values() for name, one in own.items()}
    return {file: {**everywhere, **own} for file, own in by_file.items()}


def _constants(file: RuleFile, problems: list[Problem]) -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    for name, value in file.vars.items():
        problems += _named(name)
        if not isinstance(value, Scalar) or value.is_null:
            place = value.place if isinstance(value, Scalar | Mapping | Sequence) else target_of(name)
            message = f"`{name}` is one value: a number, a duration, a size, a percent, a truth or a text"
            problems.append(problem_at(place, "wrong-shape", message, found=shape(value)))
        else:
            found[str(name)] = by_look(value)
    return found


def _macros(file: RuleFile, problems: list[Problem]) -> Iterator[tuple[str, Macro]]:
    for name, model in file.macros.items():
        assert isinstance(name, Scalar)
        do = model.do if isinstance(model.do, Scalar | Mapping | Sequence) else None
        yield str(name), Macro(name, dict(_params(model, problems)), do, is_right=do is not None)


def _params(model: MacroModel, problems: list[Problem]) -> Iterator[tuple[str, Kind]]:
    for name, kind in model.params.items():
        problems += _named(name)
        if kind in KINDS:
            yield str(name), Kind(kind)
        else:
            near = nearest(kind, KINDS)
            did_you_mean = f", did you mean `{near}`?" if near else ""
            problems.append(problem_at(
                target_of(kind), "unknown-kind", f"unknown kind `{kind}`{did_you_mean}",
                expected=", ".join(f"`{one}`" for one in KINDS), suggestion=near or "",
            ))  # fmt: skip


def _named(name: str) -> Iterator[Problem]:
    if not NAME.fullmatch(name):
        meant = "_".join("".join(char if char.isalnum() else " " for char in name).split())
        message = "a name that expressions read has letters, digits and `_`"
        yield problem_at(target_of(name), "name", message, found=f"`{name}`", suggestion=meant)
    elif name in _TAKEN:
        yield problem_at(target_of(name), "name", f"`{name}` is a word of the language: choose another name")


def _rings(file: RuleFile, macros: MappingOf[str, Macro]) -> Iterator[Problem]:
    """Those that have a macro of this file in them."""
    for ring in find_rings({name: tuple(called_in(macro.do)) for name, macro in macros.items()}):
        mine = next((name for name in file.macros if name in ring), None)
        if mine is not None:
            message = f"macros call each other in a ring: {' → '.join(ring)}"
            yield problem_at(target_of(mine), "macro-ring", message)


def _read_alone(
    macro: Macro, names: Names, kinds: Kinds, problems: list[Problem], done: set[int], deep: int
) -> None:
    """Those that it calls first: a mistake in them is not told again."""
    if id(macro) in done or macro.do is None:
        return
    done.add(id(macro))
    for called in called_in(macro.do) if deep > 0 else ():
        if (other := names.macros_at(macro.name).get(called)) is not None:
            _read_alone(other, names, kinds, problems, done, deep - 1)
    reading = Reading(kinds=kinds, names=names)
    alone(macro, reading)
    problems += reading.problems
