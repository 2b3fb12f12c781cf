"""The rules and lines that every tool gets, and which rule concerns which line. A seed gives the same again.

The oracle is `re`, one pattern after the other. It looks at every line that was made to match, and at some of
the others: those are made of words that stand in no pattern.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from tests.benchmarks.matching import WORDS, matching_line, patterns

EVERY = 100  # lines, one of them made to match
LONG_EVERY = 200  # lines, one of them of 1 to 2 kB
CHAT_LIKE = re.compile(r"\w+: ")  # games say so who said what, and `console:` does not look there
SAMPLED_EVERY = 67  # of the other lines; a prime, so that the sample has lines of each kind


class CorpusIsWrong(Exception):
    """The oracle found another hit than the one that a line was made for."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """`patterns` are RE2's and `re`'s, ASCII alone; `lines` have no ends. One line in EVERY has one hit."""

    patterns: Sequence[str]
    lines: Sequence[str]

    def first(self, count: int) -> list[str]:
        """So many lines; those of the corpus again and again where they are not enough."""
        whole, rest = divmod(count, len(self.lines))
        return [*chain.from_iterable([self.lines] * whole), *self.lines[:rest]]


def hits_in(count: int) -> int:
    """How many hits the first lines have, so many of them."""
    return (count + EVERY // 2 - 1) // EVERY


def made_corpus(rules: int, lines: int, seed: int = 17) -> Corpus:
    """A corpus that the oracle has looked at. Raises CorpusIsWrong."""
    chance = random.Random(f"{seed} {rules}")
    sources = patterns(rules, chance)
    can_match = [one for one in sources if _is_met(one, matching_line(one))]
    made, wanted = [], []
    for number in range(lines):
        source = chance.choice(can_match) if _is_to_match(number) else None
        made.append(_plain_line(number, chance) if source is None else matching_line(source))
        wanted.append([] if source is None else [sources.index(source)])
    judge_corpus(sources, made, wanted)
    return Corpus(sources, made)


def oracle(sources: Sequence[str], lines: Sequence[str]) -> list[list[int]]:
    """The numbers of the patterns that each line has, found one by one."""
    compiled = [re.compile(one) for one in sources]
    return [[number for number, one in enumerate(compiled) if one.search(line)] for line in lines]


def _is_met(source: str, line: str) -> bool:
    return re.search(source, line) is not None and CHAT_LIKE.match(line) is None


def _is_to_match(number: int) -> bool:
    return number % EVERY == EVERY // 2


def _plain_line(number: int, chance: random.Random) -> str:
    length = chance.randrange(150, 300) if number % LONG_EVERY == 0 else chance.randrange(4, 16)
    words = " ".join(chance.choice(WORDS) for _ in range(length))
    return f"[{number % 24:02}:{number % 60:02}:00] [Server thread/INFO]: {words}"


def judge_corpus(sources: Sequence[str], lines: Sequence[str], wanted: Sequence[list[int]]) -> None:
    """Holds what lines were made for to the oracle. Raises CorpusIsWrong."""
    judged = [number for number in range(len(lines)) if _is_to_match(number) or number % SAMPLED_EVERY == 0]
    found = oracle(sources, [lines[number] for number in judged])
    for number, hits in zip(judged, found, strict=True):
        if hits != wanted[number]:
            raise CorpusIsWrong(f"{lines[number][:200]!r} hits {hits}, made for {wanted[number]}")
