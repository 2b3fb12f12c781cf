"""Files that someone else may have prepared."""

from __future__ import annotations

import ast
import errno
import os
import socket
import stat
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import automaton
from automaton.safe_files import (
    keep_order,
    open_own,
    open_to_overwrite,
    open_to_read,
    read_at_most,
    read_beginning,
    replace_whole,
    who_else_may_write,
)


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """What stands elsewhere, and must stay as it is."""
    path = tmp_path / "precious"
    path.write_text("precious")
    return path


def refusal(
    opened: Callable[..., object], *given: object, **how: object
) -> tuple[int | None, str | None, object]:
    """What an operator is told of a file that is not opened: its errno, the words and the path."""
    with pytest.raises(OSError) as raised:  # noqa: PT011 -- the whole of it is looked at
        opened(*given, **how)
    return raised.value.errno, raised.value.strerror, raised.value.filename


def test_a_file_is_read_up_to_its_bound(precious: Path) -> None:
    assert read_at_most(precious, 8) == b"precious"
    with pytest.raises(OSError, match="it has more than 7 bytes"):
        read_at_most(precious, 7)


def test_a_file_that_tells_no_size_is_bounded_as_it_is_read() -> None:
    """Those of /proc have none: what is read of them is at most a byte more than may come."""
    path = Path("/proc/self/smaps")
    whole = len(path.read_bytes())
    tracemalloc.start()
    try:
        assert refusal(read_at_most, path, 100) == (
            errno.EFBIG, "it has more than 100 bytes", str(path),
        )  # fmt: skip
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert whole > 30_000
    assert peak < whole


def test_what_is_wrong_with_a_file_is_told_with_its_path(tmp_path: Path, precious: Path) -> None:
    link, loop, missing = tmp_path / "link", tmp_path / "loop", tmp_path / "missing"
    link.symlink_to(precious)
    loop.symlink_to(loop)
    precious_twice = tmp_path / "twice"
    precious_twice.hardlink_to(precious)

    assert refusal(read_at_most, precious, 7) == (
        errno.EFBIG, "it has more than 7 bytes", str(precious),
    )  # fmt: skip
    assert refusal(open_to_read, tmp_path) == (errno.EINVAL, "it is no regular file", str(tmp_path))
    assert refusal(open_to_read, link, follow=False) == (
        errno.ELOOP, "it is a symbolic link", str(link),
    )  # fmt: skip
    assert refusal(open_own, link) == (errno.ELOOP, "it is a symbolic link", str(link))
    assert refusal(open_own, precious) == (errno.EMLINK, "it is linked from elsewhere", str(precious))
    assert refusal(open_to_read, loop) == (errno.ELOOP, os.strerror(errno.ELOOP), str(loop))
    for follow in (True, False):
        assert refusal(open_to_read, missing, follow=follow) == (
            errno.ENOENT, os.strerror(errno.ENOENT), str(missing),
        )  # fmt: skip


