"""Silences are begun, listed and ended, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.web.routes.silences import SilenceWanted
from tests.daemon.asking import asking, explained, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_silence_holds_until_it_is_ended(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        begun = daemon.host.silences.silence(SilenceWanted(["down"], ["lob*"], 3600.0, "night"), "uid 0")
        await open_down(watch)
        held, going = await explained(daemon, "down"), daemon.host.silences.silences().silences
        left = daemon.host.silences.end_silence(begun.id, "uid 0")
        await watch.seconds(5)
        unknown, after = (
            daemon.host.silences.end_silence(begun.id, "uid 0"),
            daemon.host.silences.silences().silences,
        )

    assert ("silenced", f"silence {begun.id}: night") in [(one.verdict, one.detail) for one in held.reasons]
    assert held.incident is not None
    assert any(begun.id in one for one in held.incident.held)
    assert [(one.id, one.rules, one.servers) for one in going] == [(begun.id, ["down"], ["lob*"])]
    assert 3500 < going[0].left < 3600
    assert (left is not None and left.silences, unknown, after) == ([], None, [])
    assert "ops: lobby is down" in watch.told


async def test_a_preview_names_what_would_be_held_and_begins_nothing(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        of_one = await daemon.host.silences.preview(SilenceWanted(["down", "quiet"], ["lob*"], 60.0))
        of_node = await daemon.host.silences.preview(SilenceWanted([], ["node:*"], 60.0))
        of_none = await daemon.host.silences.preview(SilenceWanted(["nothing-*"], [], 60.0))
        going = daemon.host.silences.silences().silences

    assert [(one.id, one.servers, one.arm) for one in of_one.rules] == [
        ("down", 1, "live"), ("quiet", 1, "shadow"),
    ]  # fmt: skip
    assert (of_one.servers, of_one.pairs) == (["lobby"], 2)
    assert [(one.rule, one.name) for one in of_one.incidents] == [("down", "lobby")]
    assert of_node.servers == ["lobby", "valheim"]
    assert {"down", "wide"} <= {one.id for one in of_node.rules}
    assert (of_none.rules, of_none.pairs, of_none.incidents) == ([], 0, [])
    assert going == []
