"""No words of a player are an event of the game, or an answer to what it was asked, whatever the pack.

What a plugin prints bare is left, and named in docs/security.md.
"""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from tests.packs.ear import READER, SHIPPED
from tests.packs.forgeries import (
    BLANK,
    broken,
    forged,
    forgeries,
    mistaken,
    names_that_forge,
    tried,
    words_of,
    written_packs,
)

PACKS = sorted(SHIPPED)


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_that_a_player_makes_a_console_print_is_an_event_or_an_answer(pack: str) -> None:
    assert list(broken(pack)) == []


@pytest.mark.parametrize("pack", PACKS)
def test_a_name_like_a_piece_of_a_line_is_no_other_event_and_nobody_else_s_account(pack: str) -> None:
    assert list(mistaken(pack)) == []


@pytest.mark.parametrize("pack", PACKS)
def test_each_event_and_answer_of_a_pack_is_among_the_words_that_are_tried(pack: str) -> None:
    """A pack whose `tests` leave out an event would be tried without its words."""
    assert {name for name, _ in SHIPPED[pack].console_format().events} - words_of(pack).keys() == set()


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_says_how_people_s_words_look_or_why_there_are_none(pack: str) -> None:
    """A pack without forms is right only where the game prints no chat: `silent` in forgeries.yml."""
    known = forgeries(pack)
    forms = [*known.said, *known.printed, *known.as_game, *known.shown]

    assert bool(known.silent) != any(True for _ in SHIPPED[pack].forms())
    assert known.silent or any(forms)


def test_forms_are_of_packs_that_there_are_and_each_has_a_blank() -> None:
    assert written_packs() <= SHIPPED.keys()
    for pack in PACKS:
        known = forgeries(pack)
        assert [
            one for one in (*known.said, *known.printed, *known.as_game, *known.bare) if BLANK not in one.line
        ] == []


@pytest.mark.parametrize("pack", [pack for pack in PACKS if forgeries(pack).bare])
def test_what_is_said_to_be_left_is_left(pack: str) -> None:
    """Else the page would warn of what is not so any more."""
    assert [one for one in forgeries(pack).bare if not forged(pack, one)] == []


@pytest.mark.parametrize("pack", [pack for pack in PACKS if forgeries(pack).as_game])
def test_what_somebody_of_a_fitting_name_can_forge_is_said_to_be_left(pack: str) -> None:
    """`SV` says ` Connection to Steam servers successful.`, and the console prints a line of the game."""
    left = [one.line.partition(BLANK)[0] for one in forgeries(pack).bare]

    assert [name for name in names_that_forge(pack) if not any(one.startswith(name) for one in left)] == []


@pytest.mark.parametrize("pack", [pack for pack in PACKS if forgeries(pack).as_game])
def test_what_is_said_to_be_heard_as_the_game_s_is_heard_so(pack: str) -> None:
    """Else the page would warn of what is not so any more."""
    lines = [
        prefix + form.with_words("4 words")
        for form in forgeries(pack).as_game
        for prefix in forgeries(pack).prefixes
    ]

    assert [one for one in lines if READER.hear(one, Source.GAME, pack).source is not Source.GAME] == []


def test_the_table_is_not_empty() -> None:
    assert sum(1 for _ in tried("minecraft")) > 500
