"""Versions and mods: polled, told, and acted on when they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
MINUTE = 60.0


def builds(*numbers: int) -> dict[str, object]:
    """As papermc.io lists them."""
    return {"builds": [{"build": number, "channel": "default"} for number in numbers]}


async def test_a_new_paper_build_restarts_the_empty_server_once(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "paper-build") as watch:
        watch.site.answers["/builds"] = builds(230, 231)
        await watch.seconds(15 * MINUTE)
        assert watch.power == []

        watch.site.answers["/builds"] = builds(230, 231, 232)
        await watch.until(lambda: watch.power != [], within=11 * MINUTE)
        await watch.seconds(15 * MINUTE)

    assert watch.power == ["restart lobby"]
    assert watch.told == ["ops: Build 232 is out, after 231", "ops: Restarted for build 232"]
