"""The tests of rule files, which are loaded together, as the daemon loads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from automaton.core.facts.own import FromAddress, OwnFact
from automaton.core.ports import Calendar
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule, Rulebook
from automaton.packs.load import Packs
from automaton.problem import Problem, has_error, in_order
from automaton.rulebook.book import build_book
from automaton.rulebook.load import LoadedRules, load_texts, rule_files
from automaton.rulebook.step_checks import Bounds
from automaton.ruletest.case import Case
from automaton.ruletest.case_names import CaseNames
from automaton.ruletest.case_reader import read_tests
from automaton.ruletest.feed_answers import unknown_answers
from automaton.ruletest.repeats import repeats_for
from automaton.ruletest.unheard_hooks import unheard_hooks
from automaton.ruletest.without_node import without_node
from automaton.schema.files import read_text
from automaton.schema.kinds import ActionModel, KnownEvents

if TYPE_CHECKING:
    from automaton.ruletest.assertions import AssertionResult
    from automaton.ruletest.transcript import Transcript


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of a test. The transcript is kept where it failed.

    `cut_off` says when it was ended though something could still come, and what; else it is empty.
    """

    test: Case
    answers: tuple[AssertionResult, ...]
    transcript: Transcript | None = None
    cut_off: str = ""

    @property
    def failures(self) -> list[AssertionResult]:
        """Those expectations that did not come true."""
        return [answer for answer in self.answers if not answer.holds]


class Suite:
    """All tests of some files. Each choice of rules has a book, made once; all books share one index."""

    def __init__(
        self,
        tests: tuple[Case, ...],
        loaded: LoadedRules,
        packs: Packs,
        reloads: Mapping[str, LoadedRules] | None = None,
    ) -> None:
        """`reloads` are the rule files that tests take later, by their names."""
        self.tests = tests
        self._rules = {rule.id: rule for rule in loaded.rules}
        self._windows = loaded.windows
        self._own_facts = loaded.own_facts
        self._packs = packs
        self._reloads = {
            file: self._book_of(rules.rules, rules.windows, rules.own_facts)
            for file, rules in (reloads or {}).items()
        }
        self._books: dict[tuple[str, ...], Rulebook] = {}

    def run(self, test: Case) -> CaseResult:
        """Runs one test."""
        book = self.book(test.rules)
        reloads = {file: self._reloads[file] for file in test.reloads}
        repeats = repeats_for(rule for one in (book, *reloads.values()) for rule in one.rules)
        # Here, for it brings the engine: who only reads tests, as `check` does, waits for none.
        from automaton.ruletest.assertions import evaluate
        from automaton.ruletest.harness import Harness

        transcript = Harness(test, book, repeats, reloads).run()
        answers = tuple(evaluate(test.expected, transcript))
        kept = None if all(answer.holds for answer in answers) else transcript
        return CaseResult(test, answers, kept, transcript.cut_off)

    @cached_property
    def _whole(self) -> Rulebook:
        return self._book_of(self._rules.values(), self._windows, self._own_facts)

    def _book_of(
        self, rules: Iterable[Rule], windows: Mapping[str, Calendar], own_facts: Mapping[str, OwnFact]
    ) -> Rulebook:
        none: frozenset[str] = frozenset()
        book = build_book(rules, self._packs, lambda _profile, _pack: none, windows, own_facts)
        return replace(book, choose_pack=lru_cache(maxsize=1000)(book.choose_pack))

    def book(self, ids: tuple[str, ...]) -> Rulebook:
        """The book of these rules."""
        found = self._books.get(ids)
        if found is None:
            rules = tuple(self._rules[id_] for id_ in ids)
            found = self._books[ids] = replace(self._whole, rules=rules)
        return found


def load_suite(
    paths: Iterable[Path],
    packs: Packs,
    bounds: Bounds | None = None,
    loaded: LoadedRules | None = None,
) -> tuple[Suite | None, list[Problem]]:
    """Reads the tests of files and folders. None where one has an error; and every problem of them.

    `loaded` are the rules of these files where they were read already.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in dict.fromkeys(file for path in paths for file in rule_files(path)):
        text, found = read_text(file)
        problems += found
        if text is not None:
            texts[str(file)] = text
    suite, found = suite_of(texts, packs, bounds, loaded)
    problems = in_order([*problems, *found])
    return None if has_error(problems) else suite, problems


def suite_of(
    texts: Mapping[str, str],
    packs: Packs,
    bounds: Bounds | None = None,
    loaded: LoadedRules | None = None,
) -> tuple[Suite | None, list[Problem]]:
    """The same of texts by their file names."""
    known = packs.known_events
    loaded = loaded or load_texts(list(texts.items()), known, bounds)
    problems = [*loaded.problems, *loaded.doubts]
    tests: list[Case] = []
    channels = frozenset(bounds.channels) if bounds is not None else None
    every = dict.fromkeys(id_ for own in loaded.written.values() for id_ in own)
    ids = tuple(rule.id for rule in loaded.rules) or tuple(every)  # none where one of them has a mistake
    for name, items in loaded.tests.items():
        of_file, found = read_tests(
            items,
            CaseNames(
                loaded.written.get(name, ()), ids, known, channels, frozenset(packs.by_name), loaded.fed
            ),
        )
        tests += of_file
        problems += found
    if loaded.rules:
        problems += [one for test in tests for one in _untaken(test, loaded)]
    files = dict.fromkeys(file for test in tests for file in test.reloads)
    reloads = {file: _reloaded(file, known, bounds, problems) for file in files}
    problems = in_order(problems)
    suite = None if has_error(problems) else Suite(tuple(tests), loaded, packs, reloads)
    return suite, problems


def _untaken(test: Case, loaded: LoadedRules) -> Iterator[Problem]:
    """What no rule of a test takes, as an answer or a hook's call; another file's may, after a reload."""
    if test.reloads:
        return
    rules = [rule for rule in loaded.rules if rule.id in test.rules]
    steps = [step for rule in rules for step in walk(rule.steps())]
    read = {name for rule in rules for name in rule.names}
    asked = [fact.origin for name, fact in loaded.own_facts.items() if name in read]
    made = [step for step in steps if isinstance(step, ActionModel)]
    urls = {one.call.argument for one in asked if isinstance(one, FromAddress)}
    called = {"http": urls | {url for one in made for url in one.urls()},
              "exec": {name for one in made for name in one.programs()}}  # fmt: skip
    yield from unknown_answers([answer for entry in test.feed for answer in entry.answers], called)
    yield from unheard_hooks(test.feed, rules)
    yield from without_node(test, rules)


def _reloaded(
    file: str, known: KnownEvents, bounds: Bounds | None, problems: list[Problem]
) -> LoadedRules:  # fmt: skip
    """The rules of a file that a test takes later, alone."""
    text, found = read_text(Path(file))
    problems += found
    loaded = load_texts([(file, text or "")], known, bounds)
    problems += loaded.problems
    return loaded
