"""What people did that is no event: in the trail with who it was, or told to be lost."""

from __future__ import annotations

import json

import pytest

from automaton.core.moment import Moment
from automaton.daemon.person_acts import PersonActs
from automaton.journal.entry import TrailRow
from automaton.web.routes.reload import Reloaded

SERVER = "aaaaaaaa-0000-4000-8000-000000000001"


class Noon:
    def now(self) -> Moment:
        return Moment(1.0, 1_800_000_000.0)


def test_an_act_is_a_row_of_an_operator_with_who_and_what() -> None:
    rows: list[TrailRow] = []

    def kept(row: TrailRow) -> bool:
        rows.append(row)
        return True

    acts = PersonActs(kept, Noon())

    at = acts.tell("operator.note", "a note", "anna", rule="down", key=f"{SERVER}/Steve", note="seen")

    (row,) = rows
    assert (at, row.at, row.kind, row.rule, row.server) == (
        1_800_000_000.0, 1_800_000_000.0, "operator", "down", SERVER,
    )  # fmt: skip
    assert (row.detail, json.loads(row.body)) == ("a note", {"by": "anna", "note": "seen"})


def test_an_act_that_nothing_keeps_has_no_moment() -> None:
    assert PersonActs(lambda _row: False, Noon()).tell("operator.note", "a note", "anna") is None


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (Reloaded(True), "the files were read again, and taken"),
        (Reloaded(False, "there are mistakes"), "the files were read again, and refused: there are mistakes"),
    ],
)
def test_a_reload_is_a_row_with_who_wanted_it_and_what_came_of_it(answer: Reloaded, detail: str) -> None:
    rows: list[TrailRow] = []

    def kept(row: TrailRow) -> bool:
        rows.append(row)
        return True

    PersonActs(kept, Noon()).tell_reload(answer, "anna")

    assert [(row.kind, row.detail, row.body) for row in rows] == [("operator", detail, '{"by":"anna"}')]
