"""Where the control socket is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.settings.listen import control_sockets
from automaton.settings.model import Listen, Settings

STATE = Path("/srv/state")
SERVICE = Path("/run/automaton/control.sock")


@pytest.mark.parametrize(
    ("settings", "env", "places"),
    [
        (Settings(state=STATE, listen=Listen(socket=Path("/x.sock"))), {}, [Path("/x.sock")]),
        (Settings(state=STATE), {}, [STATE / "control.sock"]),
        (Settings(), {}, [Path("/var/lib/automaton/control.sock"), SERVICE]),
        (
            Settings(state=STATE),
            {"RUNTIME_DIRECTORY": "/run/other:/run/more"},
            [Path("/run/other/control.sock"), STATE / "control.sock"],
        ),
        (None, {}, [Path("/var/lib/automaton/control.sock"), SERVICE]),
    ],
)
def test_the_daemons_own_place_comes_first_and_another_state_is_another_daemon(
    settings: Settings | None, env: dict[str, str], places: list[Path]
) -> None:
    assert control_sockets(settings, env) == places
