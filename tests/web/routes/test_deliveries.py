"""Deliveries are told and tried again, and a route is asked of a rule."""

from __future__ import annotations

import pytest

from automaton.web.routes.deliveries import (
    DeliveryList,
    DeliveryRow,
    RouteList,
    RouteRow,
    UrlAnswer,
    UrlAnswers,
    routes,
)
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Has one target, `ops/1`, and one rule, `down`."""

    def deliveries(self) -> DeliveryList:
        return DeliveryList([DeliveryRow(target="ops/1", channel="ops", waiting=2)])

    def retry(self, target: str, who: str) -> DeliveryList | None:
        return self.deliveries() if target in ("", "ops/1") else None

    def route(self, rule: str, key: str) -> RouteList | None:
        row = RouteRow(step="do", channel="ops", severity="warning", target="ops/1", group=key, wait=30.0)
        return RouteList([row]) if rule == "down" else None

    async def test(self, channel: str, severity: str, who: str) -> UrlAnswers | None:
        sent = UrlAnswer(target="ops/1", service="discord", severity=severity or "info", result="sent")
        return UrlAnswers([sent]) if channel == "ops" else None


async def test_a_channel_is_tested_and_each_url_told() -> None:
    async with client_of(routes(Daemon())) as client:
        quiet = await client.post("/v1/channels/ops/test", json={})
        loud = await client.post("/v1/channels/ops/test", json={"severity": "critical"})
        wrong = await client.post("/v1/channels/ops/test", json={"severity": "shrill"})
        unknown = await client.post("/v1/channels/opps/test", json={})

    told = [(one["target"], one["severity"], one["result"]) for one in quiet.json()["answers"]]
    assert told == [("ops/1", "info", "sent")]
    assert loud.json()["answers"][0]["severity"] == "critical"
    assert (wrong.status_code, unknown.status_code) == (400, 404)


async def test_deliveries_are_told_and_tried_again() -> None:
    async with client_of(routes(Daemon())) as client:
        told = await client.get("/v1/deliveries")
        tried = await client.post("/v1/deliveries/retry", json={"target": "ops/1"})
        every = await client.post("/v1/deliveries/retry", json={})

    assert told.json()["deliveries"][0]["waiting"] == 2
    assert (tried.json(), every.json()) == (told.json(), told.json())


async def test_an_unknown_target_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/deliveries/retry", json={"target": "opps"})

    assert (answer.status_code, answer.json()) == (
        404,
        {"problem": "there is no such target or channel; `automaton deliveries` shows them"},
    )


async def test_a_route_is_asked_of_a_rule_and_a_key() -> None:
    async with client_of(routes(Daemon())) as client:
        known = await client.get("/v1/rules/down/route?key=node%3Aeu-1")
        unknown = await client.get("/v1/rules/dwn/route?key=x")

    assert known.json()["routes"][0]["group"] == "node:eu-1"
    assert unknown.status_code == 404
