"""What people did that is no event: in the trail with who it was, or told to be lost."""

from __future__ import annotations

import json

from automaton.core.moment import Moment
from automaton.daemon.person_acts import PersonActs
from automaton.journal.entry import TrailRow

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
