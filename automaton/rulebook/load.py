"""Rule files to compiled rules: all files are read, all mistakes told, nothing half taken."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from automaton.core.ports import Calendar
from automaton.core.rules.rule import Rule
from automaton.expr.known import Known
from automaton.match.pattern import PatternError, compile_pattern
from automaton.rulebook.checks import Bounds, Checker, Surroundings
from automaton.rulebook.compile import compile_rule
from automaton.rulebook.file import read_file
from automaton.rulebook.kinds import Kinds, all_kinds
from automaton.rulebook.lint import lint
from automaton.rulebook.model import PartOfRule, RuleFile, RuleModel
from automaton.rulebook.names import names_of
from automaton.rulebook.overriding import RawRule, raw_rules
from automaton.rulebook.references import rings
from automaton.rulebook.together import together
from automaton.rulebook.windows import windows_of
from automaton.schema.files import read_text
from automaton.schema.kinds import Knowledge
from automaton.schema.mistake import Reading
from automaton.schema.names import Names
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.problem import Place, Problem, has_error, in_order, problem_at
from automaton.schema.scalar import Scalar
from automaton.schema.selector import Selector, find_ring
from automaton.schema.validate import fit, fit_into, read_all

Groups = abc.Mapping[str, Selector]


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules in the order of their files, and every problem. No rules where one is an error.

    `tests` are the blocks `tests` as they are written, by file. `doubts` are what is right and surely not
    meant (lint.py): no rule is worse for them, and whoever judges files for a person tells them.
    """

    rules: tuple[Rule, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    windows: abc.Mapping[str, Calendar] = field(default_factory=dict)
    tests: abc.Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    doubts: list[Problem] = field(default_factory=list)


def rule_files(path: Path) -> list[Path]:
    """The rule files of a folder, in lexical order; a file is its own only one."""
    if path.is_dir():
        return sorted([*path.glob("*.yml"), *path.glob("*.yaml")])
    return [path]


def load_rules(
    paths: Iterable[Path], known: Knowledge, bounds: Bounds | None = None, kinds: Kinds | None = None
) -> Rules:
    """Reads, checks and compiles, with every doubt. `bounds` None: without an automaton.yml."""
    texts = []
    problems: list[Problem] = []
    for path in paths:
        text, found = read_text(path)
        problems += found
        if text is not None:
            texts.append((str(path), text))
    loaded = load_texts(texts, known, bounds, kinds)
    return _all_or_nothing(loaded, [*problems, *loaded.problems, *loaded.doubts])


def load_texts(
    texts: abc.Sequence[tuple[str, str]],
    known: Knowledge,
    bounds: Bounds | None = None,
    kinds: Kinds | None = None,
) -> Rules:
    """The same, of files that are read already: (name, text). `kinds` None: those of the installation."""
    kinds = kinds or all_kinds()
    problems: list[Problem] = []
    files: dict[str, RuleFile] = {}
    for name, text in texts:
        node, found = read_all(text, name)
        problems += found
        if node is not None:
            file, found = read_file(node)
            problems += found
            if file is not None:
                files[name] = file
    names = names_of(files, kinds, problems)
    windows = windows_of(files, problems)
    raws = raw_rules(files, problems)
    around = Surroundings(
        known, bounds, names, ids := frozenset(one.id for one in raws if isinstance(one, RawRule)),
        functions_known(known, windows, ids),
    )  # fmt: skip
    doubts: list[Problem] = []
    rules = _judged(raws, _groups(files, problems), kinds, around, problems, doubts)
    tests = {name: file.tests for name, file in files.items() if file.tests}
    return _all_or_nothing(Rules(rules, [], windows, tests, doubts), problems)


def functions_known(known: Knowledge, windows: Iterable[str], rules: Iterable[str]) -> Known:
    """What the functions of the language may name."""
    return Known(
        events=frozenset(known.events) | known.patterns,
        windows=frozenset(windows),
        rules=frozenset(rules),
        pattern=_wrong_pattern,
    )


def read_rule(
    node: object, kinds: Kinds | None = None, names: Names | None = None
) -> tuple[RuleModel | None, list[Problem]]:
    """A rule, or what is right of one that has mistakes: so that all of them are told at once."""
    assert isinstance(node, Scalar | Mapping | Sequence)
    kinds = kinds or all_kinds()
    model, problems = fit(node, RuleModel, kinds=kinds, names=names)
    if not isinstance(node, Mapping):
        return model, problems
    problems += together(node)
    if model is not None:
        return model, problems
    right = Mapping(node.place)
    for key, value in node.items():
        alone = Mapping(node.place)
        alone[key] = value
        if _part(alone, kinds, names) is not None:
            right[key] = value
    return _part(right, kinds, names), problems


def _part(node: Mapping, kinds: Kinds, names: Names | None) -> RuleModel | None:
    return fit_into(Reading(kinds=kinds, names=names, partial=True), node, PartOfRule)


def _judged(
    raws: Iterable[RawRule | object],
    groups: abc.Mapping[str, Groups],
    kinds: Kinds,
    around: Surroundings,
    problems: list[Problem],
    doubts: list[Problem],
) -> tuple[Rule, ...]:
    models: list[tuple[RuleModel, Groups]] = []
    for raw in raws:
        node = raw.node if isinstance(raw, RawRule) else raw
        model, found = read_rule(node, kinds, around.names)
        problems += found
        if model is not None:
            models.append((model, groups.get(_file_of_servers(node), {})))
    for model, own in models:
        problems += Checker(around, own).problems(model)
    problems += rings(model for model, _ in models)
    if has_error(problems):
        return ()
    doubts += lint([model for model, _ in models])
    return tuple(compile_rule(model, own) for model, own in models)


def _file_of_servers(node: object) -> str:
    """The file whose groups the key `servers` means."""
    if not isinstance(node, Mapping):
        return ""
    key = node.key("servers")
    return (key if key is not None else node).place.file


def _groups(files: abc.Mapping[str, RuleFile], problems: list[Problem]) -> dict[str, Groups]:
    """What each file knows: its own groups first, then those of the others."""
    everywhere = {name: selector for file in files.values() for name, selector in file.groups.items()}
    found: dict[str, Groups] = {}
    for name, file in files.items():
        found[name] = {**everywhere, **file.groups}
        problems += _rings(file, found[name])
    return found


def _all_or_nothing(loaded: Rules, problems: list[Problem]) -> Rules:
    problems = in_order(problems)
    if has_error(problems):
        return Rules((), problems, {}, loaded.tests)
    return Rules(loaded.rules, problems, loaded.windows, loaded.tests, loaded.doubts)


def _wrong_pattern(source: str) -> str:
    """What is wrong with an RE2, or nothing."""
    try:
        compile_pattern(source)
    except PatternError as error:
        return f"{error.message}: {error.found}" if error.found else error.message
    return ""


def _rings(model: RuleFile, groups: abc.Mapping[str, Selector]) -> list[Problem]:
    ring = find_ring(groups)
    mine = next((name for name in model.groups if name in ring), None)
    if mine is None:
        return []
    place = mine.place if isinstance(mine, Scalar) else Place("-")
    return [problem_at(place, "group-ring", f"groups name each other in a ring: {' → '.join(ring)}")]
