"""A person's words, and that they are gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.forget import FORGOTTEN, Forgotten, forget
from automaton.journal.port import NoLongerKept
from automaton.journal.sqlite_journals import NAME
from automaton.journal.trail import TrailQuery, read_trail
from tests.journal.files import opened, parts, row, sql, turn, write

SAID = {
    "fields": {"player": "Steve", "text": "my address is 5 Elm Street"},
    "calls": [{"verb": "send", "command": "tell Steve hello"}, {"verb": "notify", "text": "5 Elm Street"}],
    "count": 3,
    "servers": ["u1", "Steve"],
}


def body(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_rows_stay_and_the_persons_words_go(tmp_path: Path) -> None:
    write(
        tmp_path,
        turn(
            1,
            row(
                1.0,
                rule="chat",
                key="u1/Steve",
                server="u1",
                verdict="fired",
                detail="Steve said it",
                body=body(SAID),
            ),
            row(2.0, rule="chat", key="u1/Steven", detail="Steven said it", body=body({"player": "Steven"})),
        ),
    )

    assert forget(tmp_path / NAME, "Steve") == Forgotten(rows=1, parts_left=0, is_wiped=True)

    other, changed = (kept.row for kept in read_trail(tmp_path / NAME, TrailQuery()))
    assert other.detail == "Steven said it"
    assert (changed.rule, changed.server, changed.verdict) == ("chat", "u1", "fired")
    assert (changed.key, changed.detail) == (f"u1/{FORGOTTEN}", FORGOTTEN)
    assert json.loads(changed.body) == {
        "fields": {"player": FORGOTTEN, "text": FORGOTTEN},
        "calls": [{"verb": "send", "command": FORGOTTEN}, {"verb": "notify", "text": FORGOTTEN}],
        "count": 3,
        "servers": ["u1", FORGOTTEN],
    }


@pytest.mark.parametrize(
    ("name", "text", "goes"),
    [
        ("Steve", "steve", True),
        ("Steve", "<Steve> hello", True),
        ("Steve", "Steve_2", False),
        ("Steve", "XSteve", False),
        (".Steve", "came .Steve", True),
        ("a b", "hello a b!", True),
        ("Zoë", "ZOË left", True),
        ('q"t', 'hello q"t', True),
        ("back\\slash", "a back\\slash", True),
        ("(x", "by (x", True),
        ("名", "名", True),
    ],
)
def test_a_name_is_a_word_in_any_case(tmp_path: Path, name: str, text: str, goes: bool) -> None:
    write(tmp_path, turn(1, row(1.0, detail="x", body=body({"text": text}))))

    assert forget(tmp_path / NAME, name).rows == int(goes)

    (kept,) = read_trail(tmp_path / NAME, TrailQuery())
    assert json.loads(kept.row.body) == {"text": FORGOTTEN if goes else text}


def test_a_name_is_a_key_or_stands_in_a_list_too(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(1.0, body=body({"seen": {"Steve": 4}, "said": ["Steve", "hello", 5]}))))
    forget(tmp_path / NAME, "Steve")

    (kept,) = read_trail(tmp_path / NAME, TrailQuery())
    assert json.loads(kept.row.body) == {"seen": {FORGOTTEN: 4}, "said": [FORGOTTEN, FORGOTTEN, 5]}


def test_a_body_that_is_no_json_goes_whole(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(1.0, body="{Steve"), row(2.0, body="[" * 100_000 + "Steve")))
    forget(tmp_path / NAME, "Steve")

    assert [kept.row.body for kept in read_trail(tmp_path / NAME, TrailQuery())] == ["", ""]


def test_no_byte_of_it_is_left_in_the_file_or_beside_it(tmp_path: Path) -> None:
    """Neither in pages that were given up earlier, nor in the entries that are kept for followers."""
    secret, name = "my address is 5 Elm Street", "Steve"
    long = body({"player": name, "text": secret * 500})
    with opened(tmp_path) as journal:
        position = 0
        for number in range(60):
            rows = [
                row(float(number), detail=f"{name}: {secret}", body=text) for text in (long, body(SAID), "")
            ]
            position = journal.append(
                [turn(number, *rows, a=long.encode() if number % 3 else None)], position
            )
        position = journal.append([turn(99, a=None)], position)

        assert forget(tmp_path / NAME, name).is_wiped

        left = [path.name for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]
        assert left == []
        assert not [path for path in tmp_path.iterdir() if name.encode() in path.read_bytes()]
        with pytest.raises(NoLongerKept):
            list(journal.read(0))
        assert journal.append([turn(100, b=b"1")], position) == position + 1
    assert parts(tmp_path) == {"b": b"1"}


def test_parts_stay_as_they_are_and_those_that_name_the_person_are_counted(tmp_path: Path) -> None:
    given = {"engine/chat/Steve": b"1", "delivery/1": b'{"text":"Steve left"}', "other": b"Steven"}
    write(tmp_path, turn(1, **given))

    assert forget(tmp_path / NAME, "Steve").parts_left == 2
    assert parts(tmp_path) == given


def test_who_reads_meanwhile_keeps_the_file_from_being_wiped_and_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(1.0, detail="Steve")))
    with opened(tmp_path) as journal:
        journal.connection.execute("PRAGMA busy_timeout = 0")
        journal.connection.execute("BEGIN")
        journal.connection.execute("SELECT count(*) FROM trail").fetchone()

        found = forget(tmp_path / NAME, "Steve", patience=0.0)

        journal.connection.execute("COMMIT")
    assert (found.rows, found.is_wiped) == (1, False)


def test_what_cannot_be_forgotten_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutOfOrder, match="no journal"):
        forget(tmp_path / NAME, "Steve")
    sql(tmp_path, "CREATE TABLE theirs (a)")
    with pytest.raises(Corrupt):
        forget(tmp_path / NAME, "Steve")
    with pytest.raises(Refused, match="name is expected"):
        forget(tmp_path / NAME, " ")
