"""The page that says what runs: its figures, what is not covered, and that a stranger's name stays text."""

from __future__ import annotations

import os

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from automaton.web.http_json import write_json
from automaton.web.pages.about import AboutPage, figures_of, quantile
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import LivePages
from automaton.web.pages.page import Pages
from automaton.web.pages.rendering import Renderer
from automaton.web.routes.about import About, LimitInForce, NotCovered
from automaton.web.routes.cluster import ClusterView, MemberRow, ShardRow
from automaton.web.routes.metrics import Distribution, Metrics, MetricSample
from tests.web.pages.visiting import HandClock
from tests.web.routes.test_metrics import metrics

pytestmark = pytest.mark.anyio

HOSTILE = '<script>alert(1)</script>"`\u202e'
ABOUT = next(one.answer for one in OPERATIONS if isinstance(one.answer, About))


async def shown(about: About, figures: Metrics, cluster: ClusterView | None = None) -> str:
    told: dict[str, msgspec.Struct] = {"/v1/about": about, "/v1/metrics": figures}
    if cluster is not None:
        told["/v1/cluster"] = cluster

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=write_json(told[request.url.path]))

    control, clock = ControlClient(httpx.MockTransport(answer)), HandClock()
    pages = Pages(Renderer(), FleetFeed(control, clock))
    page = AboutPage(pages, control, clock, is_shared=cluster is not None)
    transport = httpx.ASGITransport(Starlette(routes=page.routes(LivePages())))
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
        text = (await client.get("/about")).text
    await control.aclose()
    return text


async def test_it_says_what_runs_within_which_limits_and_what_it_does_not_cover() -> None:
    assert isinstance(ABOUT, About)
    limits = [LimitInForce("arm", "shadow"), LimitInForce("allow", "everything but `kill`")]

    text = await shown(
        msgspec.structs.replace(ABOUT, limits=limits),
        metrics(links=[MetricSample(["live"], 42), MetricSample(["blind"], 1)]),
    )

    assert "/etc/automaton/automaton.yml" in text
    assert "everything but <code>kill</code>" in text
    assert "42 of 43" in text
    assert "<strong>1</strong> server: not seen: their link is not up" in text
    assert "/api/v1/openapi.json" in text


async def test_names_of_strangers_stay_text() -> None:
    assert isinstance(ABOUT, About)
    hostile = NotCovered(what=HOSTILE, servers=30, names=[HOSTILE])

    text = await shown(msgspec.structs.replace(ABOUT, not_covered=[hostile], refused=HOSTILE), metrics())

    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "29 more" in text


def test_a_journal_that_cannot_be_written_and_one_that_is_not_there_are_two_things() -> None:
    figures = [figures_of(metrics(is_journal_healthy=one, pid=os.getpid())) for one in (True, False, None)]

    assert [(one.journal, one.journal_kind) for one in figures] == [
        ("written", "ok"), ("cannot be written", "critical"), ("nothing is kept", "off"),
    ]  # fmt: skip
    assert figures[0].daemon_memory == figures[0].page_memory
    assert (figures[0].daemon_memory or 0) > 1_000_000


@pytest.mark.parametrize(
    ("counts", "lag"),
    [([0, 0, 0, 0], None), ([99, 1, 0, 0], 0.1), ([98, 2, 0, 0], 1.0), ([0, 0, 0, 5], 10.0)],
)
def test_the_lag_is_the_step_within_which_all_but_one_in_a_hundred_lie(
    counts: list[int], lag: float | None
) -> None:
    assert quantile(Distribution([0.1, 1.0, 10.0], counts, 0.0), 0.99) == lag


CLUSTER = ClusterView(
    name="hosting", me="m-a", generation=3, nats_answers=False, troubles=["m-b has an older configuration"],
    members=[
        MemberRow(name="m-a", state="established", up=100.0, version="0.1.0", generation=3, reads_from=1,
                  reads_to=2, writes=1),
        MemberRow(name="m-b", state="draining", why="`reload` it", skew=-7.0),
    ],
    shards=[
        ShardRow(shard="fleet", owner="m-a", epoch=2, lease=6.25),
        ShardRow(shard="node:eu-1", owner="m-b", epoch=5, state="taken", acts_in=9.0, why="its power waits"),
        ShardRow(shard="node:eu-2", state="unowned", epoch=7, since=12.0, why="nobody has claimed it yet"),
    ],
)  # fmt: skip


async def test_a_cluster_has_its_members_shards_lease_and_what_is_wrong() -> None:
    assert isinstance(ABOUT, About)

    text = await shown(ABOUT, metrics(), CLUSTER)

    for said in (
        "hosting, as m-a sees it", "m-b has an older configuration", "does not take what is written",
        "6.2 s left", "writes 1, reads 1 to 2", "draining", "<code>reload</code> it", "-7.0 s",
        '<span class="chip" title="epoch 2">fleet</span>', "Nobody owns <strong>node:eu-2</strong>, for 12s",
        "<strong>node:eu-1</strong> of m-b (epoch 5): its power waits",
    ):  # fmt: skip
        assert said in text


async def test_without_a_cluster_nothing_is_said_of_one() -> None:
    assert isinstance(ABOUT, About)

    assert "luster" not in await shown(ABOUT, metrics())


async def test_names_of_members_and_nodes_stay_text() -> None:
    assert isinstance(ABOUT, About)
    hostile = ClusterView(
        name=HOSTILE, me=HOSTILE, generation=1, troubles=[HOSTILE],
        members=[MemberRow(name=HOSTILE, state=HOSTILE, why=HOSTILE, version=HOSTILE)],
        shards=[ShardRow(shard=HOSTILE, owner=HOSTILE, why=HOSTILE, pinned=HOSTILE) for _ in range(20)],
    )  # fmt: skip

    text = await shown(ABOUT, metrics(), hostile)

    assert "<script>alert" not in text
    assert "20 shards" in text
