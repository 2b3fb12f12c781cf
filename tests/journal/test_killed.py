"""Whatever kills the daemon, wherever a write is cut off: what is there is a prefix of what was written."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automaton.journal.entry import Entry, fold
from automaton.journal.faults import NewerFormat
from automaton.journal.sqlite_journals import NAME
from tests.journal.files import look, opened
from tests.journal.killed import ACKNOWLEDGED, GROUP, entry, killed

CHANGES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.none() | st.binary(max_size=9) | st.just(b"x" * 9000),
    max_size=3,
)
GROUPS = st.lists(st.lists(CHANGES, min_size=1, max_size=3), min_size=1, max_size=6)


def prefix(folder: Path) -> int:
    """The position at which what is there stands; nothing was set aside for it."""
    found = look(folder)
    assert found.snapshot is not None
    assert (found.set_aside, found.fault) == ("", "")
    return found.snapshot.position


def test_killed_within_commits_what_was_acknowledged_is_there_and_no_half_group(tmp_path: Path) -> None:
    """Twenty times, at moments of a fixed seed."""
    positions = []
    for folder in killed(tmp_path, "commit", seed=7, times=20):
        told = folder / ACKNOWLEDGED
        acknowledged = int(told.read_text() or 0) if told.exists() else 0
        found = look(folder)
        assert found.snapshot is not None
        assert not found.set_aside
        position = found.snapshot.position
        positions.append(position)

        assert position in (acknowledged, acknowledged + GROUP)
        assert found.snapshot.parts == fold(map(entry, range(1, position + 1)))

    assert max(positions) > 100


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GROUPS, st.data())
def test_a_write_that_was_cut_off_anywhere_leaves_a_prefix_of_whole_groups(
    tmp_path: Path, groups: list[list[dict[str, bytes | None]]], data: st.DataObject
) -> None:
    """The file and what lies beside it as they were after each commit, the latter cut at any byte."""
    work, copy = tmp_path / "work", tmp_path / "copy"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    states = {0: dict[str, bytes]()}
    with opened(work) as journal:
        entries: list[Entry] = []
        for group in groups:
            new = [Entry(0.0, "turn", changes) for changes in group]
            position = journal.append(new, len(entries))
            entries += new
            states[position] = fold(entries)
            if data.draw(st.booleans(), label="checkpoint"):
                journal.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            beside = (work / f"{NAME}-wal").read_bytes()
            shutil.copy(work / NAME, copy / NAME)
            cut = data.draw(st.integers(0, len(beside)) | st.just(len(beside)), label="cut")
            (copy / f"{NAME}-wal").write_bytes(beside[:cut])
            found = look(copy)

            assert found.snapshot is not None
            # Cut where a checkpoint had begun to copy: no kill and no loss of power does that.
            if found.set_aside:
                assert cut < len(beside)
                continue
            assert found.snapshot.parts == states[found.snapshot.position]
            assert cut < len(beside) or found.snapshot.position == position


@pytest.mark.parametrize("seed", range(6))
def test_a_bit_that_tips_anywhere_is_found_out_or_changes_nothing(tmp_path: Path, seed: int) -> None:
    """Nothing is believed but the fold of a prefix; in the trail it may stay unseen until it is read."""
    chance = random.Random(seed)
    good = tmp_path / "good"
    good.mkdir()
    with opened(good) as journal:
        journal.append([entry(number) for number in range(1, 201)], 0)
    data = (good / NAME).read_bytes()
    expected = fold(map(entry, range(1, 201)))
    found_out = 0
    for number in range(10):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        tipped = bytearray(data)
        for _ in range(chance.choice([1, 1, 1, 50])):
            tipped[chance.randrange(len(tipped))] ^= 1 << chance.randrange(8)
        (folder / NAME).write_bytes(tipped)

        try:
            found = look(folder)
        except NewerFormat:  # it tipped in the number of the format
            found_out += 1
            continue

        assert found.snapshot is not None, found
        if found.set_aside:
            found_out += 1
            assert found.snapshot.parts == {}
        else:
            assert found.snapshot.parts == expected
    assert found_out
