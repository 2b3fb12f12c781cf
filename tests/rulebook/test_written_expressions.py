"""Expressions of a rule are found wherever they stand, with their places: told by what is said of each."""

from __future__ import annotations

from tests.rulebook.texts import load

RULE = """\
rules:
  - id: a
    while: 'memory_pct > 0.1'
    if: memory_pct > 0.2
    until: memory_pct < 0.05
    do:
      - if: "memory_pct > 0.3"
        do: [{notify: ops, text: "first ${memory_pct > 0.4}, then ${disk_pct > 0.5}"}]
    on_clear:
      - {notify: ops, text: "it was ${memory_pct < 0.6}"}
"""


def test_those_of_keys_steps_and_texts_are_found_each_at_its_place() -> None:
    found = [
        (one.line, one.column, one.found) for one in load(RULE).doubts if one.code == "fraction-compared"
    ]
    lines = RULE.splitlines()

    assert sorted(found) == [
        (line, lines[line - 1].index(number) + 1, f"`{number}`")
        for line, number in (
            (3, "0.1"), (4, "0.2"), (5, "0.05"), (7, "0.3"), (8, "0.4"), (8, "0.5"), (10, "0.6"),
        )
    ]  # fmt: skip
