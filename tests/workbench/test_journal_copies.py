"""The journal is copied, taken back and rid of a person by hand; what cannot be done changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.daemon.lock import held
from automaton.journal.entry import TrailRow
from automaton.journal.set_aside import MOST_ASIDE
from automaton.workbench.history import HistoryWanted, history
from automaton.workbench.journal_copies import CLUSTERED, backup, forget, restore
from tests.journal.files import turn, write
from tests.workbench.trails import with_trail


def test_a_backup_is_taken_back_and_what_it_replaced_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, file = with_trail(tmp_path), tmp_path / "copy.db"
    codes = [backup(config, file), backup(config, file)]
    write(tmp_path / "state", turn(9.0, TrailRow(9.0, "decision", "late", "fleet", "", "fired")))
    codes.append(restore(config, file, held))
    out, err = capsys.readouterr()
    history(config, HistoryWanted(rule="late"), as_json=False)

    assert codes == [0, 1, 0]
    assert err == f"{file} is there already: name a new file\n"
    first, second = out.splitlines()
    assert first.startswith(f"the journal is in {file}, ")
    assert second.startswith("restored: 0 parts of what is remembered, 6 rows of history; what was there is ")
    assert Path(second.rpartition(" is ")[2]).is_file()
    assert capsys.readouterr().err == "nothing of that is remembered\n"


def test_nothing_is_restored_under_a_running_daemon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, file = with_trail(tmp_path), tmp_path / "copy.db"
    backup(config, file)
    with held(tmp_path / "state"):
        code = restore(config, file, held)

    assert code == 75
    assert "another automaton" in capsys.readouterr().err


def test_a_restore_that_has_no_room_for_what_it_replaces_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, file = with_trail(tmp_path), tmp_path / "copy.db"
    backup(config, file)
    for _ in range(MOST_ASIDE + 1):
        capsys.readouterr()
        restore(config, file, held)

    assert capsys.readouterr().out.endswith(", in the place of what an earlier restore replaced\n")


def test_a_backup_that_is_not_there_is_a_mistake_and_no_time_to_wait_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_trail(tmp_path)
    codes = [restore(config, tmp_path / "missing", held), backup(config, tmp_path / "missing" / "copy")]

    assert codes == [78, 78]
    assert capsys.readouterr().err.splitlines() == [
        f"there is no {tmp_path}/missing",
        f"there is no folder {tmp_path}/missing",
    ]


def test_what_is_no_backup_is_refused_as_a_file_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, file = with_trail(tmp_path), tmp_path / "copy.db"
    file.write_text("no journal")
    code = restore(config, file, held)
    history(config, HistoryWanted(), as_json=False)

    assert code == 78
    assert len(capsys.readouterr().out.splitlines()) == 7


def test_a_person_is_forgotten_and_the_rows_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [TrailRow(1.0, "decision", "joins", "u-1/Steve", "u-1", "fired", "Steve joined")]
    config = with_trail(tmp_path, rows)
    codes = [forget(config, "Steve"), forget(config, "Steve")]
    history(config, HistoryWanted(), as_json=True)
    out = capsys.readouterr().out

    assert codes == [0, 0]
    assert out.splitlines()[:2] == [
        "1 row named Steve, and none does now",
        "0 rows named Steve, and none does now",
    ]
    assert "Steve" not in out.splitlines()[-1]


def test_without_a_journal_there_is_nothing_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("state: state\n")
    codes = [backup(config, tmp_path / "copy.db"), forget(config, "Steve")]

    assert codes == [1, 1]
    assert capsys.readouterr().err.count("automaton has not run there") == 2


def test_with_a_cluster_both_are_refused_and_say_what_copies_its_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A member's file has the history alone: who took it for a backup would have none."""
    config, file = with_trail(tmp_path), tmp_path / "copy.db"
    backup(config, file)
    config.write_text("state: state\ncluster: {servers: nats://10.0.0.1}\n")
    capsys.readouterr()
    codes = [backup(config, tmp_path / "second.db"), restore(config, file, held)]

    out, err = capsys.readouterr()
    assert (codes, out, (tmp_path / "second.db").exists()) == ([1, 1], "", False)
    assert err.splitlines() == [CLUSTERED] * 2
    assert "`nats account backup`" in CLUSTERED
