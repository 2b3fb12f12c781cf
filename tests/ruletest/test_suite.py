"""Files and their tests, loaded together."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from automaton.ruletest.fake_stats import EACH_SECOND, FRESH_FOR
from automaton.ruletest.harness import Harness
from automaton.ruletest.suite import load_suite, suite_of
from tests.ruletest.run_case import packs, problems_of

HERE = Path(__file__).parent


@pytest.mark.parametrize(("file", "tests"), [("language.yml", 3), ("seams.yml", 16)])
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
        book, beat = suite.book(test.rules)
        seldom, often = Harness(test, book, beat).run(), Harness(test, book, EACH_SECOND).run()
        assert (seldom.got, seldom.phases) == (often.got, often.phases)


def test_a_rule_that_counts_by_the_uptime_is_told_each_second() -> None:
    rules = "rules: [{id: a, while: uptime > 1h, do: []}, {id: b, while: memory_pct > 9, do: []}]"
    suite, _ = suite_of({"r.yml": rules}, packs())
    assert suite is not None

    assert [suite.book((id_,))[1] for id_ in ("a", "b")] == [EACH_SECOND, FRESH_FOR]
