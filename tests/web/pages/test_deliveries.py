"""Channels and their targets: how they stand, what is tried, tested, and where a message would go."""

from __future__ import annotations

import pytest

from tests.web.pages.signed_in import EVIL, sitting
from tests.web.pages.trail_rows import LOBBY, KeptTrail, row

pytestmark = pytest.mark.anyio

DOWN = {
    "target": "ops/1", "channel": "ops", "waiting": 3, "oldest": 90.0, "next": 30.0, "failures": 2,
    "trouble": EVIL, "service": "discord", "takes": "info", "rate": "20/1m", "group_by": ["rule", "node"],
}  # fmt: skip
RULE = {
    "id": "oom",
    "arm": "live",
    "by": "server",
    "severity": "critical",
    "servers": 1,
    "open": 0,
    "fired": 0,
}
ROUTES = [
    {
        "step": "do",
        "channel": "ops",
        "severity": "critical",
        "target": "ops/1",
        "group": "rule oom",
        "wait": 0.0,
    },
    {"step": "on_clear", "channel": "oncall", "severity": "info", "why": "not sent: too quiet"},
]
ANSWERS = {
    "/v1/deliveries": {
        "deliveries": [
            DOWN,
            {"target": "ops/2", "channel": "ops"},
            {"target": "ops/3", "channel": "ops", "tested": 90.0, "test_failed": EVIL},
        ]
    },
    "/v1/deliveries/retry": {"deliveries": [DOWN]},
    "/v1/rules": {"rules": [RULE]},
    "/v1/rules/oom/route": {"routes": ROUTES},
    "/v1/channels/ops/test": {
        "answers": [
            {"target": "ops/1", "service": "discord", "severity": "info", "result": "failed", "detail": EVIL},
            {"target": "ops/2", "service": "json", "severity": "info", "result": "sent", "detail": "ok"},
        ]
    },
}
LATE = KeptTrail(
    row(1, "refused", "message", detail="no such webhook", body={"target": "ops/1"}, at=1_800_000_900.0)
)


async def test_each_target_says_how_it_stands_and_what_a_service_said_is_text() -> None:
    async with sitting(ANSWERS, LATE) as desk:
        html, regions = await desk.html("/deliveries"), await desk.regions("/deliveries")

    for shown in (html, regions["channels"]):
        assert "failed 2 times" in shown
        assert "a test failed 1m 30s ago: &lt;script&gt;" in shown
        assert shown.count("working") == 1
        assert "at most 20/1m" in shown
        assert EVIL not in shown
    assert "no such webhook" in regions["late"]
    assert regions.keys() == {"channels", "late"}


async def test_where_a_message_would_go_is_said_in_words() -> None:
    async with sitting(ANSWERS) as desk:
        found = await desk.html(f"/deliveries?rule=oom&key={LOBBY}")
        half = await desk.html("/deliveries?rule=oom")
        unknown = await desk.html(f"/deliveries?rule=x&key={LOBBY}")

    assert "to <strong>ops/1</strong>, at once, in the message for rule oom" in found
    assert "not to <strong>oncall</strong>: not sent: too quiet" in found
    assert "Choose a rule and a server." in half
    assert "there is no such thing" in unknown


async def test_a_test_and_a_new_try_are_asked_for_by_operators_and_told() -> None:
    async with sitting(ANSWERS) as desk:
        await desk.act("/deliveries/test", channel="ops", severity="info")
        await desk.act("/deliveries/retry", target="ops/1")
        html = await desk.html("/deliveries")

    assert desk.daemon.acts == [
        ("/v1/channels/ops/test", "anna", {"severity": "info"}),
        ("/v1/deliveries/retry", "anna", {"target": "ops/1"}),
    ]
    assert "What waits at ops/1 is tried now." in html


async def test_a_viewer_tests_nothing() -> None:
    async with sitting(ANSWERS, user="vic") as desk:
        html = await desk.html("/deliveries")
        answer = await desk.act("/deliveries/test", channel="ops", severity="info")

    assert 'method="post"' not in html.split("<main")[1]
    assert (answer.status_code, desk.daemon.acts) == (403, [])


async def test_without_a_channel_the_page_says_how_to_have_one() -> None:
    async with sitting({**ANSWERS, "/v1/deliveries": {"deliveries": []}}, KeptTrail(trouble="away")) as desk:
        html = await desk.html("/deliveries")

    assert "There is no channel yet" in html
    assert "away" in html


async def test_a_message_is_listed_with_its_title_so_that_an_opening_and_an_end_differ() -> None:
    trail = KeptTrail(
        row(1, "sent", "message", body={"target": "ops/1", "title": f"oom: over {EVIL}"}, at=1_800_000_900.0)
    )
    async with sitting(ANSWERS, trail) as desk:
        html = await desk.html("/deliveries")

    assert "oom: over &lt;script&gt;" in html


async def test_what_waits_elsewhere_for_a_channel_stands_behind_its_targets_and_cannot_be_hurried() -> None:
    """In a cluster, where a node's messages wait while nobody takes them."""
    waits = {"waiting": 4, "oldest": 9.0, "failures": 2, "trouble": "nobody answers"}
    answers = {
        **ANSWERS,
        "/v1/deliveries": {
            "deliveries": [
                {"target": "staff from node:eu-1", "channel": "staff", **waits},
                {"target": "ops from node:eu-1", "channel": "ops", **waits},
                DOWN,
            ]
        },
    }
    async with sitting(answers, LATE) as desk:
        text = await desk.html("/deliveries")

    assert text.index("<h2>ops</h2>") < text.index("ops/1") < text.index("ops from node:eu-1")
    assert text.index("ops from node:eu-1") < text.index("<h2>staff</h2>")
    assert "no member of the cluster owns it now" in text[text.index("<h2>staff</h2>") :]
    assert text.count("Try now") == 1
