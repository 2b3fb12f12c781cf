"""Lines by shape: the same text but for numbers, addresses and ids; and shapes that differ in one word.

Kin to drain (He and others, 2017), which walks a tree by the count of tokens and the first of them, and
makes one of what is alike by half: `Eve has joined.` and `Eve has left.` become `<*> has <*>`, in which
nobody comes and nobody goes. Here one word near the beginning may vary and no more, at the same cost for
every line. The library drain3 was tried: 20,000 lines, each of a shape of its own, took it minutes, for a
line is held against all of its leaf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from automaton.workbench.pack_draft.masks import masked, slots

MOST_SHAPES = 20_000
"""Shapes that are kept at once: some 30 MB. Beyond them those are forgotten that were seen once, and are like
no other."""

MOST_NUMBERS = 200
"""Moments of a shape that are kept, to see what comes by turns."""

MOST_NAMES = 300
"""Shapes that are kept of those that differ in one word."""

LONGEST_LINE = 400
"""Characters. What is longer is no join and no leave, and is counted."""


@dataclass(slots=True)
class Shape:
    """Lines that are alike: how many, when (the first ones, as numbers of lines), and the first."""

    text: str
    sample: str
    count: int = 0
    numbers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Alike:
    """Shapes that differ in one word: `text` has NAME in its place, `by_name` the shapes by that word."""

    text: str
    by_name: dict[str, Shape] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many lines."""
        return sum(shape.count for shape in self.by_name.values())

    @property
    def first(self) -> Shape:
        """The shape of the first line."""
        return min(self.by_name.values(), key=lambda one: one.numbers[0])


def together(shapes: Iterable[Shape]) -> Shape:
    """Several shapes as one: with the text of the first, and all moments."""
    every = sorted(shapes, key=lambda one: one.numbers[0])
    numbers = sorted(number for one in every for number in one.numbers)
    return Shape(every[0].text, every[0].sample, sum(one.count for one in every), numbers[:MOST_NUMBERS])


class ShapeTable:
    """All lines by shape. `forgotten` and `long` count the lines that are in none."""

    def __init__(self) -> None:
        self.shapes: dict[str, Shape] = {}
        self.forgotten = 0
        self.long = 0

    def add(self, number: int, body: str) -> None:
        """Takes a line, as it is behind its prefix."""
        if len(body) > LONGEST_LINE:
            self.long += 1
            return
        text = masked(body)
        shape = self.shapes.get(text)
        if shape is None:
            if len(self.shapes) >= MOST_SHAPES:
                self._forget()
            shape = self.shapes[text] = Shape(text, body)
        shape.count += 1
        if len(shape.numbers) < MOST_NUMBERS:
            shape.numbers.append(number)

    def alike(self, wanted: Iterable[str] | None = None) -> list[Alike]:
        """Shapes that differ in one word at most; of `wanted` texts alone where they are given."""
        found: dict[str, Alike] = {}
        for text in self.shapes if wanted is None else wanted:
            for name, key in slots(text):
                one = found.setdefault(key, Alike(key))
                if len(one.by_name) < MOST_NAMES:
                    one.by_name.setdefault(name, self.shapes[text])
        return list(found.values())

    def _forget(self) -> None:
        """Leaves at most half: what came again, and what is like others in all but one word."""
        keys = {text: [hash(key) for _, key in slots(text)] for text in self.shapes}
        sizes = Counter(key for several in keys.values() for key in several)
        kept: dict[str, Shape] = {}
        taken = Counter[int]()
        for text, shape in sorted(self.shapes.items(), key=lambda item: -item[1].count):
            group = max(keys[text], key=lambda key: sizes[key], default=0)
            is_kin = sizes[group] > 2 and taken[group] < MOST_NAMES
            if (shape.count > 1 or is_kin) and len(kept) < MOST_SHAPES // 2:
                kept[text] = shape
                taken[group] += 1
            else:
                self.forgotten += shape.count
        self.shapes = kept
