"""Where the control socket is, for the daemon that makes it and the commands that look for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from automaton.errors import ConfigurationError
from automaton.problem import Problem, has_error, problem_at
from automaton.schema import nodes
from automaton.schema.files import read_text
from automaton.schema.nodes import read_all
from automaton.schema.scalar import Scalar
from automaton.settings.usual_paths import USUAL_FILE, USUAL_STATE

if TYPE_CHECKING:
    from automaton.settings.model import Settings

NAME = "control.sock"
RUNTIME = "RUNTIME_DIRECTORY"  # systemd names the service's own folder so
OF_THE_SERVICE = Path("/run/automaton")
# unix(7) takes 107 bytes, and the daemon makes `.control.sock.4194304` beside it first: the longest pid.
LONGEST = 107 - len("..4194304")


def control_socket(settings: Settings, env: Mapping[str, str]) -> Path:
    """Where a daemon of these settings listens."""
    return _candidates(settings.listen.socket, settings.state, env)[0]


def check_socket_path(root: nodes.Mapping, settings: Settings, env: Mapping[str, str]) -> Iterator[Problem]:
    """A path that is too long for a socket: an error where it is named, else a warning at `state`.

    In the second case the daemon runs without its socket, and no command finds it.
    """
    path = control_socket(settings, env)
    length = len(os.fsencode(path))
    if length <= LONGEST:
        return
    named = nodes.find(root, "listen", "socket")
    at = named or root.find("state") or root
    message = (
        f"the path of the control socket, `{path}`, has {length} bytes, and a socket's {LONGEST} at most"
    )
    expected = "a shorter `listen.socket`"
    yield problem_at(
        at.place, "socket-path", message, severity="error" if named else "warning", expected=expected
    )


def control_sockets(path: Path, env: Mapping[str, str]) -> list[Path]:
    """Where a daemon with this file may listen, the likeliest first.

    Only `listen.socket` and `state` are read: a daemon can be told to reload a file with mistakes, and
    reports them itself. Raises ConfigurationError where the file cannot be read at all, or is no YAML, for
    what is meant for another daemon must not be asked of the service. The service's own file need not be
    readable by whoever runs a command.
    """
    text, problems = read_text(path)
    if text is None and path != USUAL_FILE:
        raise ConfigurationError(problems)
    root, mistakes = read_all(text, str(path)) if text is not None else (None, ())
    if root is None and has_error(mistakes) and path != USUAL_FILE:
        raise ConfigurationError(mistakes)
    folder = path.absolute().parent
    socket = _path(nodes.find(root, "listen", "socket"), folder)
    return _candidates(socket, _path(nodes.find(root, "state"), folder) or USUAL_STATE, env)


def _candidates(socket: Path | None, state: Path, env: Mapping[str, str]) -> list[Path]:
    if socket is not None:
        return [socket]
    # systemd separates several folders by colons
    own = [Path(folder) for folder in env.get(RUNTIME, "").split(":") if folder][:1]
    # Another state is another daemon: what is asked of it must not go to the service.
    service = [OF_THE_SERVICE] if state == USUAL_STATE else []
    return list(dict.fromkeys(folder / NAME for folder in [*own, state, *service]))


def _path(value: nodes.Node | None, folder: Path) -> Path | None:
    return folder / str(value) if isinstance(value, Scalar) and value and not value.is_null else None
