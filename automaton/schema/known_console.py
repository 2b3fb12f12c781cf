"""What is known of a game's console, for those who judge rules by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from automaton.core.happening import Heard


@dataclass(frozen=True, slots=True)
class KnownConsole:
    """`is_proved`: somebody saw its lines printed. `examples` are lines of its tests, read when asked for.

    `apart` are the patterns by which the pack tells players' commands, and what operators are answered, from
    output and chat.
    """

    is_proved: bool
    apart: tuple[str, ...]
    examples: Callable[[], tuple[str, ...]]
    hear: Callable[[str], Heard]
