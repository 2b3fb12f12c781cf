"""Names of those who came and went say whether what people say begins with a word or with several."""

from __future__ import annotations

from automaton.workbench.pack_draft.masks import NAME
from automaton.workbench.pack_draft.patterns import WORD, WORDS
from automaton.workbench.pack_draft.roles import comings_and_goings
from automaton.workbench.pack_draft.shapes import ShapeTable
from automaton.workbench.pack_draft.spoken_names import SpokenNames

EVENING = [f"{name} has {word}" for name in ("Eve", "Alex", "Big Eve") for word in ("joined", "left")]
HEAD = f"{NAME}: "


def names_in(*lines: str) -> SpokenNames:
    table = ShapeTable()
    for number, line in enumerate([*EVENING, *lines]):
        table.add(number, line)
    return SpokenNames(table, comings_and_goings(table))


def test_whole_names_are_known() -> None:
    names = names_in()

    assert names.all == {"Eve", "Alex", "Big Eve"}
    assert names.blanks == {"Big Eve"}


def test_a_form_with_blanks_is_taken_where_nobody_else_has_it() -> None:
    assert names_in("Big Eve: hello", "Eve: hi").form_in(HEAD) == (WORDS, 0)


def test_where_the_game_has_it_too_it_is_not_and_what_is_missed_is_counted() -> None:
    assert names_in("Big Eve: hello", "Autosave failed: disk busy").form_in(HEAD) == (WORD, 1)


def test_where_all_names_are_words_a_word_will_do() -> None:
    table = ShapeTable()

    assert SpokenNames(table, [None, None]).form_in(HEAD) == (WORD, 0)
