"""Tables, bars and live screens of rich, whose texts are as harmless as all that is printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from automaton.printable import harmless


class HarmlessConsole(Console):
    """rich's console: what moves or colours comes from it alone, and no text is read as markup.

    It lets escapes of a text through, and `[red]` or `[link=…]` in a name would mean something.
    """

    def __init__(
        self, file: TextIO, *, colours: bool | None = None, width: int | None = None, soft_wrap: bool = False
    ) -> None:
        """`colours`: as the file and the environment want, where it is not said."""
        super().__init__(
            file=file, width=width, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False,
            legacy_windows=False, force_terminal=colours, no_color=None if colours is None else not colours,
            color_system="standard" if colours else None if colours is False else "auto",
        )  # fmt: skip

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Everything that is drawn comes through here, a part of a table too."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)
