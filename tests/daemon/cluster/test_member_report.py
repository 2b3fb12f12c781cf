"""How a member stands, told to systemd and the log."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from trio.testing import MockClock

from automaton.daemon.cluster.member_report import MemberReport
from automaton.daemon.engine_host import EngineHost
from automaton.daemon.systemd import Systemd
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@pytest.mark.parametrize("owns", [False, True])
async def test_a_member_feeds_the_watchdog_itself_only_while_no_engine_turns_here(
    tmp_path: Path, owns: bool
) -> None:
    fed: list[str] = []
    async with watching(tmp_path) as watch:
        daemon = watch.daemon
        hosts: list[EngineHost] = [daemon.host] if owns else []
        report = MemberReport(
            daemon.connections.pool, lambda: hosts, lambda: "m-a", lambda: fed.append("fed"), Systemd({}),
            daemon.name_of, daemon.clock,
        )  # fmt: skip
        with anyio.move_on_after(3.5):
            await report.run()

    assert len(fed) == (0 if owns else 4)