def test_the_beginning_of_a_file_is_read_and_a_link_only_if_it_may_be_followed(
    tmp_path: Path, precious: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(precious)

    assert read_beginning(precious, 3) == b"pre"
    assert read_beginning(link, 100) == b"precious"
    with pytest.raises(OSError, match="it is a symbolic link"):
        read_beginning(link, 100, follow=False)


def test_what_is_opened_to_be_read_is_bytes_as_far_ahead_as_was_asked_for(precious: Path) -> None:
    with open_to_read(precious) as ahead, open_to_read(precious, buffering=0) as byte_by_byte:
        assert (ahead.read(1), byte_by_byte.read(1)) == (b"p", b"p")

        assert os.lseek(ahead.fileno(), 0, os.SEEK_CUR) == 8
        assert os.lseek(byte_by_byte.fileno(), 0, os.SEEK_CUR) == 1
        assert not ahead.writable()


def test_a_file_of_ours_is_made_for_its_owner_alone_to_be_read_and_changed_in_place(tmp_path: Path) -> None:
    path = tmp_path / "ours"
    file = open_own(path)
    os.write(file, b"ours")
    os.close(file)
    file = open_own(path)
    os.write(file, b"y")

    assert os.pread(file, 100, 0) == b"yurs"
    assert stat.S_IMODE(os.fstat(file).st_mode) == 0o600
    assert not os.get_inheritable(file)
    os.close(file)


def test_nothing_stays_open_of_what_was_refused(tmp_path: Path, precious: Path) -> None:
    (tmp_path / "twice").hardlink_to(precious)
    before = sorted(os.listdir("/proc/self/fd"))
    refusal(open_own, precious)
    refusal(open_to_read, tmp_path)

    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_file_without_an_end_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no regular file"):
        read_at_most(Path("/dev/zero"), 100)


def test_a_sparse_file_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 30)

    with pytest.raises(OSError, match="more than 100 bytes"):
        read_at_most(path, 100)


def test_neither_a_pipe_nor_a_folder_nor_a_socket_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null"), tmp_path / "socket"):
        assert refusal(open_to_read, path) == (
            errno.EINVAL, "it is no regular file", str(path),
        )  # fmt: skip
    for name in ("pipe", "socket"):
        with pytest.raises(OSError, match="no regular file"):
            open_own(tmp_path / name)


def test_a_link_is_followed_only_where_the_operator_names_the_file(tmp_path: Path, precious: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(precious)

    assert read_at_most(link, 100) == b"precious"
    with pytest.raises(OSError, match="it is a symbolic link"):
        read_at_most(link, 100, follow=False)


@pytest.mark.parametrize("made", ["symbolic", "dangling", "hard"])
def test_what_stands_elsewhere_is_never_changed_in_our_name(
    tmp_path: Path, precious: Path, made: str
) -> None:
    path = tmp_path / "ours"
    match made:
        case "symbolic":
            path.symlink_to(precious)
        case "dangling":
            path.symlink_to(tmp_path / "missing")
        case _:
            path.hardlink_to(precious)

    for opened in (open_own, open_to_overwrite):
        with pytest.raises(OSError, match="link"):
            opened(path)
    assert precious.read_text() == "precious"
    assert not (tmp_path / "missing").exists()


def test_what_is_overwritten_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ours"
    path.write_text("as long as it was before")
    path.chmod(0o644)
    with open_to_overwrite(path) as file:
        file.write(b"new")

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    open_to_overwrite(path).close()
    assert path.read_bytes() == b""


def test_a_file_is_replaced_whole_and_what_led_elsewhere_with_it(tmp_path: Path, precious: Path) -> None:
    for name in ("ours", ".ours.new"):
        (tmp_path / name).symlink_to(precious)
    replace_whole(tmp_path / "ours", [b"a", b"b"])

    assert (tmp_path / "ours").read_text() == "ab"
    assert stat.S_IMODE((tmp_path / "ours").lstat().st_mode) == 0o600
    assert precious.read_text() == "precious"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ours", "precious"]


def test_what_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_whole(tmp_path / "ours", [b"a"])

    assert [one.name for one in tmp_path.iterdir()] == ["ours"]


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """As a disk that is full does."""

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "full")

    path = tmp_path / "ours"
    path.write_text("whole")

    assert refusal(replace_whole, path, parts()) == (errno.ENOSPC, "full", None)
    assert path.read_text() == "whole"
    assert [one.name for one in tmp_path.iterdir()] == ["ours"]


