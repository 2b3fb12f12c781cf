"""Who speaks: names of one word or of several, by those who came and went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.match.pattern import compile_pattern
from automaton.workbench.pack_draft.masks import REST
from automaton.workbench.pack_draft.patterns import WORD, WORDS, captured, pattern_of
from automaton.workbench.pack_draft.roles import Part
from automaton.workbench.pack_draft.shapes import ShapeTable


class SpokenNames:
    """`all` are the whole names of those who came and went, `blanks` those of several words."""

    def __init__(self, table: ShapeTable, parts: Iterable[Part | None]) -> None:
        self._table = table
        patterns = [pattern_of(part.shape.text, name=WORDS) for part in parts if part is not None]
        self.all = frozenset(name for one in patterns for name in self._captured(one) if name)
        self.blanks = frozenset(name for name in self.all if " " in name)

    def form_in(self, head: str) -> tuple[str, int]:
        """The form of names in a head of what people say; and how many of their lines it does not hear.

        A form with blanks is taken where somebody has such a name, unless lines of the game have it too, as
        `Autosave failed: the disk is full`.
        """
        one, several = (pattern_of(head + REST, name=form) for form in (WORD, WORDS))
        if not self.blanks or one == several:
            return WORD, 0
        narrow = compile_pattern(one)
        heard = [
            name
            for shape in self._table.shapes.values()
            if (name := captured(several, shape.sample)) and narrow.find(shape.sample) is None
        ]
        if all(name in self.blanks for name in heard):
            return WORDS, 0
        return WORD, sum(name in self.blanks for name in heard)

    def _captured(self, pattern: str) -> Iterator[str]:
        for shape in self._table.shapes.values():
            yield captured(pattern, shape.sample) or ""
