"""Tools in turns: one that fails is out, and told."""

from __future__ import annotations

from tests.benchmarks.peers.corpus import Corpus
from tests.benchmarks.peers.one_that_prints import OneThatPrints
from tests.benchmarks.peers.side_by_side import Extent, Measurements

CORPUS = Corpus(["^x$", "^y$"], ["a line"] * 100)
EXTENT = Extent(lines=100, seconds=0.0, rounds=2)


def test_a_tool_that_fails_has_no_figure_and_the_others_have() -> None:
    told: list[str] = []
    measured = Measurements(told.append)
    tools = [OneThatPrints("good"), OneThatPrints("wrong", more=1), OneThatPrints("bad", fails=True)]
    measured.measure(tools, CORPUS, EXTENT)

    assert {tool: list(some) for tool, some in measured.rates.items()} == {"good": [2]}
    assert told == measured.failed == [
        "wrong at 2 rules found 1 hits of 0 in 0 lines", "bad at 2 rules ended with 3: no such rule",
    ]  # fmt: skip


def test_figures_say_what_was_here_and_what_was_not() -> None:
    measured = Measurements(lambda _: None)
    measured.measure([OneThatPrints("good")], CORPUS, EXTENT)
    figures = measured.figures(2, {"good": "1", "absent": None})

    assert (figures.versions, figures.rounds) == ({"good": "1", "absent": None}, 2)
    assert figures.lines == {"good": {2: 100}}
    assert [list(some) for some in (figures.rates, figures.by_clock)] == [["good"], ["good"]]
