"""What a person reads of tests."""

from __future__ import annotations

import pytest

from automaton.workbench.ruletest_report import failure, report
from tests.ruletest.run_case import CRASH, HIGH, one, results_of
from tests.ruletest.test_timeline import TEST


def test_a_failure_says_where_it_stands_and_what_was_not_as_expected() -> None:
    told = failure(one(HIGH, TEST), colours=False, width=104)

    assert (
        told
        == """\
rules.yml:13: a test
  line 20: expected notify: oncall at 5m; instead came at 5m notify ops: lobby is at 95 %
  line 21: expected power: restart at 6m; none came; `high` was idle then
  line 22: expected never: say; at 5m came say Low memory

time   fed                         got                                         expected
0s     memory_pct: 95, players: 3  high: is pending
5m                                 high: is open                               ok  is: open
                                   high: notify ops: lobby is at 95 %          NO  notify: oncall
                                   high: say Low memory                        NO  never: say
5m30s  memory_pct: 70              high: is idle
                                   high: resolve ops: lobby: high is over
                                   after 30s
6m                                                                             NO  power: restart
                                                                               ok  count: 1, notify: ops"""
    )


def test_each_file_takes_a_line_and_the_sum_stands_last(capsys: pytest.CaptureFixture[str]) -> None:
    test = "{name: a, feed: [{at: 0s, event: crash}], expect: [{notify: ops}]}"

    report(results_of(f"{CRASH}\n    tests: [{test}, {test}]"))
    assert capsys.readouterr().out == "rules.yml: 2 tests passed\n2 tests passed\n"


def test_a_test_that_ended_by_the_day_says_so_and_what_was_left(capsys: pytest.CaptureFixture[str]) -> None:
    rules = "rules: [{id: late, when: {event: crash}, do: [{wait: 1w}, {notify: ops}]}]"
    test = "{name: nobody is told, feed: [{at: 0s, event: crash}], expect: [{never: notify}]}"

    report(results_of(f"{rules}\ntests: [{test}]"))
    assert (
        capsys.readouterr().out
        == """\
rules.yml: 1 test passed

rules.yml:2: nobody is told
  the test was ended a day after its last entry: a run of `late` is going

1 test passed
"""
    )
