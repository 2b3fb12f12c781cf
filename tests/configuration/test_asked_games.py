"""Which games are asked over the network, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.asked_games import is_installed, queries_of
from automaton.configuration.needs_extra import LIBRARIES
from automaton.core.events import Profile
from automaton.core.facts.query_address import AS_LISTED, NOT_INSTALLED, OFF, QueryChoice
from automaton.core.pack import QueryForm, QueryProtocol
from automaton.packs.load import Packs, read_packs
from automaton.settings.model import Settings
from tests.settings.stage import PANEL, Folder

LOBBY = Profile(uuid="u-1", id="1", name="lobby")
HIDDEN = Profile(uuid="u-2", id="2", name="hidden")
PACKS = Packs(read_packs(())[0])
QUERY = f"{PANEL}query: [{{servers: {{name: hidden}}, off: true}}, {{port: +1}}]"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def settings(folder: Folder, text: str) -> Settings:
    found = folder.load(text).settings
    assert found is not None
    return found


def test_what_the_file_says_goes_over_the_packs_own(folder: Folder) -> None:
    asked = queries_of(settings(folder, QUERY), PACKS, lambda _: True)
    beside = QueryForm(QueryProtocol.MINECRAFT, offset=1)

    assert asked(LOBBY, "minecraft", frozenset()) == QueryChoice(form=beside)
    assert asked(LOBBY, "wings", frozenset()) == QueryChoice()
    assert asked(HIDDEN, "minecraft", frozenset()) == OFF


def test_where_it_says_nothing_all_are_asked_as_listed(folder: Folder) -> None:
    asked = queries_of(settings(folder, PANEL), PACKS, lambda _: True)

    assert asked(LOBBY, "minecraft", frozenset()) == AS_LISTED


def test_without_its_libraries_nobody_is_asked(folder: Folder) -> None:
    for text in (QUERY, PANEL):
        asked = queries_of(settings(folder, text), PACKS, lambda name: name != LIBRARIES[0])
        assert asked(LOBBY, "minecraft", frozenset()) == NOT_INSTALLED


def test_what_is_installed_is_found_without_being_imported() -> None:
    assert is_installed("json")
    assert not is_installed("no_such_library_of_anybody")
