"""The page of one server: what it shows, to whom, and what its charts are given."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from automaton.web.pages.live import LiveView
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.pages.security.visitor import Visitor
from automaton.web.pages.trail_port import TrailLine
from tests.web.pages.server_page import GIB, INCIDENT, ROW, UUID, VIEW, Daemon, looking

pytestmark = pytest.mark.anyio

CRASH = TrailLine(1, 1_800_000_900.0, "decision", "mem-high", UUID, UUID, "fired", "", {})
CLEARED = TrailLine(2, 1_800_000_950.0, "decision", "mem-high", UUID, UUID, "cleared", "", {})
STOPPED = TrailLine(3, 1_800_000_960.0, "operator", "", UUID, UUID, "done", "asked for `stop`", {
    "by": "bob", "signal": "stop",
})  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_server_is_shown_with_its_rules_runs_players_and_facts() -> None:
    async with looking(trail=[STOPPED]) as visit:
        page = (await visit.get()).text

    for shown in (
        "running", "node node-1", "pack minecraft", ">prod<", "1.00 GiB", "42 %", "mem-high",
        "<code>nothing</code> is done", "2 of 3", "5s left", "&lt;i&gt;Eve&lt;/i&gt;", "why not", "bob",
        "asked for <code>stop</code>",
    ):  # fmt: skip
        assert shown in page
    assert "&lt;b&gt;lobby&lt;/b&gt;" in page
    assert "<b>lobby" not in page


async def test_open_incidents_of_one_rule_say_which_value_opened_each() -> None:
    both = [replace(INCIDENT, server=f"{UUID}/{value}") for value in ("Steve", "%C3%96l")]
    async with looking(Daemon(view=replace(VIEW, incidents=both, open=2))) as visit:
        page = (await visit.get()).text

    assert (">Steve<" in page, ">Öl<" in page) == (True, True)


async def test_a_short_id_leads_to_the_server() -> None:
    async with looking() as visit:
        answer = await visit.client.get("/servers/aaaaaaaa", headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/servers/{UUID}")


async def test_a_server_that_is_not_watched_is_none() -> None:
    async with looking() as visit:
        answer = await visit.client.get("/servers/bbbbbbbb", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "no such server is watched" in answer.text


async def test_a_viewer_sees_no_form_that_acts() -> None:
    async with looking(user="vic") as visit:
        page = (await visit.get()).text

    assert "mem-high" in page
    assert "/command" not in page
    assert "/power/" not in page


async def test_without_the_daemon_the_rest_is_shown_and_why() -> None:
    async with looking(Daemon(view=None)) as visit:
        answer = await visit.get()

    assert answer.status_code == 200
    assert "Rules and facts cannot be shown: the daemon does not answer" in answer.text


async def test_a_server_without_a_link_says_so() -> None:
    lost = replace(ROW, link="retrying", link_reason="Wings is away")
    async with looking(row=lost) as visit:
        page = (await visit.get()).text

    assert "No link (retrying): Wings is away." in page


async def test_charts_are_given_readings_thresholds_stretches_and_marks() -> None:
    async with looking(trail=[CRASH, CLEARED, STOPPED]) as visit:
        await visit.page.sampler.sample()
        told = (await visit.get("/history?span=6h", "application/json")).json()

    assert told["now"] - told["begin"] == 6 * 3600.0  # what was chosen, though the page has just begun
    assert told["since"] > told["begin"]
    assert told["series"]["memory"][-1] == GIB
    assert told["limits"] == {"memory": 2 * GIB}
    assert [(one["chart"], one["value"], one["label"]) for one in told["lines"]] == [
        ("memory", 1.8 * GIB, "mem-high: memory_pct > 90 %")
    ]
    was, now = told["stretches"]
    assert (was["begin"], was["end"], was["pending"], was["charts"]) == (
        1_800_000_900.0, 1_800_000_950.0, 1_800_000_840.0, ["memory"],
    )  # fmt: skip
    assert (now["begin"], now["end"]) == (told["now"] - 30.0, None)
    assert told["marks"] == [{"at": 1_800_000_960.0, "label": "stop by bob, done"}]


async def test_a_span_is_one_of_those_that_there_are() -> None:
    async with looking() as visit:
        answer = await visit.get("/history?span=9h", "application/json")

    assert (answer.status_code, answer.json()["problem"]) == (400, "`span` is one of 1h, 6h, 24h")


async def test_its_page_changes_by_itself() -> None:
    async with looking() as visit:
        found, path = visit.page.live.find(f"/servers/{UUID}") or pytest.fail("it is no live page")
        view = LiveView(path, {}, Visitor("anna", "operator"))
        was_news, told, is_news = found.wakes(view), await found.regions(view), found.wakes(view)

    assert set(told) == {
        f"server-{name}" for name in ("head", "tiles", "incidents", "runs", "rules", "players", "facts")
    }
    assert "mem-high" in told["server-rules"]
    assert (was_news, is_news) == (True, False)


@pytest.mark.parametrize(
    ("owner", "shown"),
    [
        (NodeOwner("m-a", "owned", 3), "owned by m-a"),
        (
            NodeOwner("", "unowned", 3, why="`m-b` is to take it", unowned_for=12.0),
            "node-1 (its last epoch was 3), for 12s: <code>m-b</code>",
        ),
        (NodeOwner("", "unowned", 0, why="nobody has claimed it yet"), "node-1: nobody has claimed it yet."),
        (NodeOwner("m-a", "taken", 3, 44.6), "m-a took node node-1 over (epoch 3)"),
        (NodeOwner("m-a", "taken", 3, 44.6), "power and commands in 45s: what its last owner sent"),
        (NodeOwner("m-a", "taken", 1, 44.6), "m-a is the first to own node node-1 (epoch 1)"),
        (NodeOwner("m-a", "taken", 1, 44.6), "in 45s: what a daemon that ran before the cluster sent"),
        (NodeOwner("m-a", "handed over", 3, why="it goes to m-b"), "(epoch 3): it goes to m-b."),
        (NodeOwner("m-a", "owned", 3, why="its log lost its end"), "its log lost its end"),
    ],
)
async def test_who_owns_its_node_is_told_and_whether_that_one_acts(owner: NodeOwner, shown: str) -> None:
    async with looking() as visit:
        visit.page.pages._feed.take_owners({"node-1": owner})
        page = (await visit.get()).text

    assert shown in page


async def test_what_runs_on_a_node_that_nobody_owns_is_what_was_told_last() -> None:
    async with looking() as visit:
        visit.page.pages._feed.take_owners({"node-1": NodeOwner("", "unowned", 3, why="nobody took it")})
        page = (await visit.get()).text

    assert "It was running when it was told of last, at <time" in page
    assert '<span class="badge ok">' not in page.partition('id="server-tiles"')[0].partition("<h1>")[2]


async def test_without_a_cluster_nothing_is_said_of_owners() -> None:
    async with looking() as visit:
        page = (await visit.get()).text

    assert "owned by" not in page
    assert "epoch" not in page
