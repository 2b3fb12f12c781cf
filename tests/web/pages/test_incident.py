"""The page of one incident: its state, its story, and where it leads."""

from __future__ import annotations

import pytest

from tests.web.pages.signed_in import EVIL, sitting
from tests.web.pages.trail_rows import ARENA, LOBBY, KeptTrail, row
from tests.web.pages.visiting import HTML

pytestmark = pytest.mark.anyio

STORY = KeptTrail(
    row(1, "fired", body={"severity": "critical", "cause": "line: first"}),
    row(2, "cleared"),
    row(3, "fired", body={"severity": "critical", "cause": f"line: {EVIL}"}),
    row(4, kind="operator", detail="acknowledged by bert", body={"by": "bert"}),
    row(5, "fired", key=ARENA),
)
SHOW = f"/incidents/show?rule=oom&key={LOBBY}"


async def test_the_latest_is_shown_with_its_story_and_what_may_be_done() -> None:
    async with sitting(trail=STORY) as desk:
        html = await desk.html(SHOW)
        regions = await desk.regions("/incidents/show", {"rule": "oom", "key": LOBBY})

    assert "open</span>" in html
    assert "Acknowledged by bert" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert EVIL not in html
    assert 'action="/incidents/note"' in html
    assert "line: first" not in html
    assert regions.keys() == {"summary", "story"}


async def test_an_earlier_one_is_over_though_another_is_open() -> None:
    async with sitting(trail=STORY) as desk:
        html = await desk.html(f"{SHOW}&number=1")

    assert "cleared" in html
    assert "open</span>" not in html
    assert "line: first" in html


async def test_one_of_which_nothing_is_written_is_shown_as_it_is_now() -> None:
    async with sitting(trail=KeptTrail()) as desk:
        html = await desk.html(SHOW)

    assert "Nothing has been written down yet" in html
    assert "open</span>" in html


async def test_a_trail_that_cannot_be_read_is_told_in_its_place() -> None:
    async with sitting(trail=KeptTrail(trouble="the disk is away"), incidents=()) as desk:
        assert "the disk is away" in await desk.html(SHOW)


async def test_the_link_of_a_message_about_values_of_by_leads_to_the_incidents_it_may_mean() -> None:
    trail = KeptTrail(row(1, "fired", key=f"{LOBBY}/Steve"))
    async with sitting(trail=trail, incidents=()) as desk:
        answer = await desk.client.get(SHOW, headers=HTML)
        other = await desk.client.get(f"/incidents/show?rule=oom&key={ARENA}", headers=HTML)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents?rule=oom&server={LOBBY}")
    assert other.status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?rule=oom", f"?rule=x&key={LOBBY}", f"?rule=oom&key={LOBBY}&number=2"]
)
async def test_what_never_was_is_not_found(query: str) -> None:
    async with sitting(trail=STORY, incidents=()) as desk:
        assert "there is no such incident" in await desk.html(f"/incidents/show{query}", status=404)


async def test_a_viewer_reads_and_writes_nothing() -> None:
    async with sitting(trail=STORY, user="vic") as desk:
        html = await desk.html(SHOW)

    assert "line:" in html
    assert "<form" not in html.split("<main")[1]
