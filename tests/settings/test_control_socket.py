"""Where the control socket is: the daemon and the commands come to the same answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from automaton.errors import ConfigurationError
from automaton.settings.control_socket import LONGEST, control_socket, control_sockets
from automaton.settings.load import check
from automaton.settings.usual_paths import USUAL_FILE

SERVICE = Path("/run/automaton/control.sock")
USUAL = Path("/var/lib/automaton/control.sock")
RUNTIME = {"RUNTIME_DIRECTORY": "/run/other:/run/more"}


@pytest.mark.parametrize(
    ("text", "env", "places"),
    [
        ("listen: {socket: x.sock}", RUNTIME, ["x.sock"]),
        ("listen: {socket: /x.sock}\nstate: s", {}, ["/x.sock"]),
        ("state: s", {}, ["s/control.sock"]),
        ("state: s", RUNTIME, ["/run/other/control.sock", "s/control.sock"]),
        ("rules: r", {}, [USUAL, SERVICE]),
    ],
)
def test_the_commands_look_first_where_the_daemon_listens(
    tmp_path: Path, text: str, env: dict[str, str], places: list[str]
) -> None:
    """Another state is another daemon: what is asked of it does not go to the service."""
    path = tmp_path / "automaton.yml"
    path.write_text(text + "\npanels: {main: {url: 'https://a.test', keys: [{credential: k}]}}\n")
    settings = check(path.read_text(), path, env, in_service=False).settings
    assert settings is not None

    assert control_sockets(path, env) == [tmp_path / place for place in places]
    assert control_socket(settings, env) == tmp_path / places[0]


@pytest.mark.parametrize("text", ["state: s\nchanels: {}", "state: s\npanels: 7", "state: s\nlisten: []"])
def test_a_file_with_mistakes_still_tells_where_to_ask(tmp_path: Path, text: str) -> None:
    path = tmp_path / "automaton.yml"
    path.write_text(text)

    assert control_sockets(path, {}) == [tmp_path / "s" / "control.sock"]


@pytest.mark.parametrize("text", ["[]", "state: []", "state:"])
def test_a_file_that_tells_nothing_leaves_the_usual_places(tmp_path: Path, text: str) -> None:
    path = tmp_path / "automaton.yml"
    path.write_text(text)

    assert control_sockets(path, {}) == [USUAL, SERVICE]


def test_a_file_that_was_named_and_cannot_be_read_is_not_taken_for_the_service_s(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nome\.yml:1:1: error: there is no such file"):
        control_sockets(tmp_path / "nome.yml", {})

    (tmp_path / "broken.yml").write_text("state: s\nlisten: {socket: x.sock}\npanels: {")
    with pytest.raises(ConfigurationError, match=r"broken\.yml:4:1: error: .* the rest of this file"):
        control_sockets(tmp_path / "broken.yml", {})

    assert control_sockets(USUAL_FILE, {})  # whoever asks need not be able to read it


@pytest.mark.parametrize(
    ("text", "env", "told"),
    [
        ("listen: {{socket: {path}}}", {}, [("error", 1, 18)]),
        ("listen: {{socket: {path}}}", RUNTIME, [("error", 1, 18)]),
        ("state: {path}", {}, [("warning", 1, 8)]),
        ("state: {path}", RUNTIME, []),
    ],
)
def test_a_path_that_is_too_long_for_a_socket_is_told_with_its_place(
    tmp_path: Path, text: str, env: dict[str, str], told: list[tuple[str, int, int]]
) -> None:
    text = text.format(path="/" + "x" * LONGEST)
    text += "\npanels: {main: {url: 'https://a.test', keys: [{credential: k}]}}\n"
    problems = check(text, tmp_path / "automaton.yml", env, in_service=False).problems

    found = [one for one in problems if one.code == "socket-path"]
    assert [(one.severity, one.line, one.column) for one in found] == told


def test_the_longest_path_that_is_taken_can_be_listened_at(tmp_path: Path) -> None:
    """The daemon makes the socket beside it, with the longest of its numbers, and moves it there."""
    path = tmp_path / ("x" * (LONGEST - len(f"{tmp_path}/")))
    beside = path.with_name(f".{path.name}.4194304")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(beside))
    beside.unlink()

    assert len(str(path)) == LONGEST
