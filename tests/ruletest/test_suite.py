"""Files and their tests, loaded together."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from automaton.ruletest.harness import Harness
from automaton.ruletest.repeats import EACH_SECOND, Repeats, repeats_for
from automaton.ruletest.suite import load_suite, suite_of
from tests.ruletest.run_case import packs, problems_of

HERE = Path(__file__).parent


@pytest.mark.parametrize(("file", "tests"), [("language.yml", 3), ("seams.yml", 16), ("reach.yml", 3)])
def test_the_examples_of_the_language_and_of_what_real_wings_broke_pass(file: str, tests: int) -> None:
    suite, problems = load_suite([HERE / file], packs())
    assert suite is not None, [str(problem) for problem in problems]

    results = [suite.run(test) for test in suite.tests]
    assert [f"{result.test.name}: {answer.why}" for result in results for answer in result.failures] == []
    assert len(results) == tests


A = """
    groups: {mc: {pack: minecraft}}
    rules: [{id: a, servers: mc, when: {event: ready}, do: [{notify: ops, text: a}]}]
    tests:
      - name: of this file
        server: {egg: Paper}
        feed: [{at: 0s, event: ready}]
        expect: [{count: 1, notify: ops}]
    """
B = """
    rules: [{id: b, servers: mc, when: {event: ready}, do: [{notify: ops, text: b}]}]
    tests:
      - name: of both
        rules: [a, b]
        server: {egg: Paper}
        feed: [{at: 0s, event: ready}]
        expect: [{count: 2, notify: ops}, {notify: ops, text: a, rule: a}]
    """


def test_a_test_loads_the_rules_of_its_own_file_or_those_that_it_names() -> None:
    suite, _ = suite_of({"a.yml": dedent(A), "b.yml": dedent(B)}, packs())
    assert suite is not None

    assert [suite.run(test).failures for test in suite.tests] == [[], []]


def test_a_mistake_in_a_rule_is_told_beside_those_of_the_tests() -> None:
    text = A.replace("event: ready}, do", "event: redy}, do").replace("count: 1", "count: x")

    assert [problem.split(" ")[0] for problem in problems_of(text)] == ["3:44:", "8:22:"]


def test_a_file_that_is_not_there_is_told() -> None:
    suite, problems = load_suite([Path("/nowhere/rules.yml")], packs())

    assert suite is None
    assert [problem.code for problem in problems] == ["no-file"]


def test_readings_that_do_not_change_are_the_same_each_second_or_seldom() -> None:
    suite, _ = load_suite([HERE / "language.yml"], packs())
    assert suite is not None

    for test in suite.tests:
        book = suite.book(test.rules)
        seldom = Harness(test, book, repeats_for(book.rules)).run()
        often = Harness(test, book, Repeats(EACH_SECOND)).run()
        assert (seldom.got, seldom.phases) == (often.got, often.phases)


BEFORE = """\
rules:
  - {id: high, while: memory_pct > 90, do: [{notify: ops, text: "${memory_pct}"}]}
  - {id: gone, while: memory_pct > 90, do: [{notify: ops, text: first}]}
tests:
  - name: a reload
    feed:
      - {at: 0s, memory_pct: 95}
      - {at: 1m, reload: later/new.yml}
      - {at: 2m, memory_pct: 85}
      - {at: 3m, daemon: restart}
    expect:
"""
AFTER = """\
rules:
  - {id: high, while: memory_pct > 80, do: [{notify: ops, text: "${memory_pct}"}]}
  - {id: new, while: memory_pct < 90, do: [{notify: staff, text: now}]}
"""


def with_reload(folder: Path, expect: str, after: str = AFTER) -> list[str]:
    """What is wrong with the files, or else with the only test."""
    (folder / "later").mkdir()
    (folder / "later/new.yml").write_text(after, encoding="utf-8")
    (folder / "rules.yml").write_text(f"{BEFORE}{expect}", encoding="utf-8")
    suite, problems = load_suite([folder / "rules.yml"], packs())
    if suite is None:
        return [str(problem).removeprefix(f"{folder}/") for problem in problems]
    return [answer.why for test in suite.tests for answer in suite.run(test).failures]


def test_other_rules_take_the_place_of_those_of_a_test(tmp_path: Path) -> None:
    expect = """\
      - {at: 30s, is: open, rule: gone}
      - {at: 1m, verdict: withdrawn, rule: gone}
      - {at: 1m, is: idle, rule: gone}
      - {at: 4m, is: open, rule: high}
      - {count: 1, notify: ops, rule: high}
      - {at: 2m, notify: staff, rule: new}
"""
    assert with_reload(tmp_path, expect) == []


def test_what_is_wrong_in_the_other_rules_is_told_at_its_place(tmp_path: Path) -> None:
    assert with_reload(tmp_path, "      - {never: say}\n", AFTER.replace("< 90", "< 90MiB")) == [
        "later/new.yml:3:35: error: a percent is compared with a size; expected a percent as `90`"
    ]


def test_a_rule_of_neither_file_is_no_rule_of_the_test(tmp_path: Path) -> None:
    assert with_reload(tmp_path, "      - {never: say, rule: old}\n") == [
        "rules.yml:12:28: error: this test has no rule `old`; expected one of its rules: `high`, `gone`,"
        " `new`"
    ]
