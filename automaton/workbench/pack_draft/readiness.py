"""Which line tells that the game takes players: by the words of some 160 games, or those of its egg."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from automaton.workbench.pack_draft.cues import NOT_READY, READY
from automaton.workbench.pack_draft.masks import ACCOUNTS
from automaton.workbench.pack_draft.patterns import escaped, pattern_of
from automaton.workbench.pack_draft.roles import Sureness
from automaton.workbench.pack_draft.shapes import Shape, ShapeTable

OFTEN = 50
"""What comes more often, in so many logs at least, is no start."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A pattern, and a line that it matches, "" where none was seen."""

    source: str
    sureness: Sureness
    why: str
    sample: str = ""


def ready_of(table: ShapeTable, done: Sequence[str], is_said: Iterable[str] = ()) -> Ready | None:
    """The line, by `done` of the egg where that is given; None where nothing tells."""
    said = frozenset(is_said)
    shapes = [shape for shape in table.shapes.values() if shape.text not in said]
    if done:
        return _by_egg(shapes, done)
    for sureness, cues in zip((Sureness.SURE, Sureness.LIKELY), READY, strict=True):
        found = [one for one in shapes if one.count <= OFTEN and _is_told(one, cues)]
        if found:
            # What is printed seldom, and of a start last: by then all has been printed.
            best = min(found, key=lambda one: (one.count, -one.numbers[0]))
            others = f"; {len(found) - 1} more lines say as much" if len(found) > 1 else ""
            return Ready(
                pattern_of(best.text), sureness, f"{_times(best.count)}, by its words{others}", best.sample
            )
    return None


def _is_told(shape: Shape, cues: Iterable[re.Pattern[str]]) -> bool:
    is_of_a_person = ACCOUNTS & set(shape.text) or NOT_READY.search(shape.text)
    return not is_of_a_person and any(cue.search(shape.text) for cue in cues)


def _by_egg(shapes: Sequence[Shape], done: Sequence[str]) -> Ready:
    literals = [text for text in done if not text.startswith("regex:")]
    for text in literals:
        printed = [one for one in shapes if text in one.sample]
        at_start = [one for one in printed if one.sample.startswith(text)]
        if at_start:
            count = sum(one.count for one in at_start)
            return Ready(
                f"^{escaped(text)}", Sureness.SURE, f"{_times(count)}, by the egg", at_start[0].sample
            )
        if printed:
            one = printed[0]
            return Ready(pattern_of(one.text), Sureness.SURE, f"{_times(one.count)}, by the egg", one.sample)
    told = "the egg has it, and no line here"
    if not literals:
        return Ready(f"^(?:.*?)(?:{done[0].removeprefix('regex:')})", Sureness.UNSURE, told)
    return Ready(f"^{escaped(literals[0].lstrip())}", Sureness.LIKELY, told)


def _times(count: int) -> str:
    return f"{count:,} times" if count != 1 else "once"
