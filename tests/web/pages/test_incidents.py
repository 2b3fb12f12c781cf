"""The page of all incidents: what is open, what was, who may do what."""

from __future__ import annotations

import pytest

from automaton.web.routes.changes import FleetChange
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import LONGEST_NOTE, IncidentRow
from tests.web.pages.fleet_world import row as fleet_row
from tests.web.pages.signed_in import EVIL, OPEN, sitting
from tests.web.pages.trail_rows import ARENA, LOBBY, KeptTrail, row

pytestmark = pytest.mark.anyio

ROWS = (
    IncidentRow(rule="mild", server=LOBBY, name="lobby", severity="info", open_for=900.0),
    IncidentRow(rule="young", server=LOBBY, name="lobby", severity="critical", open_for=5.0, acked=True),
    IncidentRow(rule="old", server=ARENA, name=EVIL, severity="critical", open_for=500.0, held=["in shadow"]),
)
PAST = KeptTrail(
    row(1, "fired", body={"severity": "critical", "cause": f"line: {EVIL}"}), row(2, "cleared"),
    row(
        3, kind="operator", rule="young", detail="acknowledged by bert", body={"by": "bert"},
        at=1_800_001_000.0,
    ),
)  # fmt: skip


async def test_the_worst_and_oldest_are_first_and_strangers_words_are_text() -> None:
    async with sitting(trail=PAST, incidents=ROWS) as desk:
        html = await desk.html("/incidents")

    assert html.index(">old<") < html.index(">young<") < html.index(">mild<")
    assert EVIL not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "acknowledged by bert" in html
    assert "in shadow" in html


async def test_filters_hold_for_what_is_open_and_for_what_is_over() -> None:
    async with sitting(trail=PAST, incidents=ROWS) as desk:
        regions = await desk.regions("/incidents", {"rule": "oom"})
        by_server = await desk.regions("/incidents", {"server": ARENA, "q": "OLD"})
        of_late = await desk.regions("/incidents", {"since": "24h", "severity": "warning"})

    assert "Nothing is open" in regions["open"]
    assert "cleared" in regions["past"]
    assert ">old<" in by_server["open"]
    assert ">young<" not in by_server["open"]
    assert "Nothing matches" in of_late["past"]


async def test_incidents_of_a_server_are_told_apart_by_the_values_that_opened_them() -> None:
    of_values = tuple(
        IncidentRow(
            rule="flood", server=f"{LOBBY}/{value}", name=f"lobby/{value}", severity="info", open_for=9.0
        )
        for value in ("%C3%96l%20%26%20Fett", "Steve")
    )
    async with sitting(incidents=of_values) as desk:
        html = await desk.html("/incidents")
        found = await desk.regions("/incidents", {"q": "öl &"})

    assert (">lobby / Öl &amp; Fett<" in html, ">lobby / Steve<" in html) == (True, True)
    assert (">lobby / Öl &amp; Fett<" in found["open"], "Steve" in found["open"]) == (True, False)


async def test_servers_are_chosen_in_the_order_in_which_people_look_for_them() -> None:
    async with sitting() as desk:
        desk.feed.take(FleetChange(servers=[fleet_row("sky-10"), fleet_row("Sky-9")], whole=True))
        html = await desk.html("/incidents")

    assert html.index(">Sky-9</option>") < html.index(">sky-10</option>")


async def test_where_the_trail_cannot_be_read_the_page_says_so_and_shows_what_is_open() -> None:
    async with sitting(trail=KeptTrail(trouble="the disk is away")) as desk:
        html = await desk.html("/incidents")

    assert "the disk is away" in html
    assert ">oom<" in html


async def test_an_operator_takes_note_in_his_own_name() -> None:
    answers = {"/v1/rules/oom/ack": {"incidents": [{**_row(), "acked": True}]}}
    async with sitting(answers) as desk:
        answer = await desk.act("/incidents/ack", rule="oom", key=LOBBY)
        html = await desk.html("/incidents")

    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
    assert desk.daemon.acts == [("/v1/rules/oom/ack", "anna", {"key": LOBBY})]
    assert "You acknowledged oom on lobby." in html


async def test_a_note_goes_into_the_story_within_its_bound() -> None:
    async with sitting({"/v1/incidents/note": {"at": 1.0}}) as desk:
        await desk.act("/incidents/note", rule="oom", key=LOBBY, text="new map\r\nas planned")
        await desk.act("/incidents/note", rule="oom", key=LOBBY, text="x" * (LONGEST_NOTE + 1))
        await desk.act("/incidents/note", rule="oom", key=LOBBY, text="  ")

    sent = {"rule": "oom", "key": LOBBY, "text": "new map\nas planned"}
    assert desk.daemon.acts == [("/v1/incidents/note", "anna", sent)]


async def test_a_viewer_sees_no_form_and_his_acts_are_refused() -> None:
    async with sitting(user="vic") as desk:
        html = await desk.html("/incidents")
        regions = await desk.regions("/incidents")
        answer = await desk.act("/incidents/ack", rule="oom", key=LOBBY)

    assert 'action="/incidents/ack"' not in html + regions["open"]
    assert 'action="/hold"' not in html
    assert (answer.status_code, desk.daemon.acts) == (403, [])


async def test_a_hold_stands_on_every_page_and_is_released_where_it_was_begun() -> None:
    held = HoldRow(since=1_800_000_000.0, age=60.0, reason=EVIL, by="bert")
    async with sitting(hold=held) as desk:
        incidents, fleet = await desk.html("/incidents"), await desk.html("/")

    assert 'action="/release"' in incidents
    for html in (incidents, fleet):
        assert "Every action is on hold</strong> by bert" in html
        assert EVIL not in html


def _row() -> dict[str, object]:
    return {
        "rule": OPEN.rule,
        "server": OPEN.server,
        "name": OPEN.name,
        "severity": "critical",
        "open_for": 1.0,
    }
