"""A rule file is tried on lines: problems, matches, its life on virtual time, and how it differs."""

from __future__ import annotations

from textwrap import dedent

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.transcript import Observation
from automaton.web.judged import JudgeWanted, Tried
from automaton.web.routes.rule_files import RuleFiles
from automaton.workbench.try_out import phases_of, text_changes, try_out

RUNNING = """\
rules:
  - id: join
    when: {console: "^(?P<who>\\\\w+) came in"}
    do: [{notify: ops, text: "${it.who} is here"}]
"""
MEMORY = """\
rules:
  - id: high
    while: memory_pct > 90
    for: 2m
    do: [{notify: ops, text: "${name} at ${memory_pct}"}]
"""
OTHER = """\
rules:
  - id: other
    when: {console: "came in"}
    do: [{notify: ops, text: other}]
"""


@pytest.fixture(scope="module")
def packs() -> Packs:
    return Packs(read_packs(())[0])


def tried(packs: Packs, text: str, lines: str = "", facts: str = "", **running: str) -> Tried:
    files = RuleFiles(rules=running or {"a": RUNNING, "b": OTHER}, channels={"ops": "info"})
    wanted = JudgeWanted(what="try", files=files, file="a", text=dedent(text), input=lines, facts=facts)
    return try_out(wanted, packs)


def came(one: Tried) -> list[str]:
    return [f"{deed.at:g} {deed.rule} {deed.what} {deed.name} {deed.text}".rstrip() for deed in one.deeds]


def test_what_a_line_matches_is_told_with_its_captures_and_what_comes_of_it(packs: Packs) -> None:
    one = tried(packs, RUNNING, "Eve came in\nnothing", "name: lobby")

    assert [
        (line.text, [(hit.name, hit.word, hit.fields.get("who")) for hit in line.matches])
        for line in one.lines
    ] == [
        ("Eve came in", [("join", "when", "Eve")]),
        ("nothing", []),
    ]
    assert "0 join call notify ops Eve is here" in came(one)
    assert (one.same, one.changes, one.problems) == (True, [], [])


def test_the_life_of_an_incident_goes_by_on_virtual_time(packs: Packs) -> None:
    one = tried(packs, MEMORY, "@10s memory_pct: 95\n@5m memory_pct: 50", "name: lobby")

    assert came(one)[:4] == [
        "10 high phase pending",
        "130 high phase open",
        "130 high call notify ops lobby at 95 %",
        "300 high phase idle",
    ]


def test_what_differs_from_the_rule_that_runs_is_told_in_deeds_and_in_words(packs: Packs) -> None:
    one = tried(packs, RUNNING.replace("is here", "is there"), "Eve came in")

    assert [(row.sign, row.text) for row in one.changes if row.sign in "+-"] == [
        ("-", "0s join: call notify ops Eve is here"),
        ("+", "0s join: call notify ops Eve is there"),
    ]
    assert [row.sign for row in one.text_changes if row.sign in "+-"] == ["-", "+"]


def test_only_the_rules_of_the_file_are_told_of_though_the_others_are_judged_too(packs: Packs) -> None:
    assert {deed.rule for deed in tried(packs, RUNNING, "Eve came in").deeds} == {"join"}


def test_a_rule_in_shadow_is_tried_as_if_it_were_live(packs: Packs) -> None:
    one = tried(packs, RUNNING.replace("when:", "arm: shadow\n    when:"), "Eve came in")

    assert "0 join call notify ops Eve is here" in came(one)


def test_a_mistake_is_told_at_its_place_and_nothing_is_judged(packs: Packs) -> None:
    one = tried(packs, "rules:\n  - {id: x, whan: {event: crash}, do: []}\n", "a line")

    assert [(row.severity, row.line, row.about) for row in one.problems][:1] == [("error", 2, "")]
    assert (one.lines, one.deeds) == ([], [])


def test_a_rule_whose_servers_are_others_says_so(packs: Packs) -> None:
    one = tried(packs, RUNNING.replace("when:", "servers: {name: nobody}\n    when:"), "Eve came in")

    assert any("name no server" in note for note in one.notes)


def test_no_file_is_read_for_what_is_tried(packs: Packs) -> None:
    """A test in the text may name a file of lines; it is not run here."""
    text = (
        RUNNING + "tests:\n  - {name: x, feed: [{at: 0s, lines: /etc/passwd}], expect: [{never: notify}]}\n"
    )

    assert "root" not in repr(tried(packs, text, "a"))


def test_a_file_that_changes_a_rule_of_another_is_told_of_that_rule(packs: Packs) -> None:
    """A later file overrides an earlier one key by key."""
    text = "rules:\n  - {id: join, do: [{notify: ops, text: mine}]}\n"
    files = RuleFiles(rules={"a": RUNNING}, channels={"ops": "info"})
    one = try_out(
        JudgeWanted(what="try", files=files, file="tried.yml", text=text, input="Eve came in"), packs
    )

    assert "0 join call notify ops mine" in came(one)


def test_equal_texts_do_not_differ() -> None:
    assert text_changes("a\nb", "a\nb") == []


LAG = """\
rules:
  - id: lag
    when: {console: "Can't keep up!"}
    count: 3
    within: 1m
    do: [{notify: ops, text: slow}]
"""
LAGS = "[Server thread/INFO]: Can't keep up!"


def test_lines_are_read_by_the_pack_of_the_servers_egg_and_it_is_told_who_said_them(packs: Packs) -> None:
    lines = f"[12:00:00] {LAGS}\n[12:00:01] [Server thread/INFO]: <eve> Can't keep up!"
    one = tried(packs, LAG, lines, "egg: Paper, name: lobby")

    assert [
        (line.source, [hit.name for hit in line.matches if hit.what == "rule"]) for line in one.lines
    ] == [
        ("game", ["lag"]), ("chat", []),
    ]  # fmt: skip


def test_a_rule_that_counts_says_how_far_it_came(packs: Packs) -> None:
    one = tried(packs, LAG, f"[12:00:00] {LAGS}", "egg: Paper, name: lobby")

    assert came(one) == []
    assert any(
        "`lag` is waiting: 1 of these lines matched, and its `count` is 3" in note for note in one.notes
    )


def test_what_opens_and_ends_in_one_moment_tells_its_calls_between(packs: Packs) -> None:
    lines = "\n".join(f"[12:00:0{number}] {LAGS}" for number in range(3))
    one = tried(packs, LAG, lines, "egg: Paper, name: lobby")

    assert came(one)[:3] == ["2 lag phase open", "2 lag call notify ops slow", "2 lag phase idle"]


def test_what_waits_anew_was_idle_before() -> None:
    changes = [
        Observation(at, "is", phase, "lag")
        for at, phase in ((0.0, "idle"), (5.0, "open"), (9.0, "pending"), (9.0, "open"))
    ]

    assert [(row.at, row.name) for _, row in phases_of("lag", changes)] == [
        (5.0, "open"), (9.0, "idle"), (9.0, "pending"), (9.0, "open"),
    ]  # fmt: skip
