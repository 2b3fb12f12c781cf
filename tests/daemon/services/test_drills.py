"""A rule is drilled, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.events import ServerGone
from automaton.web.routes.drills import DrillWanted
from tests.daemon.asking import LOBBY, asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_drill_tells_people_and_says_what_became_of_it(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        begun = daemon.host.drills.drill("down", DrillWanted(LOBBY), "uid 0")
        twice = daemon.host.drills.drill("down", DrillWanted(LOBBY), "uid 0")
        await watch.seconds(5)
        report, told = daemon.host.drills.drilled("down", LOBBY), list(watch.told)
        incidents = (await daemon.host.incidents.incidents()).incidents

    assert begun is not None
    assert (begun.rows, begun.is_over, twice) == ([], False, None)
    assert report is not None
    assert (report.name, report.is_over, incidents) == ("lobby", True, [])
    assert [(one.verdict, one.detail) for one in report.rows] == [
        ("drilled", "a drill begins by uid 0: nothing but messages is sent"),
        ("acting", ""),
        ("drilled", "wait: 1h would pass"),
        ("ended", ""),
    ]
    (call,) = report.rows[1].calls
    assert (call.verb, call.what, call.result) == ("notify", "ops: lobby is down", "done")
    assert told == ["ops: This is a drill: somebody asked for it, and nothing set it off."]


async def test_one_for_real_goes_on_in_its_own_time(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        daemon.host.drills.drill("down", DrillWanted(LOBBY, for_real=True), "uid 0")
        await watch.seconds(60)
        going = daemon.host.drills.drilled("down", LOBBY)
        await watch.seconds(3600)
        over = daemon.host.drills.drilled("down", LOBBY)

    assert going is not None
    assert over is not None
    assert (going.is_over, over.is_over) == (False, True)
    assert over.rows[-1].verdict == "ended"
    assert over.rows[-1].age >= 3600


async def test_what_is_not_there_cannot_be_drilled(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        known = [daemon.host.drills.knows(*one) for one in (("down", LOBBY), ("no", LOBBY), ("down", "u-9"))]
        never = daemon.host.drills.drilled("down", LOBBY)

    assert (known, never) == ([True, False, False], None)


async def test_one_whose_server_left_before_it_was_judged_is_over_and_keeps_nobody_waiting(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (watch, daemon):
        daemon.host.confirmations.put(ServerGone(server=LOBBY, at=daemon.clock.now(), reason="deleted"))
        daemon.host.drills.drill("down", DrillWanted(LOBBY, for_real=True), "uid 0")
        await watch.seconds(5)
        left = daemon.host.drills.drilled("down", LOBBY)
        again = daemon.host.drills.drill("down", DrillWanted(LOBBY), "uid 0")

    assert left is not None
    assert (left.is_over, [(one.verdict, one.detail) for one in left.rows]) == (
        True, [("gone", "before the drill began")],
    )  # fmt: skip
    assert again is not None
