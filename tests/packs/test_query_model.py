"""How a pack says that its game is asked over the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.facts.own import FromQuery
from automaton.core.pack import QueryForm, QueryProtocol
from automaton.packs.load import Packs, read_packs

A2S, MINECRAFT = QueryProtocol.A2S, QueryProtocol.MINECRAFT


def read(folder: Path, query: str) -> tuple[Packs, list[str]]:
    file = folder / "mine.yml"
    file.write_text(f"pack: mine\n{query}\n")
    packs, problems = read_packs([file])
    return Packs(packs), [str(problem).partition("error: ")[2] for problem in problems]


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("query: a2s", QueryForm(A2S)),
        ("query: minecraft", QueryForm(MINECRAFT)),
        ("query: {protocol: a2s}", QueryForm(A2S)),
        ("query: {protocol: a2s, port: +1}", QueryForm(A2S, offset=1)),
        ("query: {protocol: a2s, port: -1}", QueryForm(A2S, offset=-1)),
        ("query: {protocol: a2s, port: 27016}", QueryForm(A2S, port=27016)),
        ("query: {protocol: a2s, port: QUERY_PORT}", QueryForm(A2S, variables=("QUERY_PORT",))),
        ("query: {protocol: a2s, port: [A_PORT, B_PORT]}", QueryForm(A2S, variables=("A_PORT", "B_PORT"))),
        ("query: {protocol: a2s, port: [A_PORT, +1]}", QueryForm(A2S, variables=("A_PORT",), offset=1)),
        ("query: {protocol: a2s, port: [A_PORT, 5]}", QueryForm(A2S, variables=("A_PORT",), port=5)),
    ],
)
def test_it_is_written_in_short_or_with_a_port(tmp_path: Path, query: str, form: QueryForm) -> None:
    packs, problems = read(tmp_path, query)

    assert problems == []
    assert packs.games["mine"].query == form


@pytest.mark.parametrize(
    "query",
    [
        "query: gamespy", "query: {protocol: a2s, port: 0}", "query: {protocol: a2s, port: 65536}",
        "query: {protocol: a2s, port: +1001}", "query: {protocol: a2s, port: RCON_PASS}", "query: {port: 1}",
        "query: {protocol: a2s, host: example.org}", "query: [a2s]", "query: {protocol: a2s, port: []}",
        "query: {protocol: a2s, port: [+1, A_PORT]}", "query: {protocol: a2s, port: [[A_PORT]]}",
        f"query: {{protocol: a2s, port: [{', '.join(['A_PORT'] * 9)}]}}",
    ],
)  # fmt: skip
def test_what_is_none_is_refused(tmp_path: Path, query: str) -> None:
    assert read(tmp_path, query)[1] != []


def test_its_answers_are_facts_of_the_pack_below_those_of_the_console(tmp_path: Path) -> None:
    line = "facts: {version: {read: '^Version (?P<value>.*)', type: text}}"
    packs, problems = read(tmp_path, f"query: a2s\n{line}")
    facts = packs.by_name["mine"].own_facts
    asked = [name for name, fact in facts.items() if isinstance(fact.origin, FromQuery)]

    assert problems == []
    assert sorted(facts) == ["map", "players_max", "version"]
    assert sorted(asked) == ["map", "players_max"]
