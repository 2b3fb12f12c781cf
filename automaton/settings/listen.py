"""Where the control socket is: for the daemon that makes it, and for the commands that look for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from automaton.settings.model import Settings

NAME = "control.sock"
RUNTIME = "RUNTIME_DIRECTORY"  # systemd names the service's own folder so
OF_THE_SERVICE = Path("/run/automaton")


def control_sockets(settings: Settings | None, env: Mapping[str, str]) -> list[Path]:
    """The places, the daemon's own first. Its shell is not the operator's: the service's folder follows.

    `settings` None: the file cannot be read, and the usual places are left.
    """
    if settings is not None and settings.listen.socket is not None:
        return [settings.listen.socket]
    # systemd separates several folders by colons
    own = [Path(folder) for folder in env.get(RUNTIME, "").split(":") if folder][:1]
    usual = Settings().state
    state = settings.state if settings is not None else usual
    # Another state is another daemon: what is asked of it must not go to the service.
    service = [OF_THE_SERVICE] if state == usual else []
    return list(dict.fromkeys(folder / NAME for folder in [*own, state, *service]))
