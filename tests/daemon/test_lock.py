"""One daemon for one state folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.daemon.lock import NAME, held, refuse_if_answered
from automaton.errors import Refused, TryLater

HOLD = "import sys; from pathlib import Path; from automaton.daemon.lock import held\n" \
    "with held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"  # fmt: skip


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the folder's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_folder_is_made_for_its_owner_and_holds_our_number(tmp_path: Path) -> None:
    with held(tmp_path / "a" / "state"):
        assert (tmp_path / "a" / "state" / NAME).read_text() == f"{os.getpid()}\n"
        assert (tmp_path / "a" / "state").stat().st_mode & 0o077 == 0


def test_a_second_daemon_is_told_who_the_first_is(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        with pytest.raises(TryLater, match=rf"process {first.pid}\) uses {tmp_path}"), held(tmp_path):
            pass
        first.communicate()


def test_a_killed_daemon_leaves_no_stale_lock(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        first.kill()
        first.communicate()

    with held(tmp_path):
        assert (tmp_path / NAME).read_text() == f"{os.getpid()}\n"


def test_it_is_free_after_its_end(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Refused, match="name one in `state`"), held(tmp_path / "file" / "state"):
        pass


def test_a_control_socket_that_another_answers_is_told_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(TryLater, match=rf"process {os.getpid()}\) answers at {path}"):
            refuse_if_answered(path)


def test_a_control_socket_that_nobody_answers_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    refuse_if_answered(path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    refuse_if_answered(path)
    assert path.exists()


@pytest.mark.parametrize("made", [Path.symlink_to, Path.hardlink_to])
def test_a_lock_that_leads_elsewhere_is_refused_and_nothing_is_emptied(
    tmp_path: Path, made: Callable[[Path, Path], None]
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / "state").mkdir()
    made(tmp_path / "state" / NAME, precious)

    with pytest.raises(Refused, match=r"cannot be used \(it is .*link"), held(tmp_path / "state"):
        pass
    assert precious.read_text() == "precious"


def test_a_pipe_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)

    with pytest.raises(Refused, match="no regular file"), held(tmp_path):
        pass


def test_a_folder_that_others_may_write_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with capture_logs() as logs, held(tmp_path / "state"):
        pass

    assert [one["event"] for one in logs] == ["state.open"]
    assert logs[0]["reason"].startswith("everybody on this machine may write it")


def test_a_folder_behind_a_link_is_used_as_systemd_makes_it(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "private")

    with capture_logs() as logs, held(tmp_path / "state"):
        assert (tmp_path / "private" / NAME).exists()
    assert logs == []


def test_a_full_disk_takes_no_number_and_the_lock_holds_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with held(tmp_path), pytest.raises(TryLater, match="another process"), held(tmp_path):
        pass


def test_whoever_began_while_the_disk_was_read_only_holds_the_folder_itself(tmp_path: Path) -> None:
    """There was no file to lock. Now there can be one, and a second daemon finds the first all the same."""
    first = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(first, fcntl.LOCK_EX)

        with pytest.raises(TryLater, match="another process"), held(tmp_path):
            pass
    finally:
        os.close(first)

    with held(tmp_path):
        pass
