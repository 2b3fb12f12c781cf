"""How long a reload holds the engine: what a server costs, and what all of it takes.

Run as `python -m tests.benchmarks.reloading [SERVERS …]`. The rules are read twice, so that no two books
share one; then books are adopted that differ in one rule or in none, each once by what changed and once anew,
in turns. Processor time of the engine alone, medians of ROUNDS.
"""

from __future__ import annotations

import gc
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.gates.limits import Limits
from automaton.core.key import By
from automaton.core.rules.rule import Rule, Rulebook
from automaton.workbench.replay_rules import rules_for_replay
from tests.benchmarks.flatness import BEGIN, SIZES, listed, readings

ROUNDS = 5
LIVE = Limits(arm=Arm.LIVE)
RECIPES = sorted((Path(__file__).parents[2] / "rules").glob("*.yml"))
MANY = "rules:\n" + "".join(
    f"  - {{id: line-{number}, when: {{console: '^error {number} of (?P<it>.+)'}}, do: [{{notify: ops}}]}}\n"
    for number in range(990)
) + "".join(
    f"  - {{id: high-{number}, while: memory_pct > {90 + number}, for: 5m, do: [{{notify: ops}}]}}\n"
    for number in range(9)
) + "  - {id: many, by: fleet, while: count(memory_pct > 90) > 100000, do: [{notify: ops}]}\n"  # fmt: skip


def read_recipes() -> Rulebook:
    judge, _ = rules_for_replay(None, RECIPES, Arm.LIVE)
    return judge.book


def read_many() -> Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yml"
        file.write_text(MANY)
        judge, _ = rules_for_replay(None, [file], Arm.LIVE)
    return judge.book


def with_another(book: Rulebook, is_meant: Callable[[Rule], bool]) -> Rulebook:
    """The book with the first rule that is meant changed: it may fire again a second later."""
    place = next(place for place, rule in enumerate(book.rules) if is_meant(rule))
    rule = book.rules[place]
    changed = replace(rule, cooldown=rule.cooldown + 1.0)
    return replace(book, rules=(*book.rules[:place], changed, *book.rules[place + 1 :]))


def with_one_more(book: Rulebook, is_meant: Callable[[Rule], bool]) -> Rulebook:
    """The book with a copy of the first rule that is meant before all others."""
    rule = next(rule for rule in book.rules if is_meant(rule))
    return replace(book, rules=(replace(rule, id="one-more"), *book.rules))


CHANGES: Mapping[str, Callable[[Rulebook], Rulebook]] = {
    "nothing": lambda book: book,
    "a rule with `when`": lambda book: with_another(book, lambda rule: rule.when is not None),
    "a rule with `while`": lambda book: with_another(
        book, lambda rule: rule.holds is not None and rule.by is By.SERVER
    ),
    "a rule by fleet": lambda book: with_another(book, lambda rule: rule.by is By.FLEET),
    "one more with `while`": lambda book: with_one_more(
        book, lambda rule: rule.holds is not None and rule.by is By.SERVER
    ),
    "one more by fleet": lambda book: with_one_more(book, lambda rule: rule.by is By.FLEET),
}
BOOKS = {"recipes": read_recipes, "1,000 rules": read_many}


def measure(read: Callable[[], Rulebook], size: int) -> dict[tuple[str, bool], float]:
    """Seconds of a reload, by what changed and whether all was worked out anew."""
    books = (read(), read())
    engine, now = Engine(books[0], LIVE, BEGIN), BEGIN
    listed(engine, size)
    for event in islice(readings(size), 2 * size):
        engine.handle(event)
    taken: dict[tuple[str, bool], list[float]] = {}
    for number in range(ROUNDS):
        for name, change in CHANGES.items():
            for anew in (False, True):
                now += 1.0
                engine.advance(now)
                engine.adopt(books[number % 2], LIVE, now, anew=True)
                book = change(books[1 - number % 2])
                gc.collect()
                began = time.process_time()
                engine.adopt(book, LIVE, now, anew=anew)
                taken.setdefault((name, anew), []).append(time.process_time() - began)
    return {case: statistics.median(times) for case, times in taken.items()}


def main() -> None:
    """Prints a row a case."""
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    sys.stdout.write(f"Python {platform.python_version()}; seconds, and us a server; anew; times faster\n")
    gc.set_threshold(100_000, 50, 100)
    for name, read in BOOKS.items():
        for size in sizes:
            found = measure(read, size)
            for change in CHANGES:
                mine, whole = found[change, False], found[change, True]
                sys.stdout.write(
                    f"{name:12}{size:>7,} servers  {change:22}{mine:9.4f} s {mine / size * 1e6:7.1f} us"
                    f"   {whole:8.3f} s {whole / size * 1e6:7.1f} us   x {whole / mine:.1f}\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
