"""Tests of tests: rules and one test in YAML, run, and what was not as it was expected."""

from __future__ import annotations

from functools import cache
from textwrap import dedent, indent

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.suite import CaseResult, suite_of
from automaton.ruletest.transcript import Transcript

HIGH = """
    rules:
      - id: high
        while: memory_pct > 90
        for: 5m
        until: memory_pct < 80
        do:
          - {notify: ops, text: "${name} is at ${memory_pct}"}
          - {say: "Low memory"}
          - {wait: 1m}
          - {send: "list uuids"}
          - {power: restart}
    """

CRASH = """
    rules:
      - id: down
        when: {event: crash}
        cooldown: 10m
        do: [{notify: ops, text: "${name} crashed (${it.exit_code})"}]
    """


@cache
def packs() -> Packs:
    return Packs(read_packs(())[0])


def problems_of(text: str) -> list[str]:
    """What is wrong with a file, without its name."""
    _, problems = suite_of({"rules.yml": dedent(text)}, packs())
    return [str(problem).removeprefix("rules.yml:") for problem in problems]


def told(text: str) -> list[str]:
    """What is wrong with a file, without place and level."""
    return [problem.split("error: ", 1)[1] for problem in problems_of(text)]


def results_of(text: str) -> list[CaseResult]:
    """The tests of a file that has no mistake, each run."""
    suite, problems = suite_of({"rules.yml": dedent(text)}, packs())
    assert suite is not None, [str(problem) for problem in problems]
    return [suite.run(test) for test in suite.tests]


def one(rules: str, test: str) -> CaseResult:
    """One test, written without its dash: `feed: […]` and so on."""
    body = indent(dedent(test).strip(), "    ")
    (result,) = results_of(f"{dedent(rules).strip()}\ntests:\n  - name: a test\n{body}\n")
    return result


def failures(rules: str, test: str) -> list[str]:
    """Why a test fails; nothing where it passes."""
    return [answer.why for answer in one(rules, test).failures]


def expecting(rules: str, feed: str, *expected: str) -> list[str]:
    """Why these expectations do not hold, of a Minecraft server that is fed this."""
    return failures(rules, f"{SERVER}\nfeed: [{feed}]\nexpect: [{', '.join(expected)}]")


def record_of(rules: str, test: str) -> Transcript:
    """All that came, shown by an expectation that never holds."""
    record = one(rules, f"{dedent(test).strip()}\nexpect: [{{count: 99, verdict: gone}}]").transcript
    assert record is not None
    return record


def deeds(rules: str, test: str) -> list[str]:
    """What was done, in short: `5m notify ops: text`."""
    from automaton.ruletest.virtual_time import format_time

    got = record_of(rules, test).got
    return [f"{format_time(each.at)} {each}" for each in got if each.verb != "verdict"]


def phases(rules: str, test: str) -> list[str]:
    """The phases of the only rule and server: `5m open`."""
    from automaton.ruletest.virtual_time import format_time

    (changes,) = record_of(rules, test).phases.values()
    return [f"{format_time(each.at)} {each.argument}" for each in changes]


WRONG = """\
rules:
  - {id: high, while: memory_pct > 90, do: [{notify: ops}]}
  - {id: down, when: {event: crash}, do: [{notify: ops}]}
tests:
  - name: a test
    rules: [high]
"""
"""The beginning of a file whose last test is still to be written, wrongly."""

SERVER = "server: {name: lobby, egg: Paper, state: running}"
