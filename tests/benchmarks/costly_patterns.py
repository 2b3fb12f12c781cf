"""What a line of 8 kB that is made for a pattern costs, of patterns that `check` takes: the dearest of many.

Run as `python -m tests.benchmarks.costly_patterns`. The patterns are made by chance of what makes matching
dear, repeats in repeats and classes that hold what is before them; those that ship are asked as well. Each
is compiled anew for each line, for what RE2 has learnt of other lines is what makes a second one cheap. A
cleaned line has 4 KiB, so what is printed is twice what one can cost.
"""

from __future__ import annotations

import platform
import random
import sys
import time
from importlib.metadata import version

import re2
from re2._re2 import RE2

from automaton.match.repeat_cost import LINE, costly_repeat
from automaton.packs.load import read_packs

PATTERNS, LINES, SHOWN = 2_000, 3, 5
GOAL = 5.0  # milliseconds
ATOMS = ("x", "y", " ", ":", ".", "[^x]", "[^ ]", r"\w", "[xy]", r"\S", "[a-z]", "é", r"\d")
LETTERS = ("xq", "xq ", "xy :", "x é", "x1 :y", "xab ", "x中é")

_QUIET = re2.Options()
_QUIET.log_errors = False


def made_pattern(chance: random.Random, depth: int = 2) -> str:
    """A sequence of classes and groups, many of them repeated."""
    pieces = []
    for _ in range(chance.randint(1, 4)):
        piece = chance.choice(ATOMS)
        if depth and chance.random() < 0.25:
            several = [made_pattern(chance, depth - 1) for _ in range(chance.choice((1, 1, 2)))]
            piece = f"(?:{'|'.join(several)})"
        kind = chance.random()
        if kind < 0.35:
            least = chance.choice((0, 1, 1, 2, 10))
            piece += f"{{{least},{least + chance.choice((1, 5, 10, 15, 30, 60, 100))}}}"
        elif kind < 0.5:
            piece += chance.choice("*+?")
        pieces.append(piece)
    return "".join(pieces)


def cost(source: str, chance: random.Random) -> float:
    """Milliseconds of CPU for the dearest of some lines."""
    worst = 0.0
    for letters in chance.sample(LETTERS, LINES):
        line = "".join(chance.choice(letters) for _ in range(LINE)).encode()[:LINE]
        worst = max(worst, min(_cost(source, line) for _ in range(2)))
    return worst


def _cost(source: str, line: bytes) -> float:
    pattern = RE2(source.encode(), _QUIET)
    began = time.process_time()
    pattern.Match(RE2.Anchor.UNANCHORED, line, 0, len(line))
    return (time.process_time() - began) * 1000


def main() -> None:
    """Prints the dearest, and how many of those that were made are refused."""
    chance = random.Random(5)
    made = [chance.choice(("", "^", "^.*")) + made_pattern(chance) for _ in range(PATTERNS)]
    made = [source for source in made if RE2(source.encode(), _QUIET).ok()]
    taken = [source for source in made if costly_repeat(source) is None]
    versions = f"google-re2 {version('google-re2')}, Python {platform.python_version()}, {platform.machine()}"
    sys.stdout.write(f"{len(taken)} patterns taken and {len(made) - len(taken)} refused; {versions}\n")
    shipped = {source for pack in read_packs([])[0].values() for source in pack.console_format().patterns}
    for name, sources in (("taken", taken), ("shipped", sorted(shipped))):
        costs = sorted(((cost(source, chance), source) for source in sources), reverse=True)
        over = sum(one > GOAL for one, _ in costs)
        sys.stdout.write(f"{name}: {over} of {len(costs)} over {GOAL:g} ms for 8 kB; the dearest:\n")
        for one, source in costs[:SHOWN]:
            sys.stdout.write(f"  {one:6.2f} ms  {source[:90]}\n")


if __name__ == "__main__":
    main()
