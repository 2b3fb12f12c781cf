"""Rule files to compiled rules: all files are read, all problems found, and nothing is taken by half."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from automaton.checkpoint import with_checkpoints
from automaton.core.facts.kind import Fact
from automaton.core.facts.own import OwnFact
from automaton.core.ports import Calendar
from automaton.core.rules.rule import Rule
from automaton.errors import Invalid
from automaton.expr.known_names import KnownNames
from automaton.match.pattern import compile_pattern
from automaton.problem import FilePlace, Problem, has_error, in_order
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.checks import RuleChecker, RuleContext, each_once
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.compile import compile_rule
from automaton.rulebook.deaf_patterns import deaf_patterns
from automaton.rulebook.definitions import Groups, definitions_of, groups_of, windows_of
from automaton.rulebook.lint import lint
from automaton.rulebook.model import RuleFile, RuleModel
from automaton.rulebook.opposite_rules import opposites
from automaton.rulebook.overrides import RawRule, merge_rules
from automaton.rulebook.own_facts import (
    check_own_facts,
    own_facts_of,
    right_ones,
    unanchored_facts,
    unread_facts,
)
from automaton.rulebook.pack_facts import told_nowhere
from automaton.rulebook.player_choices import player_choices
from automaton.rulebook.references import rule_cycles, unknown_packs, unknown_tags
from automaton.rulebook.rule_file import ids_in, read_file, read_rule
from automaton.rulebook.step_checks import Bounds
from automaton.rulebook.unproved_lines import unproved_lines
from automaton.schema.files import read_text
from automaton.schema.kinds import Catalogue, KnownEvents
from automaton.schema.nodes import Mapping, read_all
from automaton.schema.version import RULES


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """Compiled rules in the order of their files, and every problem. No rules where one is an error.

    `tests` are the blocks `tests` as they are written, by file. `doubts` are what lint.py found: rules that
    are right, and surely not what was meant. They keep no rule from being loaded. `fed` are the facts of
    one's own and of packs that a test may feed, those with a mistake among them. `judged` are the rules also
    where what they do is not allowed, and nothing else is wrong: so that all of that can be told. `texts` are
    the files as they were read, by name, and `places` where each rule begins, by its id. `written` are the
    ids of the rules that stand in each file, right or wrong.
    """

    rules: tuple[Rule, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    windows: abc.Mapping[str, Calendar] = field(default_factory=dict)
    tests: abc.Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    doubts: list[Problem] = field(default_factory=list)
    own_facts: abc.Mapping[str, OwnFact] = field(default_factory=dict)
    fed: abc.Mapping[str, Fact] = field(default_factory=dict)
    judged: tuple[Rule, ...] = ()
    texts: abc.Mapping[str, str] = field(default_factory=dict)
    places: abc.Mapping[str, FilePlace] = field(default_factory=dict)
    written: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_LEAVES_OUT = frozenset({"merge-key", "tag", "comma", "alias", "unknown-key"})
"""Codes of mistakes by which something that a rule does may be missing."""


def rule_files(path: Path) -> list[Path]:
    """The rule files of a folder, in lexical order; or the file itself, where it is one."""
    if path.is_dir():
        return sorted(file for file in path.glob("*") if is_rule_file(file))
    return [path]


def is_rule_file(path: Path) -> bool:
    """Whether a file of a folder is read, by its name.

    Hidden ones are not: while somebody edits `mine.yml`, Emacs keeps a link `.#mine.yml` to nowhere there.
    """
    return path.suffix in (".yml", ".yaml") and not path.name.startswith(".")


def load_rules(
    paths: Iterable[Path], known: KnownEvents, bounds: Bounds | None = None, kinds: Catalogue | None = None
) -> LoadedRules:
    """Reads, checks and compiles; the problems include the doubts. Without an automaton.yml, no `bounds`."""
    texts = []
    problems: list[Problem] = []
    for path in paths:
        text, found = read_text(path)
        problems += found
        if text is not None:
            texts.append((str(path), text))
    loaded = load_texts(texts, known, bounds, kinds)
    whole = _all_or_nothing(loaded, [*problems, *loaded.problems, *loaded.doubts])
    return replace(whole, texts=dict(texts))


def load_texts(
    texts: abc.Sequence[tuple[str, str]],
    known: KnownEvents,
    bounds: Bounds | None = None,
    kinds: Catalogue | None = None,
) -> LoadedRules:
    """The same for files that were read already, as (name, text). `kinds` are by default all there are."""
    kinds = kinds or all_kinds()
    problems: list[Problem] = []
    written: dict[str, tuple[str, ...]] = {}
    files = _read_files(texts, written, problems)
    groups = groups_of(files, problems)
    facts = own_facts_of(files, groups, known, problems)
    problems += check_own_facts(files, groups, bounds, KnownGames(known.packs))
    told = {**known.facts, **facts}  # of one name, the one of these files
    definitions = definitions_of(files, kinds, problems, told)
    windows = windows_of(files, problems)
    raws = merge_rules(files, problems)
    ids = frozenset(one.id for one in raws if isinstance(one, RawRule))
    around = RuleContext(known, bounds, definitions, ids, _known_names(known, windows, ids))
    doubts: list[Problem] = []
    for file in files.values():
        for selector in file.groups.values():
            problems += unknown_packs(selector, known.packs)
            if bounds is not None and bounds.tags:  # as of rules (checks.py)
                problems += unknown_tags(selector, bounds.tags)
    models = _models(raws, groups, kinds, around, problems)
    rules = _checked(models, around, problems, doubts)
    if rules or not has_error(problems):
        doubts += unread_facts(files, (name for rule in rules for name in rule.names))
    doubts += unanchored_facts(files, (model for model, _ in models))
    doubts += told_nowhere(models, known, facts)
    doubts += unproved_lines(rules, known, facts)
    tests = {name: file.tests for name, file in files.items() if file.tests}
    places = {one.id: one.node.place for one in raws if isinstance(one, RawRule)}
    loaded = LoadedRules(
        rules, [], windows, tests, doubts, right_ones(facts), told, rules, dict(texts), places,
        written,
    )  # fmt: skip
    return _all_or_nothing(loaded, problems)


def _read_files(
    texts: Iterable[tuple[str, str]], written: dict[str, tuple[str, ...]], problems: list[Problem]
) -> dict[str, RuleFile]:
    files: dict[str, RuleFile] = {}
    for name, text in texts:
        node, found = read_all(text, name)
        problems += found
        written[name] = ids_in(node)
        if node is not None and (unfit := RULES.problems(node)):
            problems += unfit
        elif node is not None:
            file, found = read_file(node)
            problems += found
            if file is not None:
                files[name] = file
    return files


def _known_names(known: KnownEvents, windows: Iterable[str], rules: Iterable[str]) -> KnownNames:
    """The names that functions of the language may take in these files."""
    return KnownNames(
        events=frozenset(known.events) | known.patterns,
        windows=frozenset(windows),
        rules=frozenset(rules),
        pattern=_wrong_pattern,
    )


def _models(
    raws: Iterable[RawRule | object],
    groups: abc.Mapping[str, Groups],
    kinds: Catalogue,
    around: RuleContext,
    problems: list[Problem],
) -> list[tuple[RuleModel, Groups]]:
    """The rules that can be read, wrong or not, each with the groups of its file."""
    models: list[tuple[RuleModel, Groups]] = []
    for raw in with_checkpoints(raws):
        node = raw.node if isinstance(raw, RawRule) else raw
        model, found = read_rule(node, kinds, around.definitions)
        problems += found
        if model is not None:
            models.append((model, groups.get(_file_of_servers(node), {})))
    return models


def _checked(
    models: abc.Sequence[tuple[RuleModel, Groups]],
    around: RuleContext,
    problems: list[Problem],
    doubts: list[Problem],
) -> tuple[Rule, ...]:
    problems += each_once(_problems(models, around))
    problems += rule_cycles(model for model, _ in models)
    is_all_there = not any(one.code in _LEAVES_OUT for one in problems)
    doubted = lint([model for model, _ in models], around.wrong)
    doubts += (one for one in doubted if is_all_there or one.code != "does-nothing")
    doubts += opposites([model for model, _ in models])
    doubts += player_choices([model for model, _ in models], around.games)
    doubts += deaf_patterns([model for model, _ in models], around.known.consoles)
    if has_error(one for one in problems if one.code != "not-allowed"):
        return ()
    return tuple(_compiled(models))


def _problems(models: Iterable[tuple[RuleModel, Groups]], around: RuleContext) -> Iterator[Problem]:
    for model, own in with_checkpoints(models):
        yield from RuleChecker(around, own).problems(model)


def _compiled(models: Iterable[tuple[RuleModel, Groups]]) -> Iterator[Rule]:
    for model, own in with_checkpoints(models):
        yield compile_rule(model, own)


def _file_of_servers(node: object) -> str:
    """The file whose groups are meant in `servers`: an override may come from another file."""
    if not isinstance(node, Mapping):
        return ""
    key = node.key("servers")
    return (key if key is not None else node).place.file


def _all_or_nothing(loaded: LoadedRules, problems: list[Problem]) -> LoadedRules:
    problems = in_order(problems)
    if has_error(problems):
        return LoadedRules(
            (), problems, tests=loaded.tests, doubts=loaded.doubts, fed=loaded.fed, judged=loaded.judged,
            written=loaded.written,
        )  # fmt: skip
    return replace(loaded, problems=problems)


def _wrong_pattern(source: str) -> str:
    """What is wrong with an RE2; empty where it is right."""
    try:
        compile_pattern(source)
    except Invalid as error:
        problem = error.problem
        return f"{problem.message}: {problem.found}" if problem.found else problem.message
    return ""
