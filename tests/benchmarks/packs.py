"""What packs cost those who host none of their games: lines a second, with few packs and with all.

Run as `python -m tests.benchmarks.packs`. 1,000 rules, the corpus of `matching`, read as lines of a server
with a pack of both sides and of one that no pack knows; the sides take turns. Quote the ratios.
"""

from __future__ import annotations

import platform
import random
import statistics
import sys
import time
from importlib.metadata import version

from automaton.core.events import Source
from automaton.match.line_reader import LineReader
from automaton.packs.load import read_packs
from tests.benchmarks.matching import corpus, patterns

FEW = ("bedrock", "factorio", "minecraft", "rust", "source", "wings")
READ_AS = ("minecraft", "rust", "wings")
RULES, ROUNDS = 1_000, 7


def main() -> None:
    """Prints lines a second on both sides, their ratio, and the versions."""
    formats = {name: pack.console_format() for name, pack in read_packs([])[0].items()}
    chance = random.Random(RULES)
    sources = patterns(RULES, chance)
    lines = corpus(sources, chance)
    few = LineReader(sources, {name: formats[name] for name in FEW})
    every = LineReader(sources, formats)
    versions = f"google-re2 {version('google-re2')}, Python {platform.python_version()}, {platform.machine()}"
    sys.stdout.write(f"{RULES} rules, {len(lines)} lines, one thread, {ROUNDS} turns; {versions}\n")
    for name in READ_AS:
        rates = [(_rate(few, lines, name), _rate(every, lines, name)) for _ in range(ROUNDS)]
        with_few, with_all = (statistics.median(side) for side in zip(*rates, strict=True))
        ratio = statistics.median(all_ / few_ for few_, all_ in rates)
        sys.stdout.write(
            f"{name:>10} {len(FEW)} packs {with_few:>9,.0f} lines/s  {len(formats)} packs"
            f" {with_all:>9,.0f} lines/s  ratio {ratio:.3f}\n"
        )


def _rate(reader: LineReader, lines: list[str], pack: str) -> float:
    began = time.process_time()
    for line in lines:
        reader.hear(line, Source.GAME, pack)
    return len(lines) / (time.process_time() - began)


if __name__ == "__main__":
    main()
