"""Collects what rule files define for each other: constants, macros, groups, windows.

A file's own go before those of other files, but for windows: two files cannot share a name of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from typing import TypeVar

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.core.ports import Calendar
from automaton.did_you_mean import did_you_mean, nearest
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.model import MacroModel, RuleFile
from automaton.rulebook.rule_file import Files
from automaton.schema.context import ValidationContext
from automaton.schema.cycles import find_cycles
from automaton.schema.definitions import KINDS, NAME, Constant, Definitions, Macro, constant_of
from automaton.schema.kinds import Catalogue
from automaton.schema.macro import MAX_DEPTH, check_macro, macros_called_in
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar, target_of
from automaton.schema.selector import ServerSelector, find_group_cycle

# Words that mean something else in an expression.
_TAKEN = frozenset({"and", "or", "not", "in", "true", "false", "it", "result", *EVERY_FACT})

T = TypeVar("T")
Groups = MappingOf[str, ServerSelector]
NO_FACTS: MappingOf[str, Fact] = {}


def definitions_of(
    files: Files, kinds: Catalogue, problems: list[Problem], own: MappingOf[str, Fact] = NO_FACTS
) -> Definitions:
    """The constants and macros, as each file may name them. Macros are checked though nothing calls them.

    `own` are the facts of one's own.
    """
    constants = {name: _constants(file, problems) for name, file in files.items()}
    macros = {name: dict(_macros(file, problems)) for name, file in files.items()}
    wrong = frozenset(str(name) for file in files.values() for name in file.vars) - frozenset(
        name for known in constants.values() for name in known
    )
    definitions = Definitions(_shared(constants), _shared(macros), own, wrong)
    for name, file in files.items():
        problems += _cycles(file, definitions.macros[name])
    done: set[int] = set()
    for of_file in definitions.macros.values():
        for one in of_file.values():
            _read_alone(one, definitions, kinds, problems, done, MAX_DEPTH)
    return Definitions(definitions.constants, definitions.macros, own, wrong)  # with its own room


def _shared(by_file: MappingOf[str, MappingOf[str, T]]) -> dict[str, dict[str, T]]:
    everywhere = {name: one for own in by_file.values() for name, one in own.items()}
    return {file: {**everywhere, **own} for file, own in by_file.items()}


def _constants(file: RuleFile, problems: list[Problem]) -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    for name, value in file.vars.items():
        problems += named(name)
        if not isinstance(value, Scalar) or value.is_null:
            place = value.place if isinstance(value, Scalar | Mapping | Sequence) else target_of(name)
            message = f"`{name}` is one value: a number, a duration, a size, a percent, a truth or a text"
            problems.append(problem_at(place, "wrong-shape", message, found=shape(value)))
        else:
            found[str(name)] = constant_of(value)
    return found


def _macros(file: RuleFile, problems: list[Problem]) -> Iterator[tuple[str, Macro]]:
    for name, model in file.macros.items():
        assert isinstance(name, Scalar)
        do = model.do if isinstance(model.do, Scalar | Mapping | Sequence) else None
        yield str(name), Macro(name, dict(_params(model, problems)), do, is_right=do is not None)


def _params(model: MacroModel, problems: list[Problem]) -> Iterator[tuple[str, Kind]]:
    for name, kind in model.params.items():
        problems += named(name)
        if kind in KINDS:
            yield str(name), Kind(kind)
        else:
            near = nearest(kind, KINDS)
            problems.append(problem_at(
                target_of(kind), "unknown-kind", f"unknown kind `{kind}`{did_you_mean(near)}",
                expected=", ".join(f"`{one}`" for one in KINDS), suggestion=near or "",
            ))  # fmt: skip


def named(name: str) -> Iterator[Problem]:
    """What is wrong with a name that expressions are to read."""
    if not NAME.fullmatch(name):
        meant = "_".join("".join(char if char.isalnum() else " " for char in name).split())
        message = "a name that expressions read has letters, digits and `_`"
        yield problem_at(target_of(name), "name", message, found=f"`{name}`", suggestion=meant)
    elif name in _TAKEN:
        yield problem_at(target_of(name), "name", f"`{name}` is a word of the language: choose another name")


def _cycles(file: RuleFile, macros: MappingOf[str, Macro]) -> Iterator[Problem]:
    """Cycles in which a macro of this file takes part."""
    for cycle in find_cycles({name: tuple(macros_called_in(macro.do)) for name, macro in macros.items()}):
        mine = next((name for name in file.macros if name in cycle), None)
        if mine is not None:
            message = f"macros call each other in a ring: {' → '.join(cycle)}"
            yield problem_at(target_of(mine), "macro-ring", message)


def _read_alone(
    macro: Macro,
    definitions: Definitions,
    kinds: Catalogue,
    problems: list[Problem],
    done: set[int],
    deep: int,
) -> None:
    """Checks a macro, after those that it calls: a problem in one of them is not reported again for it."""
    if id(macro) in done or macro.do is None:
        return
    done.add(id(macro))
    for called in macros_called_in(macro.do) if deep > 0 else ():
        if (other := definitions.macros_at(macro.name).get(called)) is not None:
            _read_alone(other, definitions, kinds, problems, done, deep - 1)
    context = ValidationContext(kinds=kinds, definitions=definitions)
    check_macro(macro, context)
    problems += context.problems


def windows_of(files: Files, problems: list[Problem]) -> dict[str, Calendar]:
    """The windows of all files by name. They are known everywhere, so two files cannot share a name."""
    windows: dict[str, Calendar] = {}
    places: dict[str, FilePlace] = {}
    for file in files.values():
        for name, window in file.windows.items():
            if name in places:
                first = places[name]
                message = f"the window `{name}` stands already at {first.file}:{first.line}"
                problems.append(problem_at(target_of(name), "repeated-window", message))
            places.setdefault(name, target_of(name))
            windows[str(name)] = window.as_core()
    return windows


def groups_of(files: MappingOf[str, RuleFile], problems: list[Problem]) -> dict[str, Groups]:
    """The groups as each file may name them: its own go before those of other files."""
    everywhere = {name: selector for file in files.values() for name, selector in file.groups.items()}
    found: dict[str, Groups] = {}
    for name, file in files.items():
        found[name] = {**everywhere, **file.groups}
        problems += _group_cycle(file, found[name])
    return found


def _group_cycle(model: RuleFile, groups: MappingOf[str, ServerSelector]) -> list[Problem]:
    cycle = find_group_cycle(groups)
    mine = next((name for name in model.groups if name in cycle), None)
    if mine is None:
        return []
    return [
        problem_at(target_of(mine), "group-ring", f"groups name each other in a ring: {' → '.join(cycle)}")
    ]
