"""What a reading changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import StatsReported
from automaton.core.facts.readings import differing
from automaton.core.moment import Moment

NUMBERS = tuple(one.name for one in fields(StatsReported) if one.name not in ("server", "at"))
READING = StatsReported(
    server="u1", at=Moment(1.0, 1.0), memory=1, memory_limit=1, cpu_pct=1.0, disk=1, rx=1, tx=1, uptime=1.0
)


@given(st.sets(st.sampled_from(NUMBERS)))
def test_what_differs_has_changed_and_the_percents_that_are_made_of_it(names: set[str]) -> None:
    others: dict[str, Any] = dict.fromkeys(names, 2)
    other = replace(READING, at=Moment(2.0, 2.0), **others)
    percents = {"memory_pct"} if names & {"memory", "memory_limit"} else set()
    percents |= {"disk_pct"} if "disk" in names else set()

    assert differing(READING, other).changed == names | percents


def test_what_is_no_longer_known_has_changed() -> None:
    assert differing(READING, replace(READING, cpu_pct=None)).changed == {"cpu_pct"}
