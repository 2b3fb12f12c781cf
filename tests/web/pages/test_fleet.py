"""The fleet's page: what is chosen, counted and told, without a browser."""

from __future__ import annotations

import re

import pytest

from automaton.web.pages.fleet import FIGURES_EVERY, FIGURES_OF_MANY_EVERY, MANY, FleetPage
from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.pages.page import Pages
from automaton.web.pages.rendering import Renderer
from automaton.web.pages.security.visitor import Visitor
from automaton.web.routes.changes import FleetChange, FleetRow
from tests.web.pages.fleet_world import feed_of, incident, row
from tests.web.pages.visiting import HTML, visited

pytestmark = pytest.mark.anyio

ANNA = Visitor("anna", "operator")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def fleet(address: str, *changes: FleetChange) -> str:
    """The page at an address, of a fleet that changed so."""
    async with visited() as page:
        for change in changes:
            page.app.pages._feed.take(change)
        await page.sign_in()
        answer = await page.client.get(address, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def names(html: str) -> list[str]:
    return re.findall(r'<a href="/servers/[^"]+" title="([^"]*)"', html)


WHOLE = FleetChange(
    servers=[
        row("Lobby"),
        row("Rust", state="offline"),
        row("Far", link="retrying", link_reason="it is gone"),
    ],
    incidents=[incident("Rust", "critical", held=["by a silence"]), incident("node:eu")],
    whole=True,
)  # fmt: skip


async def test_all_servers_stand_on_the_page_those_in_trouble_first() -> None:
    html = await fleet("/", WHOLE)

    assert names(html) == ["Rust", "Far", "Lobby"]
    assert "it is gone" in html
    assert "3 of 3 servers" in html
    assert "1 incident of nodes or of the whole fleet" in html


async def test_tiles_filter_and_the_one_that_is_chosen_shows_all_again() -> None:
    html = await fleet("/?state=offline", WHOLE)

    assert names(html) == ["Rust"]
    assert "1 of 3 servers" in html
    assert re.search(r'<a href="/" aria-current="true"><span class="value">1</span>', html)
    assert 'href="/?state=offline&amp;incidents=held"' in html
    assert '<input type="hidden" name="state" value="offline" form="filter">' in html


async def test_there_is_something_to_choose_only_where_there_are_several() -> None:
    one = await fleet("/", FleetChange(servers=[row("a", node="eu", pack="rust")], whole=True))
    two = await fleet(
        "/", FleetChange(servers=[row("a", node="eu"), row("b", node="us", tags=["x"])], whole=True)
    )

    assert "<select" not in one
    assert re.findall(r'<select id="choose-(\w+)"', two) == ["tag", "node"]


async def test_an_empty_page_says_why_and_what_to_do() -> None:
    assert "Waiting for the daemon" in await fleet("/")
    assert "automaton check --online" in await fleet("/", FleetChange(whole=True))
    assert "Show all servers" in await fleet("/?q=nobody", WHOLE)


async def test_a_name_that_nobody_can_see_is_told_by_the_id() -> None:
    html = await fleet("/", FleetChange(servers=[row("  ", uuid="u-1")], whole=True))

    assert re.search(r'title="  ">u-1</a>', html)


def live_fleet(*rows: FleetRow) -> tuple[FleetPage, LivePages]:
    feed, live = feed_of(*rows), LivePages()
    page = FleetPage(Pages(Renderer(), feed), feed)
    page.routes(live)
    feed.take(FleetChange(servers=list(rows)))
    return page, live


async def test_a_stream_tells_tiles_and_rows_and_is_woken_by_more_than_figures() -> None:
    page, live = live_fleet(row("a"), row("b"))
    found = live.find("/")
    assert found is not None
    view = LiveView({}, {"state": "running"}, ANNA)

    assert found[0].wakes(view)
    regions = await page.regions(view)
    events = list(page.events(view))

    assert regions.keys() == {"tiles", "count", "nothing"}
    assert "2 of 2 servers" in regions["count"]
    assert [name for name, _ in events] == ["rows"]
    assert not found[0].wakes(view)


def test_figures_of_many_are_told_half_as_often() -> None:
    for count, every in ((1, FIGURES_EVERY), (MANY + 1, FIGURES_OF_MANY_EVERY)):
        page, live = live_fleet(*[row(f"s{number}") for number in range(count)])
        found, view = live.find("/"), LiveView({}, {}, ANNA)
        assert found is not None
        page._stream(view).look()

        assert found[0].every(view) == every


@pytest.mark.parametrize(
    ("owner", "shown", "unsaid"),
    [
        (NodeOwner("m-a", "owned", 3), "m-a</span>", "not acting yet"),
        (NodeOwner("m-a", "taken", 3, 45.0), "not acting yet", "handing over"),
        (NodeOwner("m-a", "handed over", 3), "handing over", "nobody"),
        (NodeOwner("", "unowned", 3), "nobody", "m-a"),
    ],
)
def test_a_row_says_who_owns_its_node_and_whether_that_one_acts(
    owner: NodeOwner, shown: str, unsaid: str
) -> None:
    html = Renderer().part("fleet_parts.html", "owner", owner)

    assert shown in html
    assert 'title="epoch 3"' in html
    assert unsaid not in html


async def test_where_members_share_the_fleet_owners_have_a_column_and_can_be_chosen() -> None:
    rows = [row("a", node="eu-1"), row("b", node="us-1")]
    owners = {"eu-1": NodeOwner("m-a", "owned", 1), "us-1": NodeOwner("m-b", "owned", 1)}
    shared = await shared_fleet("/?owner=m-b", rows, owners)
    alone = await fleet("/", FleetChange(servers=rows, whole=True))

    assert names(shared) == ["b"]
    assert '<a href="/?owner=m-b&amp;sort=owner">Owner</a>' in shared
    assert "<option selected>m-b</option>" in shared
    assert shared.count('role="columnheader"') == 10
    assert alone.count('role="columnheader"') == 9
    assert "owner" not in alone.lower()


async def test_the_row_of_a_server_that_nobody_owns_says_what_was_told_last_and_when() -> None:
    page = await shared_fleet("/", [row("a", node="eu-1")], {"eu-1": NodeOwner("", "unowned", 3)})
    shown = page.partition('<tr role="row" id="s-a"')[2].partition("</tr>")[0]

    assert "no link" in shown
    assert "no member owns its node" in shown
    assert 'running at <time datetime="1970-01-01T00:00:01Z"' in shown
    assert 'class="badge ok"' not in shown


def test_who_is_the_first_owner_took_nothing_over() -> None:
    first, second = [
        Renderer().part("fleet_parts.html", "owner", NodeOwner("m-a", "taken", epoch, 45.0))
        for epoch in (1, 2)
    ]

    assert "it was taken a moment ago" in first
    assert "it was taken over a moment ago" in second


async def shared_fleet(address: str, rows: list[FleetRow], owners: dict[str, NodeOwner]) -> str:
    """The page of a member of a cluster."""
    async with visited(is_shared=True) as page:
        feed = page.app.pages._feed
        feed.take(FleetChange(servers=rows, whole=True))
        feed.take_owners(owners)
        await page.sign_in()
        return (await page.client.get(address, headers=HTML)).text
