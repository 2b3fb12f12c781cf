"""Whatever stands in a table, a title or a line of rich's is text: no escape of it, and no markup."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from automaton.workbench.harmless_console import HarmlessConsole

ATTACK = "[red]\x1b[2J\u202e[link=http://evil]x[/] :smile:"
SHOWN = "[red]\\x1b[2J\\u202e[link=http://evil]x[/] :smile:"


def drawn(*what: object, colours: bool) -> str:
    out = StringIO()
    HarmlessConsole(out, colours=colours, width=200).print(*what)
    return out.getvalue()


def table() -> Table:
    made = Table("head", title=ATTACK)
    made.add_row(ATTACK)
    return made


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("what", [ATTACK, Text(ATTACK), Panel(Text(ATTACK), title=Text(ATTACK)), table()])
def test_a_text_is_shown_as_it_is(what: object, colours: bool) -> None:
    told = drawn(what, colours=colours)

    assert SHOWN in told
    assert "\x1b[2J" not in told
    assert "\u202e" not in told
    assert "]8;" not in told


def test_our_own_styles_are_drawn_where_colours_are_wanted() -> None:
    assert drawn(Text("x", style="red"), colours=True) == "\x1b[31mx\x1b[0m\n"
    assert drawn(Text("x", style="red"), colours=False) == "x\n"
