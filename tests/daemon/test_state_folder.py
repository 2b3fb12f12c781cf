"""What a start finds in the state folder, and how the next one finds what this one wrote."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from structlog.testing import capture_logs

from automaton.core.moment import Moment
from automaton.core.parts import HEAD, split
from automaton.daemon.old_memory import NAME, TAKEN
from automaton.daemon.remembered import Remembered
from automaton.daemon.state_folder import StateFolder, retention_of
from automaton.daemon.turn_journal import encode
from automaton.journal.entry import Entry
from automaton.journal.retention import Retention
from automaton.settings.journal import JournalSettings
from automaton.settings.model import Settings
from tests.core.story import LOBBY, Story

RULES = "rules: [{id: a, when: {event: crash}, until: 1h, do: []}]"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings(folder: Path) -> Settings:
    return Settings.model_construct(state=folder)


def left() -> Story:
    return Story(RULES).happens(1.0, "crash")


def old_memory(folder: Path) -> None:
    """What the last version before the journal wrote."""
    text = json.dumps(left().engine.dump(Moment(2.0, 2.0)))
    seal = sha256(text.encode()).hexdigest()
    (folder / NAME).write_text(f'{{"sha256":"{seal}","memory":{text}}}')


async def write(folder: StateFolder, changes: dict[str, bytes | None]) -> None:
    """One entry, by a process that then ends."""
    writer = folder.writer(dict, lambda state: None)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        await anyio.lowlevel.checkpoint()
        assert await writer.committed(writer.write(Entry(1.0, "start", changes)))
        await writer.close()


def test_in_an_empty_folder_nothing_is_remembered(tmp_path: Path) -> None:
    assert StateFolder(settings(tmp_path)).open() == Remembered(is_old=True)


@pytest.mark.anyio
async def test_what_one_process_wrote_the_next_one_finds(tmp_path: Path) -> None:
    engine = left().engine
    first = StateFolder(settings(tmp_path))
    first.open()
    parts = {name: encode(part) for name, part in split(engine.dump(engine.now)).items()}
    await write(first, {**parts, "delivery/ops/1": b"1"})
    found = StateFolder(settings(tmp_path)).open()

    assert found.memory is not None
    assert found.memory["places"].keys() == {LOBBY.uuid}
    assert found.kept == {"delivery/ops/1": b"1"}
    assert found.stale == parts.keys()
    assert not found.is_old


@pytest.mark.anyio
async def test_what_an_older_version_left_is_taken_over_where_there_is_no_journal_yet(tmp_path: Path) -> None:
    old_memory(tmp_path)
    folder = StateFolder(settings(tmp_path))
    found = folder.open()
    assert found.is_old
    assert found.memory is not None
    assert found.memory["places"].keys() == {LOBBY.uuid}

    await write(folder, {HEAD: encode({"version": 1, "at": 1.0, "next_number": 1, "next_incident": 1})})
    folder.put_old_away()
    again = StateFolder(settings(tmp_path)).open()

    assert (tmp_path / TAKEN).exists()
    assert not (tmp_path / NAME).exists()
    assert again.memory is not None
    assert again.memory["places"] == {}
    assert not again.is_old


@pytest.mark.anyio
async def test_an_old_memory_beside_a_journal_is_not_believed(tmp_path: Path) -> None:
    """A version before the journal ran in between: what the journal says is newer than nothing."""
    first = StateFolder(settings(tmp_path))
    first.open()
    await write(first, {HEAD: encode({"version": 1, "at": 1.0, "next_number": 1, "next_incident": 1})})
    old_memory(tmp_path)
    found = StateFolder(settings(tmp_path)).open()

    assert not found.is_old
    assert found.memory is not None
    assert found.memory["places"] == {}


@pytest.mark.anyio
async def test_what_was_taken_over_is_not_taken_again_though_a_kill_came_before_it_was_put_away(
    tmp_path: Path,
) -> None:
    old_memory(tmp_path)
    first = StateFolder(settings(tmp_path))
    assert first.open().is_old
    await write(first, {HEAD: encode({"version": 1, "at": 1.0, "next_number": 1, "next_incident": 1})})
    StateFolder(settings(tmp_path)).open()
    (tmp_path / "journal.db").write_text("nonsense")
    found = StateFolder(settings(tmp_path)).open()

    assert found.memory is None
    assert (tmp_path / TAKEN).exists()


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        found = StateFolder(settings(tmp_path / "missing")).open()

    assert found.memory is None
    (told,) = [one for one in logs if one["event"] == "journal.unread"]
    assert told["log_level"] == "error"
    assert "nothing is remembered" in told["reason"]


def test_the_trail_is_kept_as_long_as_the_settings_say(tmp_path: Path) -> None:
    journal = JournalSettings(keep="7d", size="64MiB")

    assert retention_of(Settings.model_construct(state=tmp_path, journal=journal)) == Retention(
        7 * 86_400.0, 64 * 1024 * 1024
    )