def test_what_cannot_be_tidied_up_either_does_not_hide_why_it_broke_off(tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"half"
        (tmp_path / ".ours.new").unlink()
        (tmp_path / ".ours.new").mkdir()
        raise OSError(errno.ENOSPC, "full")

    assert refusal(replace_whole, tmp_path / "ours", parts()) == (errno.ENOSPC, "full", None)


def test_only_a_folder_is_kept_in_order(tmp_path: Path, precious: Path) -> None:
    keep_order(tmp_path)
    assert refusal(keep_order, precious)[0] == errno.ENOTDIR


@pytest.mark.parametrize(
    ("mode", "who"),
    [
        (0o700, ""), (0o755, ""), (0o770, "its group may write it"),
        (0o702, "everybody on this machine may write it"), (0o1777, "everybody on this machine may write it"),
    ],
)  # fmt: skip
def test_who_else_may_write_is_told(tmp_path: Path, mode: int, who: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(mode)

    assert who_else_may_write(folder) == who


def test_what_belongs_to_root_is_nobody_elses() -> None:
    assert who_else_may_write(Path("/usr")) == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_another_user_is_told(precious: Path) -> None:
    os.chown(precious, 54321, -1)

    assert who_else_may_write(precious) == "it belongs to another user (uid 54321)"


def test_a_folder_behind_a_link_is_looked_at_where_it_is(tmp_path: Path) -> None:
    """As the state folder of a `DynamicUser`."""
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "private")

    assert who_else_may_write(tmp_path / "state") == ""


ROOT = Path(automaton.__file__).parent
BY_THEMSELVES = {
    "safe_files.py": "the seam",
    "daemon/lock.py": "the state folder itself, to be locked; nothing is read or written by that",
    "journal/backup.py": "a new file for a backup, which a person names and SQLite then fills",
    "journal/whole_copy.py": "a copy that it has just made in a folder of ours, to have it on disk",
    "schema/time_zone.py": "/etc/localtime, which is the machine's",
    "expr/parse.py": "of the package",
    "configuration/recipes.py": "of the package",
    "packs/load.py": "those of the package; an operator's come by schema/files.py",
    "web/pages/rendering.py": "of the package",
    "web/pages/static_files.py": "of the package",
    "daemon/huge_pages.py": "/proc and /sys, which are the kernel's",
    "web/pages/process_memory.py": "/proc, which is the kernel's",
    "workbench/monitoring.py": "of the package",
    "workbench/schema.py": "of the package",
    "workbench/pack_page.py": "of the package, and packs that were just read by schema/files.py",
    "workbench/pack_new.py": "writes where nothing was, for the person who asks",
    "workbench/init_files.py": "writes where nothing was, for the person who asks",
    "workbench/recipe_adding.py": "writes where nothing was, for the person who asks",
    "workbench/test.py": "writes where nothing was, for the person who asks",
    "standard_streams.py": "streams that are open already, and /dev/null",
    "workbench/handed_files.py": "packs that it was handed, in a folder that it has just made",
    "workbench/console_log.py": "a person's own, which may be a pipe from another command",
}
"""Who opens files beside the seam, and why they may. The simulator and the demo serve tests and shows."""

OPENING = {"read_text", "read_bytes", "write_text", "write_bytes", "touch", "fdopen", "mkstemp"}


def _opens(tree: ast.AST) -> Iterator[int]:
    """The lines in which a file is opened, by whatever name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id="open"):
                yield node.lineno
            case ast.Attribute(value=ast.Name(id="os" | "io" | "codecs"), attr="open"):
                yield node.lineno
            case ast.Attribute(attr="open") if any(isinstance(one, ast.Constant) for one in node.args) or any(
                one.arg in ("mode", "encoding") for one in node.keywords
            ):
                yield node.lineno
            case ast.Attribute(attr=attr) if attr in OPENING:
                yield node.lineno


def test_no_other_file_of_ours_opens_files() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted(ROOT.rglob("*.py"))
        if path.relative_to(ROOT).parts[0] not in ("simulator", "demo")
        and (lines := list(_opens(ast.parse(path.read_text(encoding="utf-8")))))
    }

    assert found.keys() == BY_THEMSELVES.keys(), found
