"""The rules and lines that all tools get."""

from __future__ import annotations

import pytest

from tests.benchmarks.peers.corpus import (
    Corpus,
    CorpusIsWrong,
    hits_in,
    judge_corpus,
    made_corpus,
    oracle,
)


def test_one_line_in_a_hundred_has_one_hit_and_no_other_line_has_any() -> None:
    corpus = made_corpus(rules=40, lines=1_000)
    found = oracle(corpus.patterns, corpus.lines)

    assert [number for number, hits in enumerate(found) if hits] == list(range(50, 1_000, 100))
    assert {len(hits) for hits in found} == {0, 1}


def test_the_hits_of_a_beginning_are_known() -> None:
    corpus = made_corpus(rules=10, lines=300)
    found = oracle(corpus.patterns, corpus.lines)

    assert [hits_in(count) for count in range(301)] == [sum(map(len, found[:count])) for count in range(301)]


def test_a_seed_gives_the_same_again_and_another_seed_does_not() -> None:
    assert made_corpus(10, 200) == made_corpus(10, 200)
    assert made_corpus(10, 200) != made_corpus(10, 200, seed=18)


def test_where_lines_are_not_enough_they_come_again() -> None:
    assert Corpus([], ["one", "two"]).first(5) == ["one", "two", "one", "two", "one"]
    assert Corpus([], ["one", "two"]).first(1) == ["one"]


def test_a_line_that_another_pattern_hits_too_is_no_corpus() -> None:
    with pytest.raises(CorpusIsWrong, match="made for"):
        judge_corpus(["one", "one two"], ["one two"], [[1]])
