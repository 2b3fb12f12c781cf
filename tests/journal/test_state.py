"""The state in the file, read also where nothing can be written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from automaton.journal.connection import connect_to_read
from automaton.journal.faults import OutOfOrder
from automaton.journal.sqlite_journals import NAME
from automaton.journal.state import bytes_of, name_of, read_only
from tests.journal.files import opened, sql, turn, write

ROOT = Path(__file__).parents[2]

AS_NOBODY = """
import json, os, sys
from pathlib import Path
from automaton.journal.sqlite_journals import SqliteJournals
if os.getuid() == 0:  # who may do everything finds no folder read-only
    os.setgid(65534)
    os.setuid(65534)
found = SqliteJournals(Path(sys.argv[1])).open()
parts = {name: body.decode() for name, body in found.snapshot.parts.items()} if found.snapshot else None
print(json.dumps([found.journal is None, parts, found.fault]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that somebody else can look into: those of pytest are closed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def found_where_nothing_can_be_written(folder: Path) -> tuple[bool, object, str]:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    command = [sys.executable, "-c", AS_NOBODY, str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    out_of_order, parts, fault = json.loads(done.stdout)
    return out_of_order, parts, fault


def test_a_read_only_folder_is_read_after_a_clean_end(folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    assert os.listdir(folder) == [NAME]

    out_of_order, parts, fault = found_where_nothing_can_be_written(folder)

    assert (out_of_order, parts) == (True, {"a": "1"})
    assert "takes nothing now" in fault


def test_a_read_only_folder_is_read_after_a_kill(folder: Path) -> None:
    """What was committed last stands beside the file."""
    work = folder.with_name(f"{folder.name}-work")
    work.mkdir()
    with opened(work) as journal:
        journal.append([turn(1, a=b"1")], 0)
        for path in work.iterdir():
            shutil.copy(path, folder)
    shutil.rmtree(work)

    out_of_order, parts, _ = found_where_nothing_can_be_written(folder)

    assert (out_of_order, parts) == (True, {"a": "1"})


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_was_committed_last_is_read_though_there_is_no_room_for_what_processes_share(
    tmp_path: Path,
) -> None:
    """As after a loss of power, on a disk that is full."""
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    with opened(before) as journal:
        journal.append([turn(1, a=b"1")], 0)
        for name in (NAME, f"{NAME}-wal"):
            shutil.copy(before / name, after)
    with no_file_may_grow():
        with pytest.raises(OutOfOrder):
            connect_to_read(after / NAME)
        found = read_only(after / NAME)

    assert found is not None
    assert (found.position, found.parts) == (1, {"a": b"1"})


def test_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert read_only(tmp_path / NAME) is None
    sql(tmp_path, "CREATE TABLE theirs (a)")
    assert read_only(tmp_path / NAME) is None
    (tmp_path / NAME).write_text("nonsense" * 1000)
    assert read_only(tmp_path / NAME) is None


def test_what_does_not_fit_its_seal_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    sql(tmp_path, "UPDATE parts SET body = x'32'")

    assert read_only(tmp_path / NAME) is None


@pytest.mark.parametrize("name", ["", "a/b", "ä", "\ud83d", "\x00"])
def test_any_name_comes_back(name: str) -> None:
    assert name_of(bytes_of(name)) == name
