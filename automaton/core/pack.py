"""Game knowledge that the engine needs of a pack. How it is written in YAML stands in packs/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.ports import Template


@dataclass(frozen=True, slots=True)
class Pack:
    """`say` is the broadcast with `${text}` where the text goes, None where the game has none.

    `stop` are the commands that stop the server and that no rule may type. `safe` names the filter
    of `core/command.py`. `events` are those that the pack reads, each with the fields it brings.
    """

    name: str
    say: Template | None = None
    stop: frozenset[str] = frozenset({"stop", "quit", "end", "exit"})
    safe: str = "unknown"
    events: Mapping[str, frozenset[str]] = field(default_factory=dict)


NO_PACK = Pack("")
