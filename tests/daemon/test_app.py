"""A whole daemon, where no single room shows what it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.configuration.load import CheckedConfiguration, Configuration
from automaton.daemon.app import Daemon
from automaton.daemon.state_folder import StateFolder, retention_of
from automaton.settings.journal import JournalSettings
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY, VALHEIM = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def kept_in(folder: Path, configuration: Configuration) -> Configuration:
    """The configuration with its state in this folder, which is made."""
    folder.mkdir()
    return replace(configuration, settings=configuration.settings.model_copy(update={"state": folder}))


async def test_servers_of_one_name_are_told_apart_in_logs_and_tables(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        name_of = watch.daemon.name_of
        before = [name_of(LOBBY), name_of(VALHEIM)]
        server = watch.world.server("valheim")
        server.build = replace(server.build, name="lobby")
        watch.daemon.connections.pool.list_again()
        await watch.until(lambda: name_of(VALHEIM) != before[1])

        assert before == ["lobby", "valheim"]
        assert [name_of(LOBBY), name_of(VALHEIM)] == ["lobby (aaaaaaaa)", "lobby (bbbbbbbb)"]


async def test_how_long_the_trail_is_kept_is_what_the_last_reload_said(tmp_path: Path) -> None:
    def load() -> CheckedConfiguration:
        raise NotImplementedError

    async with watching(tmp_path) as watch:
        configuration = kept_in(tmp_path / "state", watch.daemon.active.configuration)
        state = StateFolder(configuration.settings)
        daemon = Daemon(configuration, load, watch.daemon.clock, env={}, state=state)
        journal = JournalSettings(keep="7d", size="64MiB")
        settings = configuration.settings.model_copy(update={"journal": journal})
        daemon._take(replace(configuration, settings=settings))

    assert state.retention == retention_of(settings)
    assert state.retention.keep == 7 * 86_400.0
