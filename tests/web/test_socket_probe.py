"""A socket is answered where somebody listens, and nowhere else."""

from __future__ import annotations

import socket
from pathlib import Path

from automaton.web.socket_probe import is_answered


def test_only_where_somebody_listens_it_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    before = is_answered(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        bound = is_answered(path)
        listener.listen()
        listening = is_answered(path)
    left_behind = is_answered(path)

    assert (before, bound, listening, left_behind) == (False, False, True, False)
