"""The exit codes of `automaton run`, as whoever started it sees them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from automaton.daemon.lock import held

SETTINGS = "panels: {main: {url: 'http://127.0.0.1:9', keys: [{file: key}]}}\nstate: state\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("ptlc_x")
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "automaton.yml").write_text(SETTINGS)
    return tmp_path / "automaton.yml"


def run(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys; from automaton.cli.main import main; main()", "run"]
    return subprocess.run(
        [*command, "-c", str(file)], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_second_daemon_exits_75_and_names_the_first(file: Path) -> None:
    with held(file.parent / "state"):
        ended = run(file)

    assert ended.returncode == 75
    assert f"(process {os.getpid()})" in ended.stderr


def test_a_daemon_whose_socket_another_answers_exits_75_and_names_it(file: Path) -> None:
    """It has another state, so that no lock tells."""
    file.write_text(SETTINGS + "listen: {socket: here.sock}\n")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(file.parent / "here.sock"))
        other.listen()
        ended = run(file)

    assert ended.returncode == 75
    assert f"(process {os.getpid()}) answers at {file.parent / 'here.sock'}" in ended.stderr


def test_a_state_folder_that_cannot_be_made_is_a_mistake_in_the_file(file: Path) -> None:
    file.write_text(SETTINGS.replace("state: state", "state: key/state"))

    ended = run(file)

    assert ended.returncode == 78
    assert "name one in `state`" in ended.stderr


def test_a_mistake_exits_78_with_its_place(file: Path) -> None:
    file.write_text(SETTINGS + "heartbeet: {}\n")

    ended = run(file)

    assert ended.returncode == 78
    assert "automaton.yml:3:1: error: unknown key `heartbeet`, did you mean `heartbeat`?" in ended.stderr
