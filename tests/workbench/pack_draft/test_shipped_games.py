"""Consoles made of the shipped packs' own lines: what is proposed of each game is right, or left out.

A shipped pack is the judge, which the proposal never sees: whatever a proposed pattern hears in an
evening, the pack hears too, of the same person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from automaton.core.events import Source
from automaton.match.line_reader import LineReader
from automaton.match.pattern import compile_pattern
from automaton.packs.load import read_packs
from automaton.packs.model import PackFile
from automaton.workbench.pack_draft.draft import Draft
from tests.workbench.pack_draft.consoles import PEOPLE, SAID
from tests.workbench.pack_draft.test_draft import draft_of

PACKS = read_packs((), tests=True)[0]
JOIN, LEAVE, CHAT, READY, GAME = "player.join", "player.leave", "chat", "ready", "game"
KINDS = (READY, JOIN, LEAVE, CHAT)
DEEDS = 250

PLUGIN = "[chatlog]"
Heard = set[tuple[int, str]]


def lines_of(pack: PackFile, kind: str) -> list[tuple[str, dict[str, str]]]:
    """Those of its tests that are of this kind, with their fields; of a person only with the name in them."""
    found = [
        (str(one.line), {str(key): str(value) for key, value in one.fields})
        for one in pack.tests
        if kind in one.is_
    ]
    if kind in (READY, GAME):
        return found
    return [(line, fields) for line, fields in found if fields.get("player", "\n") in line]


WITH_PEOPLE = sorted(name for name, pack in PACKS.items() if lines_of(pack, JOIN))


def evening(pack: PackFile) -> Iterator[str]:
    """A start, then people who come, speak and go, with other lines of the game in between."""
    chance, here = Random(3), list[str]()
    of = {kind: lines_of(pack, kind) for kind in (*KINDS, GAME)}
    # A plugin's line with the game's words is told by its logger alone, which no draft knows.
    of[GAME] = [one for one in of[GAME] if PLUGIN not in one[0]]
    yield from (line for line, _ in of[READY][:1])
    for _ in range(DEEDS):
        deed = chance.choice((JOIN, LEAVE, CHAT, CHAT, GAME))
        absent = [name for name in PEOPLE if name not in here]
        if deed == GAME and of[GAME]:
            yield chance.choice(of[GAME])[0]
        elif deed == JOIN and absent:
            here.append(chance.choice(absent))
            yield put(of[JOIN][0], here[-1], chance)
        elif deed in (LEAVE, CHAT) and here and of[deed]:
            name = chance.choice(here)
            yield put(of[deed][0], name, chance)
            here = [one for one in here if one != name] if deed == LEAVE else here


def put(example: tuple[str, dict[str, str]], name: str, chance: Random) -> str:
    """The line of another person, who says something else."""
    line, fields = example
    line = re.sub(rf"(?<!\w){re.escape(fields['player'])}(?!\w)", name, line)
    if (text := fields.get("text")) and text in line:
        begin, _, end = line.rpartition(text)
        line = begin + " ".join(chance.sample(SAID.split(), chance.randrange(1, 6))) + end
    return line


def proposed(draft: Draft, kind: str, lines: list[str]) -> Heard:
    """The lines, by number, that a proposed pattern of this kind matches, with whose they are."""
    patterns = [compile_pattern(part.source) for part in draft.of(kind)]
    prefix = compile_pattern(draft.prefix.source) if draft.prefix is not None else None
    heard = Heard()
    for number, line in enumerate(lines):
        body = (prefix.cut(line) or (line, {}))[0] if prefix is not None else line
        found = next((groups for one in patterns if (groups := one.find(body)) is not None), None)
        if found is not None:
            heard.add((number, found.get("player") or ""))
    return heard


def judged(pack: PackFile, kind: str, lines: list[str]) -> Heard:
    """The same by the shipped pack."""
    reader = LineReader([], {"mine": pack.console_format()})
    return {
        (number, str(fields.get("player") or ""))
        for number, line in enumerate(lines)
        for name, fields in reader.hear(line, Source.GAME, "mine").occurred
        if name == kind
    }


@pytest.mark.parametrize("name", WITH_PEOPLE)
def test_what_is_proposed_of_a_game_is_right_or_left_out(name: str) -> None:
    pack = PACKS[name]
    lines = list(evening(pack))
    draft = draft_of(lines)

    wrong = {kind: proposed(draft, kind, lines) - judged(pack, kind, lines) for kind in KINDS}
    assert wrong == {kind: set() for kind in KINDS}


def test_of_half_of_the_games_whose_lines_name_people_joins_are_found() -> None:
    found = [name for name in WITH_PEOPLE if draft_of(list(evening(PACKS[name]))).of(JOIN)]

    assert len(found) >= len(WITH_PEOPLE) / 2
