"""Incidents of the past are put together from openings and ends, a page at a time."""

from __future__ import annotations

import anyio

from automaton.web.pages import incident_history
from automaton.web.pages.incident_history import (
    HistoryPage,
    IncidentsWanted,
    PastIncident,
    find,
    incident_of,
    opening,
)
from tests.web.pages.trail_rows import ARENA, LOBBY, KeptTrail, row

FIRST = [row(1, "fired", body={"severity": "critical", "cause": "line: OutOfMemory"}), row(2, "cleared")]
TWO = [row(3, "fired", key=ARENA), row(4, "fired"), row(5, "gone", key=ARENA)]


def found(trail: KeptTrail, limit: int = 50, **wanted: object) -> HistoryPage:
    return anyio.run(find, trail, IncidentsWanted(**wanted), lambda key: key[:4], limit)  # type: ignore[arg-type]


def test_an_opening_and_its_end_are_one_incident_and_the_newest_comes_first() -> None:
    page = found(KeptTrail(*FIRST, *TWO))

    assert [(one.number, one.key, one.how, one.lasted) for one in page.incidents] == [
        (4, LOBBY, "", None), (3, ARENA, "gone", 20.0), (1, LOBBY, "cleared", 10.0),
    ]  # fmt: skip
    assert (page.incidents[2].severity, page.incidents[2].cause) == ("critical", "line: OutOfMemory")
    assert page.following is None


def test_a_page_leads_on_to_the_next_which_finds_the_ends_that_stand_before_it() -> None:
    trail = KeptTrail(*FIRST, *TWO)
    first = found(trail, limit=1)
    second = found(trail, limit=1, before=first.following)

    assert [one.number for one in first.incidents] == [4]
    assert [(one.number, one.how) for one in second.incidents] == [(3, "gone")]


def test_severity_and_text_are_looked_for_in_what_was_read() -> None:
    trail = KeptTrail(*FIRST, *TWO)

    assert [one.number for one in found(trail, severity="critical").incidents] == [1]
    assert [one.number for one in found(trail, text="OUTOF").incidents] == [1]
    assert [one.number for one in found(trail, text="bbbb").incidents] == [3]
    assert found(trail, text="nothing").incidents == []


def test_a_search_that_finds_nothing_ends_and_says_how_far_it_looked() -> None:
    most = incident_history.PORTION * incident_history.MOST_PORTIONS
    trail = KeptTrail(*(row(number, "fired") for number in range(1, most + 10)))

    page = found(trail, text="nothing")

    assert (page.incidents, page.following, page.looked_to) == ([], 10, trail.lines[9].at)


def test_one_is_found_by_its_number_or_as_the_latest_of_its_rule_and_key() -> None:
    trail = KeptTrail(*FIRST, *TWO)

    async def both() -> tuple[PastIncident | None, ...]:
        return (
            await opening(trail, "oom", LOBBY, 1), await opening(trail, "oom", LOBBY, None),
            await opening(trail, "oom", LOBBY, 2), await opening(trail, "other", LOBBY, None),
        )  # fmt: skip

    first, latest, no_opening, unknown = anyio.run(both)
    assert first is not None
    assert latest is not None
    assert (first.number, first.how, latest.number, latest.ended) == (1, "cleared", 4, None)
    assert (no_opening, unknown) == (None, None)


def test_an_opening_and_its_end_are_looked_for_among_the_rows_of_their_server() -> None:
    """By its rule alone a trail of a million rows is read for seconds, where that rule flaps elsewhere."""
    trail = KeptTrail(row(1, "fired"), row(2, "fired", key="node:eu-1"), row(3, "cleared", key="node:eu-1"))

    async def both() -> tuple[PastIncident | None, ...]:
        return await opening(trail, "oom", LOBBY, None), await opening(trail, "oom", "node:eu-1", None)

    _, wide = anyio.run(both)
    assert [one.server for one in trail.asked] == [LOBBY, LOBBY, "", ""]
    assert wide is not None
    assert wide.how == "cleared"


def test_what_opened_one_is_what_happened_or_what_its_condition_saw() -> None:
    evidence = [
        ["while", "memory_pct > 90", "true"],
        ["while", "memory_pct", "95 %"],
        ["until", "cpu", "3 %"],
    ]
    seen = incident_of(row(1, "fired", body={"evidence": evidence}), None)
    happened = incident_of(row(1, "fired", body={"evidence": evidence, "cause": "line: oom"}), None)

    assert (seen.opened_by, happened.opened_by) == ("memory_pct 95 %", "line: oom")
