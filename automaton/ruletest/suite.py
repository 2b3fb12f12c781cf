"""Rule files with their tests, loaded as the daemon would load them: together, all mistakes told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from automaton.core.rules.rule import Rule, Rulebook
from automaton.packs.load import Packs
from automaton.problem import Problem, has_error, in_order
from automaton.rulebook.book import build_book
from automaton.rulebook.load import LoadedRules, load_texts, rule_files
from automaton.rulebook.step_checks import Bounds
from automaton.ruletest.assertions import AssertionResult, evaluate
from automaton.ruletest.case import Case
from automaton.ruletest.case_reader import KnownNames, read_tests, rules_of
from automaton.ruletest.fake_stats import EACH_SECOND, FRESH_FOR
from automaton.ruletest.harness import Harness
from automaton.ruletest.transcript import Transcript
from automaton.schema.files import read_text


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a test. The record is kept where it failed."""

    test: Case
    answers: tuple[AssertionResult, ...]
    record: Transcript | None = None

    @property
    def failures(self) -> list[AssertionResult]:
        return [answer for answer in self.answers if not answer.holds]


class Suite:
    """All tests of some files. Books are made once for each choice of rules; all share one index."""

    def __init__(self, tests: tuple[Case, ...], loaded: LoadedRules, packs: Packs) -> None:
        self.tests = tests
        self._rules = {rule.id: rule for rule in loaded.rules}
        self._windows = loaded.windows
        self._packs = packs
        self._books: dict[tuple[str, ...], tuple[Rulebook, float]] = {}

    def run(self, test: Case) -> CaseResult:
        """One test, on a clock of its own."""
        book, beat = self.book(test.rules)
        record = Harness(test, book, beat).run()
        answers = tuple(evaluate(test.expected, record))
        return CaseResult(test, answers, None if all(answer.holds for answer in answers) else record)

    @cached_property
    def _whole(self) -> Rulebook:
        none: frozenset[str] = frozenset()
        book = build_book(self._rules.values(), self._packs, lambda _profile, _pack: none, self._windows)
        return replace(book, pack_of=lru_cache(maxsize=1000)(book.pack_of))

    def book(self, ids: tuple[str, ...]) -> tuple[Rulebook, float]:
        """The book of these rules, and how often they need a reading though nothing changes, seconds."""
        found = self._books.get(ids)
        if found is None:
            rules = tuple(self._rules[id_] for id_ in ids)
            beat = min(map(_beat, rules), default=FRESH_FOR)
            found = self._books[ids] = (replace(self._whole, rules=rules), beat)
        return found


def load_suite(
    paths: Iterable[Path], packs: Packs, bounds: Bounds | None = None
) -> tuple[Suite | None, list[Problem]]:
    """The tests of these files and folders, None where a file has an error; and every problem."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in dict.fromkeys(file for path in paths for file in rule_files(path)):
        text, found = read_text(file)
        problems += found
        if text is not None:
            texts[str(file)] = text
    suite, found = suite_of(texts, packs, bounds)
    problems = in_order([*problems, *found])
    return None if has_error(problems) else suite, problems


def suite_of(
    texts: Mapping[str, str], packs: Packs, bounds: Bounds | None = None
) -> tuple[Suite | None, list[Problem]]:
    """The same, of files that are read already, by their names."""
    known = packs.known_events
    loaded = load_texts(list(texts.items()), known, bounds)
    problems = list(loaded.problems)
    tests: list[Case] = []
    channels = frozenset(bounds.channels) if bounds is not None else None
    ids = tuple(rule.id for rule in loaded.rules)
    for name, items in loaded.tests.items():
        own = rules_of(name, texts[name])
        of_file, found = read_tests(
            items, KnownNames(own, ids or own, known, channels, frozenset(packs.by_name))
        )
        tests += of_file
        problems += found
    problems = in_order(problems)
    return None if has_error(problems) else Suite(tuple(tests), loaded, packs), problems


def _beat(rule: Rule) -> float:
    """How often readings must be told though nothing changes, seconds.

    They come each second. Told more seldom they are the same to every rule that does not count by the
    uptime, series over time included: a value holds until the next, or until it is overdue.
    """
    return EACH_SECOND if "uptime" in rule.reads() else FRESH_FOR
