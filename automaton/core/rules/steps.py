"""All the steps of a run, those inside of others too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from automaton.core.ports import Action


def walk(blocks: Iterable[Sequence[Action]]) -> Iterator[Action]:
    """Every step of these lists, each before the steps inside it."""
    for block in blocks:
        for step in block:
            yield step
            yield from walk(step.blocks())
