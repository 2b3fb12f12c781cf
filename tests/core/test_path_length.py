"""How far it is from an event to what is asked: each call more is a place more to look at.

Counted, not timed: Python calls inside the core for one reading, in the order in which they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from automaton.core import events as ev
from automaton.core.decision import Decision, Verdict
from automaton.core.moment import Moment
from tests.core.calls_made import calls_made
from tests.core.story import LIVE, LOBBY, Story

RULE = """
    rules:
      - id: high
        while: memory_pct > 90
        until: memory_pct < 80
        do: [{notify: ops, text: "${name} memory ${memory_pct}"}]
    """


def calls_of(happens: Callable[[], list[Decision]]) -> tuple[list[Decision], list[str]]:
    """What was decided, and the file of each call in the core that it took."""
    decisions, calls = calls_made(happens, "/automaton/core/")
    return decisions, [file for file, _ in calls]


def reading(story: Story, mono: float, memory: int) -> Callable[[], list[Decision]]:
    event = ev.StatsReported(
        server=LOBBY.uuid, at=Moment(mono, mono), memory=memory, memory_limit=100, cpu_pct=1.0, disk=1,
        rx=0, tx=0, uptime=mono,
    )  # fmt: skip
    return lambda: story.engine.handle(event)


def story() -> Story:
    """One that has fired before: what is found once is not counted."""
    told = Story(RULE, LIVE)
    for mono, memory in ((1.0, 95), (2.0, 50), (3.0, 51), (3.5, 52)):
        reading(told, mono, memory)()
    return told


def test_a_reading_that_fires_takes_a_short_way() -> None:
    decisions, files = calls_of(reading(story(), 4.0, 95))

    assert [one.verdict for one in decisions] == [Verdict.FIRED, Verdict.ACTING]
    # One of them notes that there is something to write, one asks whose the server was.
    assert len(files) < 77
    assert sum(one != other for one, other in pairwise(files)) < 47  # there and back


def test_a_reading_that_changes_no_rules_mind_takes_a_dozen_calls() -> None:
    decisions, files = calls_of(reading(story(), 4.0, 51))

    assert decisions == []
    assert len(files) <= 12
