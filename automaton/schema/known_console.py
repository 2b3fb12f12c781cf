"""What is known of a game's console, for those who judge rules by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from automaton.core.happening import Heard


@dataclass(frozen=True, slots=True)
class KnownConsole:
    """`is_proved`: somebody saw its lines printed. `examples` are lines with what the pack makes of them.

    `tells_people`: the pack tells players' commands, or what operators are answered, from output and chat.
    """

    is_proved: bool
    tells_people: bool
    examples: tuple[str, ...]
    hear: Callable[[str], Heard]
