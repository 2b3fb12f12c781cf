"""A shard tells what people want to hold, and holds what it is brought, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.services.standing_orders import StandingOrdersService
from automaton.web.routes.arming import ArmWanted
from automaton.web.routes.hold import HoldWanted
from automaton.web.routes.silences import SilenceWanted
from automaton.web.routes.standing_orders import (
    ArmOrder,
    HoldOrder,
    OrdersTaken,
    SilenceOrder,
    StandingOrders,
)
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_what_people_wanted_is_told_in_wall_time(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        host = daemon.host
        service = StandingOrdersService(
            host.inspector, host.confirmations.put, daemon.clock, lambda: 3, host.inspector.no_journal
        )
        began = daemon.clock.now().wall
        host.silences.silence(SilenceWanted(["down"], ["lobby"], 600.0, "disks"), "anna")
        host.hold.hold(HoldWanted("fire"), "uid 0")
        host.arming.arm("down", ArmWanted(arm="off", note="later"), "anna")
        await watch.seconds(60)
        told = service.orders()

    assert [(one.rules, one.servers, one.note) for one in told.silences] == [(["down"], ["lobby"], "disks")]
    assert told.epoch == 3
    assert told.silences[0].until == pytest.approx(began + 600.0, abs=0.01)
    assert told.hold is not None
    assert (told.hold.reason, told.hold.by) == ("fire", "uid 0")
    assert told.hold.since == pytest.approx(began, abs=1.0)
    assert told.armed == [ArmOrder(rule="down", arm="off", by="anna", note="later")]


async def test_a_shard_holds_what_it_is_brought_and_lets_go_of_all_else(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        host = daemon.host
        service = StandingOrdersService(
            host.inspector, host.confirmations.put, daemon.clock, lambda: 1, host.inspector.no_journal
        )
        host.silences.silence(SilenceWanted(["down"], [], 600.0), "anna")
        await watch.seconds(5)
        wall = daemon.clock.now().wall
        wanted = StandingOrders(
            told_at=wall,
            silences=[SilenceOrder(id="s9", rules=[], servers=["lobby"], until=wall + 60.0)],
            hold=HoldOrder(since=wall, reason="fire", by="uid 0"),
            armed=[ArmOrder(rule="down", arm="off")],
        )
        taken = service.take(wanted)
        await watch.seconds(5)
        has, again = service.orders(), service.take(wanted)
        late = service.take(StandingOrders(told_at=wall - 1.0))
        await watch.seconds(5)
        still = service.orders().hold
        next_owner = service.take(StandingOrders(told_at=wall - 1.0, epoch=4))
        await watch.seconds(5)

    assert (taken, again) == (OrdersTaken(4), OrdersTaken(0))
    assert [one.id for one in has.silences] == ["s9"]
    assert has.armed == wanted.armed
    assert (late, still is not None) == (OrdersTaken(0, late=True), True)
    assert next_owner == OrdersTaken(3), "its clock is behind, and its claim is newer"
