"""A tool is run with lines and without, and held to the number of hits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.peers.corpus import Corpus
from tests.benchmarks.peers.measuring import LEAST, Spent, Subject, ToolFailed, spend
from tests.benchmarks.peers.one_that_prints import OneThatPrints

CORPUS = Corpus(["^x$"], ["a line"] * 100)


def test_what_the_start_takes_is_taken_off_and_never_leaves_nothing() -> None:
    assert Spent(cpu=3.0, wall=5.0) - Spent(cpu=1.0, wall=2.0) == Spent(cpu=2.0, wall=3.0)
    assert Spent(cpu=1.0, wall=1.0) - Spent(cpu=2.0, wall=2.0) == Spent(cpu=LEAST, wall=LEAST)


def test_a_command_gives_what_it_printed_and_what_it_took(tmp_path: Path) -> None:
    spent, output = spend(["echo", "hit"], tmp_path)

    assert output == "hit\n"
    assert spent.wall > 0


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="ended with 3: no such rule"):
        spend(["sh", "-c", "echo no such rule >&2; exit 3"], tmp_path)


def test_a_tool_that_finds_more_than_there_is_has_no_rate() -> None:
    subject = Subject(OneThatPrints(more=2), CORPUS)

    with pytest.raises(ToolFailed, match="found 2 hits of 0 in 0 lines"):
        subject.round()
    subject.close()


def test_a_quick_tool_gets_the_lines_again_and_again_and_a_slow_one_no_more_than_it_takes() -> None:
    quick, slow = Subject(OneThatPrints(), CORPUS), Subject(OneThatPrints(most_lines=20), CORPUS)
    for one in (quick, slow):
        one.choose_lines(least=100, seconds=3_600.0, most_times=4)
        one.round()
        one.close()

    assert (quick.lines, slow.lines) == (400, 20)
    assert quick.rate().lines == 400
