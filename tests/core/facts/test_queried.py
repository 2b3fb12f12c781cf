"""What answers over the network mean, and what their absence."""

from __future__ import annotations

import json

import pytest

from automaton.core.facts.queried import MOST_COUNTED, QUERIED, Queried, QueryAnswer, read_query
from automaton.core.facts.query_address import QueryAddress
from automaton.core.happening import NOTHING
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.core.schedule.wall_time import WallTime

ANSWER = Outcome(Result.DONE, body='{"ms": 12.5, "players": 3}')
SILENT = Outcome(Result.UNKNOWN, "no answer within 5 s")
NOT_ASKED = Outcome(Result.FAILED, "no network")
HERE = QueryAddress(QueryProtocol.A2S, "192.0.2.7", 27015)
THERE = QueryAddress(QueryProtocol.A2S, "192.0.2.8", 27015)


def queried(*outcomes: Outcome) -> Queried:
    one = Queried()
    for outcome in outcomes:
        one.take(outcome)
    return one


def test_an_answer_is_read_by_its_parts() -> None:
    said = {"ms": 12.5, "players": 3, "players_max": 20, "map": " de_dust2\x1b ", "version": "1.2"}

    assert read_query(json.dumps(said)) == QueryAnswer(12.5, 3, 20, "de_dust2", "1.2")


@pytest.mark.parametrize(
    "said",
    [
        {"ms": -1}, {"ms": True}, {"ms": 1e9}, {"players": -1}, {"players": 1.5}, {"players": True},
        {"players": MOST_COUNTED + 1}, {"map": 7}, {"map": ""}, {"version": "\x1b\u202e"}, {},
    ],
)  # fmt: skip
def test_what_is_no_value_is_not_said(said: dict[str, object]) -> None:
    assert read_query(json.dumps(said)) == QueryAnswer()


@pytest.mark.parametrize("body", ["", "no json", "[]", "7", "[" * 100_000])
def test_what_is_no_answer_is_none(body: str) -> None:
    assert read_query(body) is None


@pytest.mark.parametrize(
    ("outcomes", "ok"),
    [
        ((), None),
        ((ANSWER,), True),
        ((ANSWER, SILENT, SILENT), True),
        ((ANSWER, SILENT, SILENT, SILENT), False),
        ((SILENT, SILENT, SILENT, SILENT), None),
        ((ANSWER, NOT_ASKED, NOT_ASKED, NOT_ASKED, NOT_ASKED), None),
        ((ANSWER, SILENT, NOT_ASKED, SILENT), None),
        ((ANSWER, SILENT, NOT_ASKED, SILENT, SILENT), False),
        ((ANSWER, SILENT, SILENT, SILENT, ANSWER), True),
    ],
)
def test_silence_counts_three_times_and_only_against_who_answered(
    outcomes: tuple[Outcome, ...], ok: bool | None
) -> None:
    assert queried(*outcomes).ok is ok


def test_only_what_changes_is_said_to_change() -> None:
    one = queried()

    assert [one.take(outcome) for outcome in (SILENT, ANSWER, SILENT, SILENT, SILENT, SILENT)] == [
        NOTHING, QUERIED, NOTHING, NOTHING, QUERIED, NOTHING,
    ]  # fmt: skip


def test_another_process_has_not_answered() -> None:
    one = queried(ANSWER)

    assert one.starts() == QUERIED
    for _ in range(5):
        one.take(SILENT)
    assert one.ok is None


def test_another_address_has_not_answered() -> None:
    one = Queried()
    one.aim(HERE)
    one.take(ANSWER)

    assert one.aim(HERE) == NOTHING
    assert one.aim(THERE) == QUERIED
    assert (one.ok, one.answered) == (None, False)
    assert one.aim("nobody says its address") == NOTHING
    assert (one.address, one.trouble) == (None, "nobody says its address")


@pytest.mark.parametrize(("started", "ok"), [(100.0, False), (104.0, False), (150.0, None)])
def test_after_blindness_the_same_process_is_known_by_when_it_started(
    started: float, ok: bool | None
) -> None:
    one = queried(ANSWER)
    one.blind(100.0)
    assert (one.ok, one.is_doubted) == (None, True)
    one.runs(started)
    for _ in range(3):
        one.take(SILENT)

    assert one.ok is ok


def test_that_it_answered_is_remembered_by_when_its_process_started() -> None:
    now = WallTime(Moment(1000.0, 5000.0))
    other = Queried()
    other.load(queried(ANSWER).dump(900.0, now), WallTime(Moment(0.0, 6000.0)))

    assert (other.answered, other.is_doubted) == (True, True)
    other.runs(-1100.0)
    assert other.answered
    assert queried(SILENT).dump(900.0, now) == queried(ANSWER).dump(None, now) == {}
