"""What is said where no daemon runs: the sentence names the way to start the one that was meant."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from automaton.errors import ConfigurationError
from automaton.settings.state_folder import state_folder
from automaton.settings.usual_paths import USUAL_STATE

# A unit may name another file or state than the usual ones; they lie below these all the same.
FILES_OF_SERVICES = Path("/etc")
STATES_OF_SERVICES = Path("/var/lib")


def no_daemon(config: Path) -> str:
    """One sentence, for stderr."""
    if not _is_there(config):
        return f"there is no {config}: name yours by `-c` or AUTOMATON_CONFIG"
    return f"no daemon runs by {config}: start it with `{start_of(config, _state(config))}`"


def start_of(config: Path, state: Path) -> str:
    """The command that starts a daemon with this file and state: of the service, or by hand."""
    if config.absolute().is_relative_to(FILES_OF_SERVICES) and state.is_relative_to(STATES_OF_SERVICES):
        return "systemctl start automaton"
    return f"automaton run -c {quote(str(config))}"


def _is_there(config: Path) -> bool:
    try:
        return config.exists()
    except PermissionError:  # who may ask the service need not be able to look into the folder of its file
        return True


def _state(config: Path) -> Path:
    try:
        return state_folder(config)
    except ConfigurationError:  # the daemon reports the mistakes of its file itself
        return USUAL_STATE
