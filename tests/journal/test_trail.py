"""The audit trail, as people ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.sqlite_journals import NAME
from automaton.journal.trail import (
    _RULES,
    _SERVERS,
    MOST_ROWS,
    TrailQuery,
    _conditions,
    counts_of,
    read_trail,
    servers_of,
)
from tests.journal.files import opened, row, sql, turn, write

ROWS = [
    row(10.0, rule="crash", server="u1", verdict="fired", detail="first"),
    row(20.0, rule="crash", server="u2", verdict="cooldown", detail="second"),
    row(
        5.0,
        rule="memory",
        server="u1",
        verdict="fired",
        kind="call",
        detail="third, by a clock that went back",
    ),
    row(30.0, rule="memory", server="u2", verdict="fired", detail="fourth"),
]


def told(folder: Path, **query: object) -> list[str]:
    found = read_trail(folder / NAME, TrailQuery(**query))  # type: ignore[arg-type]
    return [kept.row.detail.split(",")[0] for kept in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, turn(1, *ROWS[:2]), turn(2, *ROWS[2:]))
    return tmp_path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["fourth", "third", "second", "first"]),
        ({"limit": 2}, ["fourth", "third"]),
        ({"limit": 0}, []),
        ({"limit": -1}, []),
        ({"rule": "crash"}, ["second", "first"]),
        ({"server": "u1"}, ["third", "first"]),
        ({"verdict": "fired", "server": "u1"}, ["third", "first"]),
        ({"kind": "call"}, ["third"]),
        ({"since": 15.0}, ["fourth", "second"]),
        ({"since": 99.0}, []),
        ({"since": 5.0, "rule": "memory"}, ["fourth", "third"]),
        ({"before": 3}, ["second", "first"]),
        ({"after": 2}, ["fourth", "third"]),
        ({"after": 1, "before": 4, "oldest_first": True}, ["second", "third"]),
        ({"oldest_first": True, "limit": 1}, ["first"]),
        ({"until": 10.0}, ["third", "first"]),
        ({"verdicts": ("cooldown", "fired"), "server": "u2"}, ["fourth", "second"]),
        ({"key": "nobody"}, []),
        ({"rule": "' OR 1=1; --"}, []),
    ],
)
def test_rows_are_found_by_all_that_is_asked_the_newest_first(
    folder: Path, query: dict[str, object], expected: list[str]
) -> None:
    assert told(folder, **query) == expected


def test_a_row_comes_back_whole_with_its_place(folder: Path) -> None:
    (kept,) = read_trail(folder / NAME, TrailQuery(kind="call"))

    assert (kept.number, kept.position, kept.row) == (3, 2, ROWS[2])


def test_it_is_read_while_the_daemon_writes(folder: Path) -> None:
    with opened(folder) as journal:
        journal.append([turn(3, row(40.0, detail="fifth"))], 2)
        assert told(folder, limit=1) == ["fifth"]


def test_one_page_is_bounded_and_the_next_begins_where_it_ended(tmp_path: Path) -> None:
    write(tmp_path, turn(1, *(row(float(at)) for at in range(MOST_ROWS + 5))))

    page = read_trail(tmp_path / NAME, TrailQuery(limit=1 << 40))
    rest = read_trail(tmp_path / NAME, TrailQuery(limit=1 << 40, before=page[-1].number))

    assert (len(page), len(rest)) == (MOST_ROWS, 5)


@pytest.mark.parametrize(
    "query", [TrailQuery(since=5.0), TrailQuery(rule="crash", since=5.0), TrailQuery(verdict="x")]
)
def test_no_question_sorts_the_whole_trail(folder: Path, query: TrailQuery) -> None:
    where, values = _conditions(query)
    plan = sql_plan(folder, f"SELECT id FROM trail{where} ORDER BY id DESC LIMIT 9", values)

    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step == "SCAN trail"]


def sql_plan(folder: Path, statement: str, values: object) -> list[str]:
    with opened(folder) as journal:
        return [line[3] for line in journal.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]


def test_verdicts_of_a_rule_are_counted_in_stretches_of_time(folder: Path) -> None:
    counted = counts_of(folder / NAME, "crash", 10.0, 5.0)

    assert sorted(counted) == [(0, "fired", 1), (2, "cooldown", 1)]
    assert counts_of(folder / NAME, "memory", 10.0, 100.0) == [(0, "fired", 1)]  # what is older is left out
    assert counts_of(folder / NAME, "nobody", 0.0, 1.0) == []


def test_where_there_is_no_journal_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutOfOrder):
        read_trail(tmp_path / NAME, TrailQuery())
    assert list(tmp_path.iterdir()) == []

    sql(tmp_path, "CREATE TABLE theirs (a)")
    with pytest.raises(Corrupt, match="no journal"):
        read_trail(tmp_path / NAME, TrailQuery())


def test_of_which_servers_there_is_anything_each_once(folder: Path) -> None:
    write(folder, turn(3, row(40.0, rule="crash", server="", verdict="fired"), row(41.0, server="u10")))

    assert servers_of(folder / NAME) == ["u1", "u10", "u2"]


@pytest.mark.parametrize(("statement", "index"), [(_SERVERS, "trail_by_server"), (_RULES, "trail_by_rule")])
def test_servers_and_rules_are_found_by_the_index_alone(folder: Path, statement: str, index: str) -> None:
    """A shell asks for them while somebody types: a trail of a gigabyte is not read for it."""
    plan = [str(row[-1]) for row in sql(folder, f"EXPLAIN QUERY PLAN {statement}".replace("?", "1"))]

    reads = [step for step in plan if "trail" in step]
    assert [step for step in reads if step.startswith("SEARCH") and f"INDEX {index}" in step] == reads
    assert len(reads) == 2


def test_a_trail_without_servers_names_none(tmp_path: Path) -> None:
    write(tmp_path, turn(1))

    assert servers_of(tmp_path / NAME) == []
