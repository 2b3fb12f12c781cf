"""Whose deadline has come, and what is looked at then."""

from __future__ import annotations

from automaton.core import events as ev
from tests.core.fleet import fleet
from tests.core.story import Story


def test_each_deadline_is_looked_at_at_its_own_moment_however_late_that_is() -> None:
    story = Story("""
        rules:
          - {id: later, when: {console: '^x'}, do: [{wait: 20s}, {notify: ops, text: later}]}
          - {id: soon, while: memory_pct > 90, for: 10s, do: [{notify: ops, text: soon}]}
        """).line(1.0, "x").memory(2.0, 95)  # fmt: skip
    story.memory(500.0, 95)

    assert story.calls == ["12 notify ops: soon", "21 notify ops: later"]


def test_a_silence_ends_by_itself_and_what_it_held_is_told() -> None:
    story = Story("rules: [{id: high, while: memory_pct > 90, do: [{notify: ops, text: high}]}]")
    story.at(1.0, ev.SilenceBegan, id="s1", rules=(), servers=("*",), until=60.0, note="")
    story.memory(2.0, 95).until(59.0)
    assert story.calls == []

    assert story.memory(59.5, 95).until(70.0).calls == ["60 notify ops: high"]


def test_servers_that_are_due_at_once_are_counted_with_one_look() -> None:
    rule = "rules: [{id: a, by: fleet, while: count(console_age > 15s) >= 2, do: [{notify: ops, text: two}]}]"
    told = fleet(rule, 3)
    for number in range(3):
        told.line(1.0, "x", server=f"u{number}")
    told.until(30.0)

    assert told.calls == ["16 notify ops: two"]
