"""Which games are asked over the network, and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from automaton.configuration.asked_games import is_installed, queries_of
from automaton.configuration.needs_extra import LIBRARIES
from automaton.core.events import Profile
from automaton.core.facts.query_address import AS_LISTED, NOT_INSTALLED, OFF, QueryChoice
from automaton.core.pack import QueryForm, QueryProtocol
from automaton.settings.model import Settings
from tests.core.story import book as story_book
from tests.settings.stage import PANEL, Folder

LOBBY = Profile(uuid="u-1", id="1", name="lobby")
HIDDEN = Profile(uuid="u-2", id="2", name="hidden")
MINECRAFT = QueryForm(QueryProtocol.MINECRAFT)
QUERY = f"{PANEL}query: [{{servers: {{name: hidden}}, off: true}}, {{port: +1}}]"

SLOTS = """
    facts: {slots: {servers: {name: lobby}, type: number, query: a2s, field: players_max}}
    rules: [{id: a, while: slots > 0, do: [{notify: ops, text: x}]}]
    """


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def settings(folder: Folder, text: str) -> Settings:
    found = folder.load(text).settings
    assert found is not None
    return found


def test_what_the_file_says_goes_over_what_else_is_said(folder: Folder) -> None:
    asked = queries_of(settings(folder, QUERY), lambda _: True)
    beside = QueryForm(QueryProtocol.MINECRAFT, offset=1)

    assert asked(LOBBY, "minecraft", frozenset(), MINECRAFT) == QueryChoice(form=beside)
    assert asked(LOBBY, "wings", frozenset(), None) == QueryChoice()
    assert asked(HIDDEN, "minecraft", frozenset(), MINECRAFT) == OFF


def test_where_it_says_nothing_all_are_asked_as_listed(folder: Folder) -> None:
    asked = queries_of(settings(folder, PANEL), lambda _: True)

    assert asked(LOBBY, "minecraft", frozenset(), MINECRAFT) == AS_LISTED


def test_without_its_libraries_nobody_is_asked(folder: Folder) -> None:
    for text in (QUERY, PANEL):
        asked = queries_of(settings(folder, text), lambda name: name != LIBRARIES[0])
        assert asked(LOBBY, "minecraft", frozenset(), MINECRAFT) == NOT_INSTALLED


def test_what_is_installed_is_found_without_being_imported() -> None:
    assert is_installed("json")
    assert not is_installed("no_such_library_of_anybody")


def test_it_says_where_a_game_is_asked_of_which_a_fact_of_ones_own_says_how(folder: Folder) -> None:
    asked = queries_of(settings(folder, f"{PANEL}query: {{port: 27016}}"), lambda _: True)
    book = replace(story_book(SLOTS), query_of=asked)
    form = book.query_form(LOBBY, "", frozenset())

    assert form == QueryForm(QueryProtocol.A2S)
    assert book.query_of(LOBBY, "", frozenset(), form) == QueryChoice(form=replace(form, port=27016))
    assert book.query_form(HIDDEN, "", frozenset()) is None
    assert book.query_form(LOBBY, "minecraft", frozenset()) == MINECRAFT


def test_settings_that_say_the_same_of_games_are_equal_and_others_are_not(folder: Folder) -> None:
    one, again = (queries_of(settings(folder, QUERY), lambda _: True) for _ in range(2))
    other = queries_of(settings(folder, QUERY.replace("+1", "+2")), lambda _: True)

    assert one == again
    assert one != other
