"""What monitoring is told, as JSON, with as many servers as are asked for."""

from __future__ import annotations

import pytest

from automaton.web.routes.metrics import Distribution, Health, Metrics, MetricSample, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


def metrics(**fields: object) -> Metrics:
    """Those of a daemon to which nothing has happened yet."""
    zero = {
        "bool": False,
        "list[MetricSample]": [],
        "str": "1.2.3",
        "Distribution": Distribution([0.1, 0.2], [0, 0, 0], 0.0),
    }
    needed = Metrics.__struct_fields__[: -len(Metrics.__struct_defaults__)]
    nothing = {name: zero.get(str(Metrics.__annotations__[name]), 0) for name in needed}
    return Metrics(**{**nothing, "python": "3.11.7", **fields})  # type: ignore[arg-type] # its fields


class Daemon:
    def __init__(self) -> None:
        self.asked: list[int | None] = []

    async def metrics(self, most_servers: int | None) -> Metrics:
        self.asked.append(most_servers)
        return metrics(links=[MetricSample(["live"], 2)])

    def health(self) -> Health:
        return Health(not_alive="", not_ready="no Panel or node answers: main")


async def test_numbers_are_told_with_their_labels() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = (await client.get("/v1/metrics")).json()

    assert answer["links"] == [[["live"], 2]]
    assert answer["lag"] == {"steps": [0.1, 0.2], "counts": [0, 0, 0], "total": 0.0}
    assert answer["servers"] == []


async def test_servers_are_asked_for_by_how_many_at_most() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        for query in ("", "?servers=0", "?servers=500"):
            await client.get(f"/v1/metrics{query}")
        refused = [
            await client.get(f"/v1/metrics?servers={wrong}") for wrong in ("", "-1", "x", "٣", "9" * 99)
        ]

    assert daemon.asked == [None, 0, 500]
    assert {one.status_code for one in refused} == {400}
    assert "servers=500" in refused[0].json()["problem"]


async def test_health_is_two_sentences() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/health")

    assert answer.json() == {"not_alive": "", "not_ready": "no Panel or node answers: main"}
