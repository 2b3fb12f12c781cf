"""Rules are set by hand, of a whole daemon on virtual time: seen everywhere, until a reload."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.core.engine import Engine
from automaton.core.events import Event
from automaton.daemon.app import Daemon
from automaton.daemon.services.arming import ArmingService
from automaton.daemon.services.inspector import Inspector
from automaton.web.routes.arming import ArmAnswer, ArmWanted
from automaton.web.routes.rules import RuleRow
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def row_of(daemon: Daemon, rule: str) -> RuleRow:
    return next(row for row in (await daemon.host.rules.rules()).rules if row.id == rule)


async def test_a_rule_that_is_set_by_hand_shows_in_rules_status_and_changes_until_a_reload(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (watch, daemon), aclosing(daemon.host.changes.changes()) as told:
        while not (await anext(told)).whole:
            pass
        answer = daemon.host.arming.arm("down", ArmWanted(arm="off", note="why"), "anna")
        await watch.seconds(60)
        troubles = (await daemon.status.status()).troubles
        armed = next(change.armed for change in [await anext(told) for _ in range(5)] if change.armed)
        row = await row_of(daemon, "down")
        taken = (await daemon.reload()).taken
        after = await row_of(daemon, "down")
        listed = daemon.host.arming.armed().armed

    assert answer == ArmAnswer(rule="down", arm="off", own="live", limit="live", holds="off")
    assert (row.arm, row.own, row.by_hand is not None and row.by_hand.by) == ("off", "live", "anna")
    assert [one.rule for one in armed] == ["down"]
    assert troubles == [
        "rule down is off, set by anna for 1m by now: why; its file says live,"
        " and holds again at the next reload"
    ]
    assert (taken, after.arm, after.by_hand, listed) == (True, "live", None, [])


async def test_a_rule_is_set_back_to_what_its_file_says(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        daemon.host.arming.arm("quiet", ArmWanted(arm="live"), "anna")
        await watch.seconds(1)
        live = await row_of(daemon, "quiet")
        answer = daemon.host.arming.arm("quiet", ArmWanted(arm="file"), "anna")
        await watch.seconds(1)
        back = await row_of(daemon, "quiet")

    assert answer is not None
    assert (live.arm, answer.holds, back.arm, back.by_hand) == ("live", "shadow", "shadow", None)


async def test_a_rule_that_there_is_not_is_told(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        assert daemon.host.arming.arm("nobody", ArmWanted(arm="off"), "anna") is None


async def test_what_outlived_the_process_is_logged_at_its_start_and_what_ends_at_a_reload(
    tmp_path: Path,
) -> None:
    async with asking(tmp_path) as (watch, daemon):
        daemon.host.arming.arm("down", ArmWanted(arm="off", note="why"), "anna")
        await watch.seconds(1)
        now, active = daemon.clock.now(), daemon.active
        anew = Engine(active.book, active.limits, now, daemon.host.engine.dump(now))
        with capture_logs() as lines:
            ArmingService(active, Inspector(anew), list[Event]().append, daemon.clock).tell_kept()
            await daemon.reload()

    said = {"rule": "down", "arm": "off", "own": "live", "by": "anna", "reason": "why"}
    told = [{key: value for key, value in line.items() if key != "log_level"} for line in lines]
    assert [line for line in told if line["event"].startswith("arm.")] == [
        {"event": "arm.kept", **said},
        {"event": "arm.set_back", **said},
    ]
