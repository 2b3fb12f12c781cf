"""How well the pack of a game hears: `python -m tests.packs.measure LOG…` holds it against an oracle.

Prints recall and precision by flavour and by event, and each line of which the two say different things.
The flavour of a log is the name of its folder, its server that of its file.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automaton.core.facts.players import Players
from automaton.core.happening import Heard
from automaton.match.lines import split_event
from automaton.packs.examples import what_it_is
from tests.packs.ear import Ear
from tests.packs.oracle.label import JOIN, KINDS, LEAVE, Label
from tests.packs.oracle.minecraft import Console

MOST_SHOWN = 40
"""Disagreements shown of one kind."""


@dataclass(slots=True)
class Tally:
    """How often a kind was heard rightly, wrongly, and not at all."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    def count(self, label: Label, heard: frozenset[str]) -> str:
        """Counts one line, and returns the kind of which it was heard otherwise; empty where of none."""
        self.lines += 1
        otherwise = ""
        for kind in KINDS:
            expected, found = label.kind == kind, kind in heard
            if expected and found:
                self.right[kind] += 1
            elif found:
                self.wrong[kind] += 1
                otherwise = kind
            elif expected:
                self.missed[kind] += 1
                otherwise = otherwise or kind
        return otherwise

    def add(self, other: Tally) -> None:
        self.lines += other.lines
        for mine, theirs in (
            (self.right, other.right),
            (self.wrong, other.wrong),
            (self.missed, other.missed),
        ):
            mine.update(theirs)

    def rows(self) -> Iterator[str]:
        for kind in KINDS:
            right, wrong, missed = self.right[kind], self.wrong[kind], self.missed[kind]
            if right + wrong + missed:
                recall, precision = _share(right, missed), _share(right, wrong)
                yield f"  {kind:13} {right + missed:7} lines  recall {recall}  precision {precision}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One log: how it was heard, and the lines on which pack and oracle do not agree."""

    tally: Tally
    disagreements: tuple[tuple[str, str, str], ...]
    """The kind, what the oracle says, and the line."""


def measure(lines: Sequence[str], pack: str = "minecraft") -> Measured:
    """Holds the pack against the oracle. Joins and leaves count as the engine counts them: one each."""
    ear, tally, players = Ear(pack), Tally(), Players()
    players.are_told = True
    disagreements: list[tuple[str, str, str]] = []
    for line, label in zip(lines, Console().labels(lines), strict=True):
        heard = ear.heard(line)
        if "Starting minecraft server version" in line:
            players.nobody()
        names = {name for name in what_it_is(heard) if _counts(name, heard, players)}
        kind = tally.count(label, frozenset(names))
        if kind:
            disagreements.append((kind, label.kind, line))
    return Measured(tally, tuple(disagreements))


def read_log(path: Path) -> list[str]:
    """The cleaned lines of a log, also of one that is packed."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = raw.decode("utf-8", "replace")
    return [piece.text for line in text.split("\n") for piece in split_event(line)[:1]]


def _counts(name: str, heard: Heard, players: Players) -> bool:
    who = next((str(fields["player"]) for event, fields in heard.occurred if event in (JOIN, LEAVE)), "")
    if name == JOIN:
        return players.joined("", who, 0.0)
    if name == LEAVE:
        return players.left("", who) is not None
    return True


def _share(right: int, other: int) -> str:
    return f"{100 * right / (right + other):6.2f} %" if right + other else "     -  "


def main(paths: Sequence[str]) -> None:
    """Prints the figures of these logs, all together at the end."""
    flavours: dict[str, Tally] = {}
    shown: Counter[str] = Counter()
    total = Tally()
    for path in map(Path, paths):
        measured = measure(read_log(path))
        flavours.setdefault(path.parent.name, Tally()).add(measured.tally)
        total.add(measured.tally)
        for kind, said, line in measured.disagreements:
            shown[kind] += 1
            if shown[kind] <= MOST_SHOWN:
                sys.stdout.write(f"{kind}: oracle says {said} [{path.name}] {line[:200]}\n")
    for flavour, tally in (*sorted(flavours.items()), ("all", total)):
        sys.stdout.write("\n".join([f"{flavour}: {tally.lines} lines", *tally.rows(), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
