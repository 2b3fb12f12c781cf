"""What the world answers is read from a feed, and wrong answers are told."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import failures, told

CALLS = """\
rules:
  - id: update
    when: {event: ready}
    do:
      - {http: builds, else: [{notify: ops, text: "${result.status}: ${result.reason}"}, end]}
      - {notify: ops, text: "${result.status} ${result.body}"}
      - {exec: rotate, else: []}
"""
TEST = CALLS + "tests:\n  - name: a\n    expect: [{never: say}]\n"

WRONG = {
    "http: builds": "`http` is a mapping of names to what they answer, as `{builds: {build: 7}}`;"
    " found `builds`",
    "http: {biulds: x}": "no rule of this test calls `http: biulds`, did you mean `builds`?",
    "exec: {builds: x}": "no rule of this test calls `exec: builds`",
    "http: {builds: {status: 42}}": "a whole number from 100 to 599 is expected; found `42`",
    "exec: {rotate: {code: lots}}": "a whole number from 0 to 255 is expected; found `lots`",
    "refuses: bakcup": "`bakcup` is nothing that could be refused, did you mean `backup`?",
    "refuses: [say]": "`say` is nothing that could be refused; expected `send`, `power`, `backup`, `files`,"
    " `startup`, `reinstall`, `http`, `exec`",
    "refuses: {backup: [a]}": "a reason is a text; found a list",
}


@pytest.mark.parametrize("entry", WRONG)
def test_an_answer_that_is_wrong(entry: str) -> None:
    assert told(f"{TEST}    feed: [{{at: 0s, {entry}}}]\n") == [WRONG[entry]]


ANSWERS = {
    "{}": "200 {}",
    "it works": "200 it works",
    "{build: 7, names: [a, true, null]}": '200 {"build": 7, "names": ["a", true, null]}',
    "{status: 201}": "201 ",
    "{status: 201, body: {build: 7}}": '201 {"build": 7}',
    "{status: 201, build: 7}": '200 {"status": 201, "build": 7}',
    "{body: text}": "200 text",
    "{status: 503, body: no}": "503: `builds` answers HTTP 503",
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_body_is_text_or_json_and_may_have_a_status_beside_it(answer: str) -> None:
    fed = f"feed: [{{at: 0s, http: {{builds: {answer}}}}}, {{at: 1s, event: ready}}]"
    expect = f"expect:\n  - notify: ops\n    text: '{ANSWERS[answer]}'"

    assert failures(CALLS, f"{fed}\n{expect}") == []


def test_a_body_is_cut_where_the_daemon_cuts_it() -> None:
    rules = "rules: [{id: a, when: {event: ready}, do: [{http: builds}, {notify: ops, text: '%s'}]}]"
    fed = f"feed: [{{at: 0s, http: {{builds: {'x' * 5000}}}}}, {{at: 1s, event: ready}}]"

    assert failures(rules % "${len(result.body)}", f"{fed}\nexpect: [{{notify: ops, text: '4096'}}]") == []
