"""Rule files to compiled rules: all files are read, all mistakes told, nothing half taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automaton.core.rule import Rule
from automaton.rulebook.checks import Bounds, Checker
from automaton.rulebook.compile import compile_rule
from automaton.rulebook.kinds import all_kinds
from automaton.rulebook.model import RuleFile
from automaton.schema.kinds import Knowledge
from automaton.schema.nodes import Node
from automaton.schema.problem import Place, Problem, has_error, in_order, problem_at
from automaton.schema.scalar import Scalar
from automaton.schema.selector import Selector, find_ring
from automaton.schema.validate import fit, read_all


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
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(problem_at(Place(str(path)), "unreadable", f"cannot be read: {error}"))
    loaded = load_texts(texts, known, bounds)
    problems = in_order([*problems, *loaded.problems])
    return Rules(() if has_error(problems) else loaded.rules, problems)


def load_texts(texts: Sequence[tuple[str, str]], known: Knowledge, bounds: Bounds | None = None) -> Rules:
    """The same, of files that are read already: (name, text)."""
    problems: list[Problem] = []
    files: list[tuple[Node, RuleFile]] = []
    for name, text in texts:
        node, found = read_all(text, name)
        problems += found
        if node is None:
            continue
        model, found = fit(node, RuleFile, kinds=all_kinds())
        problems += found
        if model is not None:
            files.append((node, model))
    shared = {name: selector for _, model in files for name, selector in model.groups.items()}
    rules: list[Rule] = []
    places: dict[str, Place] = {}
    for _, model in files:
        groups = {**shared, **model.groups}
        checker = Checker(known, groups, bounds)
        problems += _rings(model, groups)
        for rule in model.rules:
            problems += checker.problems(rule)
            problems += _repeated(rule.id, places)
            rules.append(compile_rule(rule, groups))
    problems = in_order(problems)
    return Rules(() if has_error(problems) else tuple(rules), problems)


def _repeated(id_: str, places: dict[str, Place]) -> list[Problem]:
    place = id_.place if isinstance(id_, Scalar) else Place("-")
    first = places.setdefault(id_, place)
    if first is place:
        return []
    message = (
        f"rule `{id_}` stands already at {first.file}:{first.line}; overriding a rule is not supported yet"
    )
    return [problem_at(place, "not-supported-yet", message)]


def _rings(model: RuleFile, groups: Mapping[str, Selector]) -> list[Problem]:
    ring = find_ring(groups)
    mine = next((name for name in model.groups if name in ring), None)
    if mine is None:
        return []
    place = mine.place if isinstance(mine, Scalar) else Place("-")
    return [problem_at(place, "group-ring", f"groups name each other in a ring: {' → '.join(ring)}")]
