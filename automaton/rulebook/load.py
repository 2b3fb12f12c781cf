"""Rule files to compiled rules: all files are read, all mistakes told, nothing half taken."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from automaton.core.rule import Rule
from automaton.rulebook.checks import Bounds, Checker
from automaton.rulebook.compile import compile_rule
from automaton.rulebook.kinds import all_kinds
from automaton.rulebook.model import PartOfRule, RuleFile, RuleModel
from automaton.rulebook.together import together
from automaton.schema.files import read_text
from automaton.schema.kinds import Knowledge
from automaton.schema.mistake import Reading
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.problem import Place, Problem, has_error, in_order, problem_at
from automaton.schema.scalar import Scalar
from automaton.schema.selector import Selector, find_ring
from automaton.schema.validate import fit, fit_into, read_all


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules in the order of their files, and every problem. No rules where one is an error."""

    rules: tuple[Rule, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def rule_files(path: Path) -> list[Path]:
    """The rule files of a folder, in lexical order; a file is its own only one."""
    if path.is_dir():
        return sorted([*path.glob("*.yml"), *path.glob("*.yaml")])
    return [path]


def load_rules(paths: Iterable[Path], known: Knowledge, bounds: Bounds | None = None) -> Rules:
    """Reads, checks and compiles. `bounds` None: without an automaton.yml."""
    texts = []
    problems: list[Problem] = []
    for path in paths:
        text, found = read_text(path)
        problems += found
        if text is not None:
            texts.append((str(path), text))
    loaded = load_texts(texts, known, bounds)
    problems = in_order([*problems, *loaded.problems])
    return Rules(() if has_error(problems) else loaded.rules, problems)


def load_texts(texts: abc.Sequence[tuple[str, str]], known: Knowledge, bounds: Bounds | None = None) -> Rules:
    """The same, of files that are read already: (name, text)."""
    problems: list[Problem] = []
    files: list[RuleFile] = []
    for name, text in texts:
        node, found = read_all(text, name)
        problems += found
        if node is not None:
            file, found = fit(node, RuleFile)
            problems += found
            files += [file] if file is not None else []
    shared = {name: selector for file in files for name, selector in file.groups.items()}
    rules: list[Rule] = []
    places: dict[str, Place] = {}
    for file in files:
        groups = {**shared, **file.groups}
        problems += _rings(file, groups)
        for raw in file.rules:
            model, found = read_rule(raw)
            problems += found
            if model is not None:
                problems += Checker(known, groups, bounds).problems(model)
                problems += _repeated(model.id, places)
                rules.append(compile_rule(model, groups))
    problems = in_order(problems)
    return Rules(() if has_error(problems) else tuple(rules), problems)


def read_rule(node: object) -> tuple[RuleModel | None, list[Problem]]:
    """A rule, or what is right of one that has mistakes: so that all of them are told at once."""
    assert isinstance(node, Scalar | Mapping | Sequence)
    model, problems = fit(node, RuleModel, kinds=all_kinds())
    if not isinstance(node, Mapping):
        return model, problems
    problems += together(node)
    if model is not None:
        return model, problems
    right = Mapping(node.place)
    for key, value in node.items():
        alone = Mapping(node.place)
        alone[key] = value
        if _part(alone) is not None:
            right[key] = value
    return _part(right), problems


def _part(node: Mapping) -> RuleModel | None:
    return fit_into(Reading(kinds=all_kinds(), partial=True), node, PartOfRule)


def _repeated(id_: str, places: dict[str, Place]) -> list[Problem]:
    if not isinstance(id_, Scalar):
        return []  # a mistake of its own
    place = id_.place
    first = places.setdefault(id_, place)
    if first is place:
        return []
    message = (
        f"rule `{id_}` stands already at {first.file}:{first.line}; overriding a rule is not supported yet"
    )
    return [problem_at(place, "not-supported-yet", message)]


def _rings(model: RuleFile, groups: abc.Mapping[str, Selector]) -> list[Problem]:
    ring = find_ring(groups)
    mine = next((name for name in model.groups if name in ring), None)
    if mine is None:
        return []
    place = mine.place if isinstance(mine, Scalar) else Place("-")
    return [problem_at(place, "group-ring", f"groups name each other in a ring: {' → '.join(ring)}")]
