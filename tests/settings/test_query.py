"""Where games are asked over the network, as an operator writes it."""

from __future__ import annotations

import pytest

from automaton.core.events import Profile
from automaton.core.facts.query_address import AS_LISTED, OFF, QueryChoice
from automaton.core.pack import QueryForm, QueryProtocol
from automaton.settings.query import choice_of
from tests.settings.stage import PANEL, Folder

A2S, BEDROCK = QueryProtocol.A2S, QueryProtocol.BEDROCK
LOBBY = Profile(uuid="u", id="i", name="lobby")


@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ("{host: 192.0.2.7}", QueryChoice("192.0.2.7")),
        ("{host: mc.example.org, port: 5}", QueryChoice("mc.example.org", QueryForm(A2S, port=5))),
        ("{port: +1}", QueryChoice(form=QueryForm(A2S, offset=1))),
        ("{port: QUERY_PORT}", QueryChoice(form=QueryForm(A2S, variables=("QUERY_PORT",)))),
        ("{port: [A_PORT, +1]}", QueryChoice(form=QueryForm(A2S, variables=("A_PORT",), offset=1))),
        ("{protocol: bedrock}", QueryChoice(form=QueryForm(BEDROCK))),
        ("{protocol: a2s}", QueryChoice(form=QueryForm(A2S, offset=2))),
        ("{off: true}", OFF),
        ("{servers: {name: arena}, off: true}", AS_LISTED),
        ("[{servers: {name: lobby}, port: 5}, {off: true}]", QueryChoice(form=QueryForm(A2S, port=5))),
        ("[{servers: {name: arena}, port: 5}, {off: true}]", OFF),
    ],
)
def test_the_first_that_fits_counts(folder: Folder, query: str, choice: QueryChoice) -> None:
    settings = folder.load(f"{PANEL}query: {query}").settings

    assert settings is not None
    assert choice_of(settings.query, LOBBY, "", frozenset(), QueryForm(A2S, offset=2)) == choice


def test_without_a_protocol_a_game_of_no_pack_is_asked_nothing(folder: Folder) -> None:
    settings = folder.load(f"{PANEL}query: {{port: 5}}").settings

    assert settings is not None
    assert choice_of(settings.query, LOBBY, "", frozenset(), None) == QueryChoice()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{}", "this says nothing"),
        ("{servers: {name: lobby}}", "this says nothing"),
        ("{off: true, port: 5}", "with `off: true` nobody is asked"),
        ("{host: 'http://example.org'}", "a host is expected"),
        ("{host: '192.0.2.7:27015'}", "a host is expected"),
        ("{port: 0}", "this is no port"),
        ("{port: RCON_PASS}", "this is no port"),
    ],
)
def test_what_says_nothing_or_nonsense_is_refused(folder: Folder, query: str, message: str) -> None:
    problems = folder.load(f"{PANEL}query: {query}").problems

    assert any(message in one.message for one in problems), problems
