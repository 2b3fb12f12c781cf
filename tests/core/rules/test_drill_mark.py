"""No rule can be taken for a drill."""

from __future__ import annotations

from automaton.core.rules.drill_mark import DRILL
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import load_texts


def test_no_rule_can_have_the_name_of_a_drill() -> None:
    rule = f"rules: [{{id: {DRILL}high, while: memory_pct > 90, do: [{{notify: ops}}]}}]"
    known, _ = read_packs([])
    loaded = load_texts([("rules.yml", rule)], Packs(known).known_events)

    assert loaded.rules == ()
    assert [one.message for one in loaded.problems] == [
        "a name of letters, digits, `-`, `_` and `.` is expected, up to 64 of them"
    ]
