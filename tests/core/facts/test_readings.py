"""What a reading changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import StatsReported
from automaton.core.facts.readings import FIGURES, differing
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.moment import Moment

READING = StatsReported(
    server="u1", at=Moment(1.0, 1.0), memory=1, memory_limit=1, cpu_pct=1.0, disk=1, rx=1, tx=1, uptime=1.0
)


@given(st.sets(st.sampled_from(FIGURES)))
def test_what_differs_has_changed_and_what_is_computed_from_it(names: set[str]) -> None:
    others: dict[str, Any] = dict.fromkeys(names, 2)
    other = replace(READING, at=Moment(2.0, 2.0), **others)
    computed = {name for name, fact in SERVER_FACTS.items() if not names.isdisjoint(fact.needs)}

    assert differing(READING, other).changed == names | computed


def test_a_percent_changes_with_the_size_that_it_is_a_share_of() -> None:
    assert differing(READING, replace(READING, memory=2, disk=2)).changed >= {
        "memory", "memory_pct", "disk", "disk_pct",
    }  # fmt: skip


def test_what_is_no_longer_known_has_changed() -> None:
    assert differing(READING, replace(READING, cpu_pct=None)).changed == {"cpu_pct"}
