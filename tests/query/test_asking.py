"""Questions over real sockets, to games that answer as they should, and to those that do not."""

from __future__ import annotations

import json
from socket import AF_INET, AF_INET6, AF_UNSPEC

import anyio
import pytest

from automaton.core.facts.query_address import NOT_INSTALLED
from automaton.core.outcome import Result
from automaton.core.pack import QueryProtocol
from automaton.pace.clock import SystemClock
from automaton.query import asking
from automaton.query.asking import Begin, GameQueries
from tests.query.games import asked, game

A2S, MINECRAFT, BEDROCK = QueryProtocol.A2S, QueryProtocol.MINECRAFT, QueryProtocol.BEDROCK
EACH = pytest.mark.parametrize("protocol", list(QueryProtocol))

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@EACH
async def test_a_game_is_asked_and_says_what_it_knows(protocol: QueryProtocol) -> None:
    outcome = await asked(protocol)
    said = json.loads(outcome.body)

    assert (outcome.result, outcome.way) == (Result.DONE, "query")
    assert 0 <= said.pop("ms") < 5000
    assert said == {
        "players": 3,
        "players_max": 20,
        "map": None if protocol is MINECRAFT else "de_dust2",
        "version": "1.2.3",
    }


@pytest.mark.parametrize("manner", ["garbage", "huge", "flood"])
@EACH
async def test_a_game_that_answers_nonsense_has_not_answered(protocol: QueryProtocol, manner: str) -> None:
    outcome = await asked(protocol, manner)

    assert outcome.result is Result.UNKNOWN
    assert outcome.detail.startswith("what came is no answer: ")
    assert outcome.body == ""


@pytest.mark.parametrize(
    ("protocol", "manner"), [(A2S, "loop"), (A2S, "bomb"), (MINECRAFT, "loop"), (MINECRAFT, "bomb")]
)
async def test_challenges_without_an_end_and_bombs_are_refused(protocol: QueryProtocol, manner: str) -> None:
    assert (await asked(protocol, manner)).detail.startswith("what came is no answer: ")


async def test_what_a_game_lies_is_cut_where_it_comes_in() -> None:
    said = json.loads((await asked(A2S, "lies")).body)

    assert len(said["map"]) == len(said["version"]) == 200


async def test_who_does_not_listen_is_told_from_what_we_cannot_ask() -> None:
    queries = GameQueries(SystemClock())
    nobody = await queries.ask(MINECRAFT, "127.0.0.1", 1)
    nowhere = await queries.ask(MINECRAFT, "no-such-host.invalid", 25565)
    no_way = await queries.ask(A2S, "no-such-host.invalid", 27015)

    assert (nobody.result, nobody.detail) == (Result.UNKNOWN, "nobody listens there")
    assert (nowhere.result, no_way.result) == (Result.FAILED, Result.FAILED)
    assert nowhere.detail.startswith("it cannot be asked: ")


async def test_a_connection_that_is_closed_at_once_is_no_answer() -> None:
    assert (await asked(MINECRAFT, "refuses")).detail == "it ended the connection without an answer"


async def test_many_are_asked_at_once_and_each_is_answered() -> None:
    queries, outcomes = GameQueries(SystemClock()), []

    async def ask(port: int) -> None:
        outcomes.append(await queries.ask(A2S, "127.0.0.1", port))

    async with game(A2S) as one, anyio.create_task_group() as tasks:
        for _ in range(3 * asking.MOST_AT_ONCE):
            tasks.start_soon(ask, one.port)

    assert [one.result for one in outcomes] == [Result.DONE] * 3 * asking.MOST_AT_ONCE


def test_datagrams_go_by_ipv4_where_a_name_has_such_an_address() -> None:
    assert asking.family_of([AF_INET6, AF_INET6, AF_INET]) is AF_INET
    assert asking.family_of([AF_INET6]) is AF_UNSPEC


async def test_without_its_libraries_it_says_what_to_install() -> None:
    def missing(protocol: QueryProtocol) -> Begin:
        raise ModuleNotFoundError(f"no library for {protocol}")

    outcome = await GameQueries(SystemClock(), missing).ask(A2S, "127.0.0.1", 1)

    assert (outcome.result, outcome.detail) == (Result.FAILED, NOT_INSTALLED.off)
