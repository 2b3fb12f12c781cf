"""What a rule reads is found wherever it stands."""

from __future__ import annotations

from automaton.configuration.read_facts import reads
from tests.core.story import book


def test_each_fact_is_told_with_the_first_place_that_reads_it() -> None:
    rules = (
        "rules:\n"
        "  - id: a\n"
        "    while: memory_pct > 90\n"
        "    do: [{say: 'of ${memory_pct}'}, {if: players == 0, do: []}]\n"
    )
    (rule,) = book(rules).rules

    assert {name: place.line for name, place in reads(rule).items()} == {"memory_pct": 3, "players": 4}
