"""The public page: what everybody may know, made once for all, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from automaton.web.pages.page_settings import PageStatus
from automaton.web.pages.status import GOOD_FOR, shade
from automaton.web.pages.uptime import UptimeBucket
from automaton.web.routes.changes import FleetChange, FleetRow
from tests.web.pages.fleet_world import incident, row
from tests.web.pages.visiting import HTML, Page, settings, visited

pytestmark = pytest.mark.anyio

STATUS = PageStatus(
    title="Our <games>",
    groups=["Fun", "Empty"],
    incidents={"mem": "More room soon.", "all": "The node is slow."},
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def shown(name: str, **more: Any) -> FleetRow:
    return row(name, **{"status_groups": ["Fun"], "node": "secret-node", **more})


@asynccontextmanager
async def public(*changes: FleetChange, status: PageStatus | None = STATUS) -> AsyncIterator[Page]:
    """The page as a stranger meets it, a minute after the fleet was heard of."""
    async with visited(settings(status=status)) as page:
        for change in changes:
            page.app.watch._feed.take(change)
        page.clock.at += 60
        yield page


WHOLE = FleetChange(
    servers=[
        shown("Lobby"), shown("<b>Rust</b>", state="offline", stopped_by="crash"),
        shown("Creative", state="offline", stopped_by="operator"), shown("Far", link="retrying"),
        row("Hidden"),
    ],
    incidents=[
        incident("Lobby", rule="mem"), incident("Lobby", rule="quiet"), incident("Hidden", rule="mem"),
        incident("node:eu", rule="all"),
    ],
    whole=True,
)  # fmt: skip


async def test_everybody_sees_servers_of_groups_and_what_operators_say() -> None:
    async with public(WHOLE) as page:
        answer = await page.client.get("/status", headers=HTML)

    assert answer.status_code == 200
    assert "Our &lt;games&gt;" in answer.text
    assert "1 of 2 servers is down" in answer.text
    assert "More room soon." in answer.text
    assert "The node is slow." in answer.text
    assert "&lt;b&gt;Rust&lt;/b&gt;" in answer.text
    for secret in ("Hidden", "secret-node", "quiet", "mem<", "node:eu", "anna", "csrf"):
        assert secret not in answer.text


async def test_programs_are_told_the_same() -> None:
    async with public(WHOLE) as page:
        told = (await page.client.get("/status.json")).json()

    assert (told["title"], told["stale"]) == ("Our <games>", False)
    assert [(one["text"], one["servers"]) for one in told["incidents"]] == [
        ("More room soon.", ["Lobby"]), ("The node is slow.", []),
    ]  # fmt: skip
    assert told["groups"] == [
        {
            "name": "Fun",
            "servers": [
                {"name": "<b>Rust</b>", "state": "down", "uptime_24h": 0.0, "uptime_30d": 0.0},
                {"name": "Creative", "state": "off", "uptime_24h": None, "uptime_30d": None},
                {"name": "Far", "state": "unwatched", "uptime_24h": None, "uptime_30d": None},
                {"name": "Lobby", "state": "up", "uptime_24h": 1.0, "uptime_30d": 1.0},
            ],
        },
        {"name": "Empty", "servers": []},
    ]


async def test_servers_stand_in_the_order_in_which_people_look_for_them() -> None:
    games = [shown("Sky-10"), shown("sky-9"), shown("lobby")]
    async with public(FleetChange(servers=games, whole=True)) as page:
        told = (await page.client.get("/status.json")).json()

    assert [one["name"] for one in told["groups"][0]["servers"]] == ["lobby", "sky-9", "Sky-10"]


async def test_without_the_option_there_is_no_such_page() -> None:
    async with public(WHOLE, status=None) as page:
        answers = [await page.client.get(path) for path in ("/status", "/status.json")]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_it_is_made_once_for_all_who_ask_and_anew_after_a_while() -> None:
    async with public(WHOLE) as page:
        first = await page.client.get("/status.json")
        page.app.watch._feed.take(FleetChange(servers=[shown("Far")]))
        page.clock.at += GOOD_FOR - 1
        same = await page.client.get("/status.json")
        page.clock.at += 1
        anew = await page.client.get("/status.json")

    assert first.headers["cache-control"] == "public, max-age=15"
    assert same.content == first.content
    assert anew.json()["groups"][0]["servers"][2]["state"] == "up"


async def test_another_configuration_holds_at_once() -> None:
    async with public(WHOLE) as page:
        await page.client.get("/status")
        page.app.change(settings(status=PageStatus(title="New", groups=[], incidents={})))
        answer = await page.client.get("/status")

    assert "<h1>New</h1>" in answer.text
    assert "web.status.groups" in answer.text


async def test_a_daemon_that_is_not_heard_is_told() -> None:
    async with public() as page:
        answer = await page.client.get("/status")

    assert "Monitoring is down" in answer.text


async def test_it_may_be_kept_and_shown_by_others_and_holds_no_cookie() -> None:
    async with public(WHOLE) as page:
        answer: httpx.Response = await page.client.get("/status.json")

    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("bucket", "word"),
    [
        (UptimeBucket(), "unwatched"),
        (UptimeBucket(up=59), "unwatched"),
        (UptimeBucket(up=60), "up"),
        (UptimeBucket(up=1000, down=0.5), "up"),
        (UptimeBucket(up=1000, down=60), "partly"),
        (UptimeBucket(down=60), "down"),
        (UptimeBucket(off=100, up=1), "off"),
        (UptimeBucket(off=100, up=500), "up"),
        (UptimeBucket(off=100, down=5), "down"),
    ],
)
def test_a_bar_is_drawn_by_what_was_seen(bucket: UptimeBucket, word: str) -> None:
    assert shade(bucket) == word
