"""The file of the public page's bars: kept over ends of every kind, and no trouble to anything else."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from automaton.daemon.page.uptime_file import NAME, UptimeFile
from automaton.web.pages.uptime import DAY, HALF_HOUR, KeptBucket, UptimeBucket

pytestmark = pytest.mark.anyio

ONE = KeptBucket("a", DAY, 86_400, UptimeBucket(1.0, 2.0, 3.0))
OLD = KeptBucket("a", HALF_HOUR, 1800, UptimeBucket(up=5.0))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_is_written_is_found_again_and_what_is_too_old_is_not(tmp_path: Path) -> None:
    first = UptimeFile(str(tmp_path))
    new = await first.load()
    written = await first.save([ONE, OLD], {})
    again = await UptimeFile(str(tmp_path)).load()
    await first.save([KeptBucket("a", DAY, 86_400, UptimeBucket(7.0))], {HALF_HOUR: 3600, DAY: 0})
    later = await UptimeFile(str(tmp_path)).load()

    assert (new, written) == ([], True)
    assert sorted(again, key=lambda one: one.length) == [OLD, ONE]
    assert later == [KeptBucket("a", DAY, 86_400, UptimeBucket(7.0))]
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


async def test_a_file_that_cannot_be_read_is_set_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    file = UptimeFile(str(tmp_path))
    found = await file.load()
    await file.save([ONE], {})

    assert found == []
    assert (tmp_path / f"{NAME}.bad").read_bytes().startswith(b"no database")
    assert await UptimeFile(str(tmp_path)).load() == [ONE]


async def test_a_file_that_breaks_while_it_is_used_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    file = UptimeFile(str(tmp_path))
    await file.save([ONE], {})
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / NAME).write_bytes(b"x" * 10_000)
    broken = await file.save([ONE], {})

    assert broken is False
    assert await file.save([ONE], {})
    assert await file.load() == [ONE]


async def test_a_folder_that_takes_nothing_is_weather(tmp_path: Path) -> None:
    file = UptimeFile(str(tmp_path / "missing"))

    assert await file.load() == []
    assert await file.save([ONE], {}) is False
    assert await UptimeFile("").save([ONE], {}) is True


async def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / NAME).symlink_to(precious)

    assert await UptimeFile(str(tmp_path)).load() == []
    assert await UptimeFile(str(tmp_path)).save([ONE], {}) is False
    assert precious.read_text() == "precious"


async def test_a_file_of_a_newer_automaton_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (tmp_path / NAME).read_bytes()

    assert await UptimeFile(str(tmp_path)).load() == []
    assert await UptimeFile(str(tmp_path)).save([ONE], {}) is False
    assert (tmp_path / NAME).read_bytes() == before
