"""What rule files are before their rules are judged: names, macros, windows, and rules by their id."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from automaton.core.ports import Calendar
from automaton.core.vocabulary import EVERY_FACT, Kind
from automaton.rulebook.kinds import Kinds
from automaton.rulebook.model import MacroModel, RuleFile
from automaton.schema.macro import Macro, alone, called_in, ring_of
from automaton.schema.mistake import Reading
from automaton.schema.names import KINDS, NAME, Constant, Names, by_look
from automaton.schema.nearest import nearest
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

# Words that an expression reads as something else.
_TAKEN = frozenset({"and", "or", "not", "in", "true", "false", "it", *EVERY_FACT})

T = TypeVar("T")

Files = abc.Mapping[str, RuleFile]
"""Rule files by their name, in their order."""


@dataclass(slots=True)
class RawRule:
    """A rule as it is written, perhaps in several files: of each key the last one counts."""

    node: Mapping
    places: list[Place] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.node.find("id"))

    def overridden(self, later: Mapping) -> None:
        """Takes the keys of a later file; a key of its own that stands there too is no more."""
        node = Mapping(self.node.place)
        for key, value in self.node.items():
            instead = later.key(key)
            node[instead if instead is not None and key != "id" else key] = later.get(key, value)
        for key, value in later.items():
            if key not in node:
                node[key] = value
        self.node = node
        self.places.append(later.place)


def raw_rules(files: Files, problems: list[Problem]) -> list[RawRule | object]:
    """The rules in the order in which their ids come first. What has no id is as it is."""
    by_id: dict[str, RawRule] = {}
    found: list[RawRule | object] = []
    for file in files.values():
        here: dict[str, Scalar] = {}
        for raw in file.rules:
            id_ = raw.find("id") if isinstance(raw, Mapping) else None
            if not isinstance(raw, Mapping) or not isinstance(id_, Scalar) or id_.is_null:
                found.append(raw)
            elif id_ in here:
                message = f"rule `{id_}` stands already in line {here[id_].place.line}: an id is one rule's"
                problems.append(problem_at(id_.place, "repeated-rule", message))
            else:
                here[id_] = id_
                if id_ in by_id:
                    by_id[id_].overridden(raw)
                else:
                    by_id[id_] = RawRule(raw, [raw.place])
                    found.append(by_id[id_])
    return found


def names_of(files: Files, kinds: Kinds, problems: list[Problem]) -> Names:
    """Constants and macros: a file knows its own first, then those of the others."""
    constants = {name: _constants(file, problems) for name, file in files.items()}
    macros = {name: dict(_macros(file, problems)) for name, file in files.items()}
    names = Names(_shared(constants), _shared(macros))
    for name, file in files.items():
        for macro in file.macros:
            if (ring := ring_of(names.macros[name])) and macro in ring:
                message = f"macros call each other in a ring: {' → '.join(ring)}"
                problems.append(problem_at(_place(macro), "macro-ring", message))
                break
    done: set[int] = set()
    for of_file in names.macros.values():
        for one in of_file.values():
            _read_alone(one, names, kinds, problems, done)
    return Names(names.constants, names.macros)


def windows_of(files: Files, problems: list[Problem]) -> dict[str, Calendar]:
    """The windows of all files: they are known everywhere, so a name is given once."""
    windows: dict[str, Calendar] = {}
    places: dict[str, Place] = {}
    for file in files.values():
        for name, window in file.windows.items():
            if name in places:
                first = places[name]
                message = f"the window `{name}` stands already at {first.file}:{first.line}"
                problems.append(problem_at(_place(name), "repeated-window", message))
            places.setdefault(name, _place(name))
            windows[str(name)] = window.as_core()
    return windows


def _shared(by_file: abc.Mapping[str, abc.Mapping[str, T]]) -> dict[str, dict[str, T]]:
    everywhere = {name: one for own in by_file.values() for name, one in own.items()}
    return {file: {**everywhere, **own} for file, own in by_file.items()}


def _constants(file: RuleFile, problems: list[Problem]) -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    for name, value in file.vars.items():
        problems += _named(name)
        if not isinstance(value, Scalar) or value.is_null:
            place = value.place if isinstance(value, Scalar | Mapping | Sequence) else _place(name)
            message = f"`{name}` is one value: a number, a duration, a size, a percent, a truth or a text"
            problems.append(problem_at(place, "wrong-shape", message, found=shape(value)))
        else:
            found[str(name)] = by_look(value)
    return found


def _macros(file: RuleFile, problems: list[Problem]) -> Iterator[tuple[str, Macro]]:
    for name, model in file.macros.items():
        assert isinstance(name, Scalar)
        yield str(name), Macro(name, dict(_params(model, problems)), model.do)  # type: ignore[arg-type]


def _params(model: MacroModel, problems: list[Problem]) -> Iterator[tuple[str, Kind]]:
    for name, kind in model.params.items():
        problems += _named(name)
        if kind in KINDS:
            yield str(name), Kind(kind)
        else:
            near = nearest(kind, KINDS)
            did_you_mean = f", did you mean `{near}`?" if near else ""
            problems.append(problem_at(
                _place(kind), "unknown-kind", f"unknown kind `{kind}`{did_you_mean}",
                expected=", ".join(f"`{one}`" for one in KINDS), suggestion=near or "",
            ))  # fmt: skip


def _named(name: str) -> Iterator[Problem]:
    if not NAME.fullmatch(name):
        meant = "_".join("".join(char if char.isalnum() else " " for char in name).split())
        message = "a name that expressions read has letters, digits and `_`"
        yield problem_at(_place(name), "name", message, found=f"`{name}`", suggestion=meant)
    elif name in _TAKEN:
        yield problem_at(_place(name), "name", f"`{name}` is a word of the language: choose another name")


def _read_alone(macro: Macro, names: Names, kinds: Kinds, problems: list[Problem], done: set[int]) -> None:
    """Those that it calls first: a mistake in them is not told again."""
    if id(macro) in done:
        return
    done.add(id(macro))
    for called in called_in(macro.do):
        if (other := names.macros_at(macro.name).get(called)) is not None:
            _read_alone(other, names, kinds, problems, done)
    reading = Reading(kinds=kinds, names=Names(names.constants, names.macros))
    alone(macro, reading)
    problems += reading.problems


def _place(name: object) -> Place:
    return name.place if isinstance(name, Scalar) else Place("-")
