"""Counts of the trail become bars, each of its hour or day."""

from __future__ import annotations

from automaton.web.pages.trail_port import TrailCount
from automaton.web.pages.verdict_bars import DAY, HEIGHT, chart, counted


def test_what_fired_and_what_was_held_stand_in_their_hour_and_nothing_else_does() -> None:
    counts = [
        TrailCount(0, "fired", 2), TrailCount(23, "cooling", 3), TrailCount(23, "fired", 1),
        TrailCount(5, "cleared", 9), TrailCount(24, "silenced", 1),
    ]  # fmt: skip
    made = chart(DAY, counts, 100_000.0)

    assert (made.fired, made.held, made.most) == (3, 4, 5)
    assert [(bar.fired, bar.held) for bar in made.bars if bar.fired or bar.held] == [(2, 0), (1, 4)]
    assert made.bars[-1].fired_height + made.bars[-1].held_height == HEIGHT
    assert (made.bars[0].begins, made.bars[-1].begins) == (13_600.0, 96_400.0)


def test_without_anything_there_are_bars_without_a_height() -> None:
    made = chart(DAY, [], 100_000.0)

    assert len(made.bars) == 24
    assert not any(bar.fired_height or bar.held_height for bar in made.bars)


def test_a_verdict_has_its_sentence_and_one_of_another_version_none() -> None:
    rows = counted({"cooling": 2, "unheard": 5})

    assert [(row.word, row.kind, bool(row.sentence)) for row in rows] == [
        ("unheard", "", False),
        ("cooling", "held", True),
    ]
