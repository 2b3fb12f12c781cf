"""Everything is held and released from the page, in the name of whoever asks."""

from __future__ import annotations

import pytest

from automaton.web.missing import MissingShard, header_of
from tests.web.pages.signed_in import sitting

pytestmark = pytest.mark.anyio

HELD = {"since": 5.0, "age": 0.0}


async def test_an_operator_holds_and_releases() -> None:
    async with sitting({"/v1/hold": HELD, "/v1/release": HELD}) as desk:
        begun = await desk.act("/hold", reason=" a new world ")
        ended = await desk.act("/release", next="https://evil.test/")

    assert desk.daemon.acts == [
        ("/v1/hold", "anna", {"reason": "a new world"}),
        ("/v1/release", "anna", None),
    ]
    assert (begun.headers["location"], ended.headers["location"]) == ("/incidents", "/")


async def test_where_a_hold_does_not_hold_yet_is_said() -> None:
    missing = header_of([MissingShard("node:us-1", "two is silent")])
    async with sitting({"/v1/hold": HELD}) as desk:
        desk.daemon.headers.update(missing)
        await desk.act("/hold", reason="x")
        html = await desk.html("/incidents")

    assert "nothing was heard of node:us-1: two is silent" in html


async def test_a_viewer_holds_nothing() -> None:
    async with sitting({"/v1/hold": HELD}, user="vic") as desk:
        answer = await desk.act("/hold", reason="x")

    assert (answer.status_code, desk.daemon.acts) == (403, [])
