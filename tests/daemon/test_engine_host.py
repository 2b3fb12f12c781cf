"""One engine with all that belongs to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from trio.testing import MockClock

from automaton.configuration.load import CheckedConfiguration
from automaton.core.events import JournalBack, JournalLost
from automaton.daemon.app import Daemon
from automaton.daemon.state_folder import StateFolder
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_people_are_told_that_a_journal_which_was_no_good_is_forgotten(tmp_path: Path) -> None:
    """It may have held a hold: nobody would know that actions go on."""

    def load() -> CheckedConfiguration:
        raise NotImplementedError

    async with watching(tmp_path) as watch:
        state_folder = tmp_path / "state"
        state_folder.mkdir()
        (state_folder / "journal.db").write_text("nonsense")
        was = watch.daemon.active.configuration
        configuration = replace(was, settings=was.settings.model_copy(update={"state": state_folder}))
        state = StateFolder(configuration.settings)
        daemon = Daemon(configuration, load, watch.daemon.clock, env={}, state=state)
        async with anyio.create_task_group() as tasks:
            daemon.host.begin(tasks)
            lost, back = daemon.connections.pool.queue.take_now(), daemon.connections.pool.queue.take_now()
            tasks.cancel_scope.cancel()

    assert isinstance(lost, JournalLost)
    assert "set aside as journal.db.bad; incidents" in lost.reason
    assert isinstance(back, JournalBack)


async def test_a_control_route_is_answered_by_the_engine_or_by_its_process_and_never_by_both(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as watch:
        daemon = watch.daemon
        own = {route.path for route in daemon.host.routes()}
        of_process = {
            route.path
            for service in (daemon.status, daemon.rule_files, daemon.metrics, daemon.about)
            for route in service.routes()
        }

    assert own
    assert not own & of_process
