"""What an expression said is kept as values, and printed by its kinds when somebody asks."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.daemon.services.expression_values import row_of, see
from tests.core.story import HIGH, LOBBY, Story


def rows(story: Story, rule: str, key: str = LOBBY.uuid) -> list[tuple[str, list[tuple[int, str, str, str]]]]:
    standing = story.rule_state(rule, key)
    seen = see(standing.rule, standing.scene(story.engine.now))
    return [
        (one.word, [(part.depth, part.source, part.value, part.why) for part in row_of(one).parts])
        for one in seen
    ]


def test_each_part_is_printed_by_its_kind() -> None:
    story = Story(HIGH).memory(1, 95)

    assert rows(story, "high") == [
        ("while", [(0, "memory_pct > 90", "true", ""), (1, "memory_pct", "95 %", "")]),
        ("until", [(0, "memory_pct < 80", "false", ""), (1, "memory_pct", "95 %", "")]),
    ]


def test_what_is_unknown_says_why() -> None:
    story = Story(HIGH).memory(1, 95).at(2, ev.LinkLost)

    assert rows(story, "high")[0] == (
        "while",
        [(0, "memory_pct > 90", "unknown", ""), (1, "memory_pct", "unknown", "the link is down")],
    )


def test_what_is_counted_over_servers_is_one_value() -> None:
    """Its parts are read at each of the servers, and have no value of their own here."""
    story = Story(
        'rules: [{id: a, by: node, while: count(state == "running") > 0 and total > 5, '
        "do: [{notify: ops, text: x}]}]"
    )

    assert rows(story, "a", "node:eu")[0][1] == [
        (0, 'count(state == "running") > 0 and total > 5', "false", ""),
        (1, 'count(state == "running") > 0', "true", ""),
        (2, 'count(state == "running")', "1", ""),
        (1, "total > 5", "false", ""),
        (2, "total", "1", ""),
    ]


def test_where_a_change_is_awaited_the_fact_is_shown_and_why_it_is_unknown() -> None:
    story = Story("""
        facts: {seed: {type: text, send: seed, read: '^Seed: (?P<value>.*)', every: 5m}}
        rules: [{id: a, when: {changes: seed}, do: [{notify: ops, text: x}]}]
        """)
    story.line(1.0, "Seed: 5").until(300.0).line(301.0, "Seed: 6")
    assert rows(story, "a") == [("changes", [(0, "seed", "6", "")])]

    story.until(1501.0)
    assert rows(story, "a") == [("changes", [(0, "seed", "unknown", "last told 20m ago")])]


def test_a_fact_of_ones_own_is_printed_by_its_kind_too() -> None:
    story = Story("""
        facts: {free: {type: size, line: '^Free: (?P<value>.*)'}}
        rules: [{id: a, while: free < 1GiB, do: [{notify: ops, text: x}]}]
        """).line(1.0, "Free: 2GiB")

    assert rows(story, "a")[0] == (
        "while", [(0, "free < 1GiB", "false", ""), (1, "free", "2 GiB", "")]
    )  # fmt: skip
