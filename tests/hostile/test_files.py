"""Whatever lies in the place of a file, nothing elsewhere is changed and nothing waited for, and it is told.

What the daemon keeps is put aside or refused by name; what the operator names is refused with its place.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually, finished, started
from tests.acceptance.site import Site

NOWHERE = "http://127.0.0.1:9"  # no Panel answers there, and none has to
KEY = "ptlc_" + "a" * 43
GIGABYTE = 1 << 30


def sealed(text: str) -> str:
    """A memory as somebody may write it who knows how."""
    return json.dumps({"sha256": sha256(text.encode()).hexdigest(), "memory": text})


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(GIGABYTE)


def written(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


MEMORIES: dict[str, Callable[[Path], object]] = {
    "a sealed null": written(sealed("null")),
    "a sealed list": written(sealed("[[[]]]")),
    "sealed places of null": written(sealed('{"version": 1, "at": 0, "places": null}')),
    "a sealed number of 400 digits": written(
        sealed('{"version": 1, "at": 1' + "0" * 400 + ', "places": {}}')
    ),
    "a sealed NaN": written(sealed('{"version": 1, "at": NaN, "places": {}}')),
    "sealed and nested 100,000 deep": written(sealed("[" * 100_000)),
    "a seal that does not fit": written('{"sha256": "0", "memory": "{}"}'),
    "cut off": written(sealed("{}")[:40]),
    "bytes": lambda path: path.write_bytes(os.urandom(5000)),
    "a sparse gigabyte": sparse,
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to another's file": lambda path: path.symlink_to(path.parent / "precious"),
}
PARTS: dict[str, object] = {
    "null": None,
    "a list": [],
    "numbers for texts": {"at": 0, "standings": [{"rule": 7, "more": [1]}]},
    "a huge number": {"at": 1e300, "standings": []},
    "no state": {"at": 0},
}


def a_site(folder: Path) -> Site:
    folder.mkdir()
    site = Site(folder, NOWHERE, KEY)
    (folder / "state").mkdir(mode=0o700)
    (folder / "state" / "precious").write_text("precious")
    return site


def running(stack: ExitStack, site: Site) -> Process:
    return stack.enter_context(started(site.folder / "run.out", ["run", "-c", str(site.file)]))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Site, Process]]]:
    """A daemon for each memory, all at once: what takes its time is to start."""
    with ExitStack() as stack:
        begun = {}
        for number, (name, make) in enumerate(MEMORIES.items()):
            site = a_site(tmp_path_factory.mktemp("memory") / str(number))
            make(site.folder / "state" / "memory.json")
            begun[name] = (site, running(stack, site))
        yield begun


@pytest.mark.xdist_group("hostile-memories")
@pytest.mark.parametrize("memory", MEMORIES)
def test_a_memory_that_is_none_is_put_aside_and_told_and_ends_nothing(
    begun: dict[str, tuple[Site, Process]], memory: str
) -> None:
    site, daemon = begun[memory]
    daemon.tells("memory.unreadable", "kept=memory.json.bad")
    daemon.tells("daemon.started")
    bad = site.folder / "state" / "memory.json.bad"
    eventually(lambda: os.path.lexists(bad), daemon.output)
    daemon.signal(signal.SIGTERM)

    assert daemon.ended() in (0, -signal.SIGTERM)
    assert not daemon.says("Traceback")
    assert (site.folder / "state" / "precious").read_text() == "precious"


def test_parts_of_a_memory_of_any_shape_cost_the_others_nothing(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site")
    places: dict[str, object] = {**PARTS, "fit": {"at": 0, "server": None, "crowds": {}, "standings": []}}
    memory = {"version": 1, "at": 0, "next_number": 1, "next_incident": 1, "spent": [], "silences": []}
    (site.folder / "state" / "memory.json").write_text(sealed(json.dumps({**memory, "places": places})))
    with ExitStack() as stack:
        daemon = running(stack, site)
        daemon.tells("memory.forgotten", f"parts={len(PARTS)}")
        daemon.tells("memory.taken", "places=1")
        daemon.tells("control.listening")
        daemon.signal(signal.SIGTERM)

        assert daemon.ended() == 0
        assert not daemon.says("Traceback")


@pytest.mark.parametrize("made", ["symbolic", "dangling", "hard", "pipe", "folder"])
def test_a_lock_that_leads_elsewhere_is_refused_and_nothing_is_emptied(tmp_path: Path, made: str) -> None:
    site = a_site(tmp_path / "site")
    lock, precious = site.folder / "state" / "lock", site.folder / "state" / "precious"
    match made:
        case "symbolic":
            lock.symlink_to(precious)
        case "dangling":
            lock.symlink_to(site.folder / "missing")
        case "hard":
            lock.hardlink_to(precious)
        case "pipe":
            os.mkfifo(lock)
        case _:
            lock.mkdir()
    done = finished("run", "-c", str(site.file))

    assert done.returncode == 78
    assert "the state folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert precious.read_text() == "precious"
    assert not (site.folder / "missing").exists()


def test_a_state_folder_that_others_may_write_is_told_and_a_dangling_mark_is_not_followed(
    tmp_path: Path,
) -> None:
    site = a_site(tmp_path / "site")
    state = site.folder / "state"
    state.chmod(0o777)
    (state / "running").symlink_to(site.folder / "missing")
    with ExitStack() as stack:
        daemon = running(stack, site)
        daemon.tells("state.open", "everybody on this machine may write it")
        daemon.tells("memory.missing")
        daemon.tells("control.listening")

        eventually(lambda: not os.path.lexists(state / "running"), daemon.output)
        assert not (site.folder / "missing").exists()


def test_a_state_folder_behind_a_link_as_systemd_makes_it_is_no_attack(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site")
    (site.folder / "state").rename(site.folder / "private")
    (site.folder / "state").symlink_to(site.folder / "private")
    with ExitStack() as stack:
        daemon = running(stack, site)
        daemon.tells("control.listening")

        assert not daemon.says("state.open")


@pytest.mark.parametrize("target", ["missing", "precious"])
def test_a_record_target_that_is_a_link_is_refused_and_not_followed(tmp_path: Path, target: str) -> None:
    site = a_site(tmp_path / "site")
    (site.folder / "precious").write_text("")
    (site.folder / "rec").symlink_to(site.folder / target)
    done = finished("run", "-c", str(site.file), "--record", str(site.folder / "rec"))

    assert done.returncode == 78
    assert "is no recording: name a file that is not there yet" in done.stderr
    assert not (site.folder / "missing").exists()


UNFIT: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a sparse gigabyte": sparse,
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_file_of_the_operator_that_is_none_is_named_with_its_place(tmp_path: Path, unfit: str) -> None:
    """A file of rules and a pack in one go; then a recording; and automaton.yml itself."""
    site = a_site(tmp_path / "site")
    (site.folder / "packs.d").mkdir()
    rules, pack = site.folder / "rules.d" / "other.yml", site.folder / "packs.d" / "other.yml"
    recording = site.folder / "rec"
    for path in (rules, pack, recording):
        UNFIT[unfit](path)
    of_others = finished("check", "-c", str(site.file))
    replayed = finished("replay", str(recording), "-c", str(site.file))
    site.file.unlink()
    UNFIT[unfit](site.file)
    of_itself = finished("check", "-c", str(site.file))

    outputs = [one.stdout + one.stderr for one in (of_others, replayed, of_itself)]
    assert (of_others.returncode, of_itself.returncode) == (78, 78), outputs
    assert replayed.returncode > 0
    assert [one for one in (rules, pack) if str(one) not in outputs[0]] == []
    # A folder is one of rules to it.
    assert ("name a recording" if unfit == "a folder" else str(recording)) in outputs[1]
    assert str(site.file) in outputs[2]
    assert "Traceback" not in "".join(outputs)


def test_a_credential_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site")
    (site.folder / "key").unlink()
    os.mkfifo(site.folder / "key")
    done = finished("run", "-c", str(site.file))

    assert done.returncode == 78
    assert "key` cannot be read (it is no regular file)" in done.stderr


@pytest.mark.parametrize("name", ["automaton.yml", "rules.d/rules.yml", "packs.d/own.yml"])
def test_a_configuration_that_everybody_may_write_is_not_run(tmp_path: Path, name: str) -> None:
    site = a_site(tmp_path / "site")
    (site.folder / "packs.d").mkdir()
    (site.folder / "packs.d" / "own.yml").write_text("pack: own\nmatch: {egg: [own]}\n")
    (site.folder / name).chmod(0o646)
    done = finished("run", "-c", str(site.file))

    assert done.returncode == 78
    assert f"{name}:1:1: error: everybody on this machine may write this" in done.stderr
