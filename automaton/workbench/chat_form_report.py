"""What is said of lines that look like people, and the addition to a pack that would hear them so."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import typer

from automaton.printable import say
from automaton.schema.scalar import single_quoted
from automaton.workbench.chat_forms import ChatForm
from automaton.workbench.chat_heads import MOST_HEADS
from automaton.workbench.pack_fit import PackFit
from automaton.workbench.terminal import cut, has_colours, painted, plain, width_of


def show_forms(read: PackFit, forms: Sequence[ChatForm], file: str = "") -> None:
    """Prints the forms with their lines, and what names them: in a `file` of the operator's that there is.

    Nothing where there are none.
    """
    if read.heads is not None and read.heads.left_out:
        left = f"{read.heads.left_out:,} lines were not asked whether people said them"
        say(f"{left}: {MOST_HEADS:,} before them begin each in another way")
    if not forms:
        if unheard := nobody_heard(read):
            say(painted(unheard, typer.colors.YELLOW, colours=has_colours(sys.stdout)))
        return
    head = (
        f"{sum(one.lines for one in forms):,} look like people, and the pack takes them for the game's own:"
    )
    say(painted(head, typer.colors.YELLOW, colours=has_colours(sys.stdout)))
    width = width_of(sys.stdout)
    for one in forms:
        say(f"  {_count(one.lines, 'line')} of {_count(one.people, 'player')}, as")
        for number, text, player in one.first:
            say(cut(f"    {number}: {plain(text)}", width))
            say(cut(f"        it.player = {plain(player)}", width))
        if one.others:
            say(cut(f"    heard as well, of nobody known: {one.others:,}, as {plain(one.other)}", width))
    place = f"more in {plain(file)} tells" if file else "a file in packs.d tells"
    say(f"Where people said them, {place} the pack (leave out what the game says itself):")
    for line in addition("" if file else read.pack, forms):
        say(f"  {plain(line)}".rstrip())


def nobody_heard(read: PackFit) -> str:
    """What is to be said where people came and went, and not one was heard to speak; "" where none did."""
    people = len(read.heads.names) if read.heads is not None else 0
    if not people or read.chat.count:
        return ""
    return (
        f"{_count(people, 'player')} came or went, and nobody was heard to speak: where somebody did, the"
        " pack takes it for the game's own, and `chat:` in a file of packs.d tells the form (docs/packs.md)"
    )


def addition(pack: str, forms: Sequence[ChatForm]) -> Iterator[str]:
    """The lines of a file that teaches the pack these forms, with a test of each; "": they go into one."""
    if pack:
        yield f"extends: {pack}"
    yield "chat:"
    for one in forms:
        yield f"  - {single_quoted(one.pattern)}"
    yield "tests:"
    for one in forms:
        _, text, player = one.first[0]
        yield f"  - {{line: {single_quoted(text)}, is: chat, player: {single_quoted(player)}}}"


def form_data(form: ChatForm) -> dict[str, object]:
    """The same for programs."""
    return {
        "pattern": form.pattern,
        "lines": form.lines,
        "players": form.people,
        "first": [{"number": number, "text": text, "player": player} for number, text, player in form.first],
        "others": form.others,
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
