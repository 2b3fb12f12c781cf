"""An incident outlives the process, whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.core.rules.incident import KEPT_BACK, MOST_KEPT, Fields, Incident, kept_of
from automaton.core.schedule.wall_time import WallTime

BEFORE, AFTER = Moment(100.0, 1000.0), Moment(0.0, 1060.0)


def again(incident: Incident) -> Incident:
    """The same by a process whose clock begins a minute later."""
    data = json.loads(json.dumps(incident.dump(WallTime(BEFORE))))
    return Incident.load(data, WallTime(AFTER))


def test_everything_known_of_it_is_read_back() -> None:
    incident = Incident(7, Moment(90.0, 990.0), 3, {"player": "Steve", "n": 2}, 2)
    incident.told |= {"ops", "boss"}
    incident.would_tell |= {"night"}
    incident.escalated |= {1}
    incident.acked = incident.ended = True
    incident.cleared = Moment(95.0, 995.0)

    found = again(incident)
    assert found.dump(WallTime(AFTER)) == incident.dump(WallTime(BEFORE))
    assert (found.opened, found.cleared) == (Moment(-70.0, 990.0), Moment(-65.0, 995.0))


def test_notices_that_are_kept_back_are_kept_and_bounded_as_before() -> None:
    incident = Incident(1, BEFORE)
    notice = SendMessage(
        server="u", channel="ops", text="x y", severity=Severity.CRITICAL, excerpts=((0, 1),)
    )
    incident.keep_back(notice)

    found = again(incident)
    assert list(found.kept_back) == [notice]
    latest = [replace(notice, text=str(number)) for number in range(KEPT_BACK)]
    for one in latest:
        found.keep_back(one)
    assert list(found.kept_back) == latest
    assert found.take_kept_back() == latest
    assert list(found.kept_back) == []


@pytest.mark.parametrize("groups", [1, 2])
def test_a_match_of_two_whole_lines_is_kept_whole(groups: int) -> None:
    fields: Fields = {f"g{number}": "x" * 4096 for number in range(groups)} | {"count": 3}

    assert kept_of(fields) is fields


def test_one_group_that_is_long_costs_the_short_ones_nothing_and_takes_what_they_leave() -> None:
    short: Fields = {f"g{number}": "x" * number for number in range(19)}
    fields = kept_of({"line": "y" * 8_200, **short})

    assert fields == {"line": "y" * (MOST_KEPT - sum(range(19))), **short}


def test_two_long_ones_are_cut_to_one_length() -> None:
    fields = kept_of({"a": "x" * 5_000, "b": "x" * 92, "c": "x" * 9_000})

    assert [len(str(value)) for value in fields.values()] == [4_050, 92, 4_050]


def test_of_a_line_captured_many_times_over_each_is_cut() -> None:
    fields = kept_of({**{f"g{number}": "x" * 4096 for number in range(20)}, "count": 3, "none": None})

    assert sum(len(value) for value in fields.values() if isinstance(value, str)) <= MOST_KEPT
    assert (fields["count"], fields["none"]) == (3, None)
    assert len(str(fields["g19"])) == MOST_KEPT // 20
