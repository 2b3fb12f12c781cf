"""How many console lines a second the index takes, at 10 to 5,000 patterns; and every hit is checked.

Run as `python -m tests.benchmarks.matching`. The corpus is like a game's: a mean of some 87 bytes, one
line in a hundred matching, one in two hundred of 1 to 2 kB. Three patterns in a hundred have no literal.
Quote the ratios, not the figures.
"""

from __future__ import annotations

import platform
import random
import statistics
import sys
import time
from importlib.metadata import version

from automaton.match.index import LineIndex
from automaton.match.pattern import compile_pattern

LINES = 20_000
COUNTS = (10, 100, 1_000, 5_000)
ROUNDS = 3

_TEXT = """
server thread info warn player joined left game saved world chunk loading tick behind running skipping
plugin enabled disabled command issued lost connection timed out logged in with entity id at block
backup complete started memory heap region spawn overworld nether end advancement made death fell
"""
WORDS = _TEXT.split()
_SHAPES = (
    "^{0} {1} {2}$",
    "{0} {1}: (?P<what>.*)",
    "(?i){0} {1}",
    "^\\[{0}\\] {1}",
    "{0} (?:{1}|{2}) (?P<n>\\d+)",
    "{0}.*{1}.*{2}",
    "^(?P<player>\\w+) {0} the {1}",
    "{0}: \\d+ {1}",
    "java\\.{0}\\.{1}Exception",
    "{0}[_-]{1} (?P<ms>\\d+)ms",
)


def patterns(count: int, chance: random.Random) -> list[str]:
    """Patterns of the shapes that rules have, each with words of its own."""
    made = []
    for number in range(count):
        if number % 33 == 32:
            made.append(f"^\\d{{{1 + number % 7}}} \\w+ [a-f]{{{1 + number % 5}}}$")
            continue
        words = [f"{chance.choice(WORDS)}{chance.randrange(100_000):x}" for _ in range(3)]
        made.append(_SHAPES[number % len(_SHAPES)].format(*words))
    return made


def corpus(sources: list[str], chance: random.Random) -> list[str]:
    """Lines of a game, one in a hundred made to match."""
    lines = []
    for number in range(LINES):
        length = chance.randrange(150, 300) if number % 200 == 0 else chance.randrange(4, 16)
        words = " ".join(chance.choice(WORDS) for _ in range(length))
        line = f"[{number % 24:02}:{number % 60:02}:00] [Server thread/INFO]: {words}"
        if number % 100 == 50:
            line = matching_line(chance.choice(sources[: -len(sources) // 3] or sources))
        lines.append(line)
    return lines


def matching_line(source: str) -> str:
    """A line that the pattern finds, where it is of the simple shapes."""
    line = source.replace("(?i)", "").replace("(?P<what>.*)", "so it is").replace("(?P<n>\\d+)", "42")
    line = line.replace("(?P<ms>\\d+)ms", "17ms").replace("(?P<player>\\w+)", "Steve").replace("\\d+", "7")
    return line.replace("[_-]", "_").replace(".*", " then ").replace("\\", "").strip("^$")


def measure(count: int) -> tuple[float, float, int]:
    """Lines a second, seconds to build, and hits."""
    chance = random.Random(count)
    sources = patterns(count, chance)
    lines = corpus(sources, chance)
    began = time.process_time()  # others may use the core too
    index = LineIndex(sources)
    built = time.process_time() - began
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        hits = [index.hits(line) for line in lines]
        rates.append(len(lines) / (time.process_time() - began))
    _compare(sources, lines, hits)
    return statistics.median(rates), built, sum(map(len, hits))


def _compare(sources: list[str], lines: list[str], hits: list[list[int]]) -> None:
    """Every pattern alone, over a sample of the lines, says the same."""
    compiled = [compile_pattern(source) for source in sources]
    step = max(1, len(sources) // 100)
    for line, found in list(zip(lines, hits, strict=True))[:: step * 5 + 1]:
        alone = [number for number, pattern in enumerate(compiled) if pattern.find(line) is not None]
        if alone != found:
            sys.exit(f"missed or invented on {line[:200]!r}: {found} against {alone}")


def main() -> None:
    """Prints the figures and the versions."""
    versions = f"google-re2 {version('google-re2')}, Python {platform.python_version()}, {platform.machine()}"
    sys.stdout.write(f"{LINES} lines, one thread; {versions}\n")
    rates = {}
    for count in COUNTS:
        rates[count], built, hits = measure(count)
        sys.stdout.write(
            f"{count:>6} patterns {rates[count]:>11,.0f} lines/s  built in {built:.3f} s  {hits} hits\n"
        )
    sys.stdout.write(f"1,000 against 10: {rates[1_000] / rates[10]:.2f}\n")
    sys.stdout.write(f"5,000 against 1,000: {rates[5_000] / rates[1_000]:.2f}\n")


if __name__ == "__main__":
    main()
