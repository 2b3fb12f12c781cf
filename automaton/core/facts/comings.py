"""Joins, leaves and told counts among what happened: each is counted, and what is none is left out.

Law: a test feeds events that count as they are; of a line it is asked whether it changes who is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from automaton.core.events import FieldValue
from automaton.core.facts.players import JOIN, LEAVE, Players
from automaton.core.happening import Happening
from automaton.core.pack import polled

TOLD = polled("players")


def counted(players: Players, happened: Iterable[Happening], mono: float) -> Iterator[Happening]:
    """What happened, with who it was; without lines of those who came, or went, already."""
    for one in happened:
        found: Happening | None = one
        if one.name == JOIN:
            found = _joined(players, one, mono)
        elif one.name == LEAVE:
            found = _left(players, one)
        elif one.name == TOLD and (count := _number(one.fields)) is not None:
            players.told(count)
        if found is not None:
            yield found


def _joined(players: Players, one: Happening, mono: float) -> Happening | None:
    is_new = players.joined(*_who(one.fields), mono)
    return one if is_new or one.heard is None else None


def _left(players: Players, one: Happening) -> Happening | None:
    account, name = _who(one.fields)
    left = players.left(account, name)
    if left is None:
        return one if one.heard is None else None
    # By the account alone it may be another name than the line has.
    return one if left == name else replace(one, fields={**one.fields, "player": left})


def _who(fields: Mapping[str, FieldValue]) -> tuple[str, str]:
    """The account and the name of who came or went, empty where the line has none."""
    account, name = fields.get("account"), fields.get("player")
    return (account if isinstance(account, str) else "", name if isinstance(name, str) else "")


def _number(fields: Mapping[str, FieldValue]) -> int | None:
    """The number that a poll was answered with; None for what is no number."""
    told = fields.get("n")
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 10:
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) else None
