"""From a file to a running daemon, and back to an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import anyio

from automaton.configuration.load import CheckedConfiguration, Configuration, load_configuration
from automaton.daemon.app import Daemon
from automaton.daemon.garbage_collection import tune
from automaton.daemon.lock import held, refuse_if_answered
from automaton.daemon.logs.log_setup import set_up_logs
from automaton.daemon.open_files import allow_many
from automaton.daemon.recorder import Sink
from automaton.daemon.state_folder import StateFolder
from automaton.errors import Refused, TryLater
from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.printable import say
from automaton.settings.control_socket import control_socket

OK, TRY_AGAIN, CONFIGURATION_ERROR = 0, 75, 78


def main(path: Path, recording: Sink | None = None) -> int:
    """Runs until it is told to end. `recording` takes what the engine is given.

    78 where the configuration is wrong, so that nobody restarts it; 75 where another one uses the state or
    answers at the control socket.
    """
    hangups = Hangups()
    env = dict(os.environ)
    load = loader(path, env)
    found = load()
    for problem in found.problems:
        say(str(problem), err=True)  # before there is a log
    if found.configuration is None:
        return CONFIGURATION_ERROR
    set_up_logs(found.configuration, env)
    allow_many()
    try:
        with held(found.configuration.settings.state):
            refuse_if_answered(control_socket(found.configuration.settings, env))
            anyio.run(_serve, found.configuration, load, env, hangups, recording, backend_options=fast_loop())
    except (TryLater, Refused) as problem:
        say(f"automaton: {problem}", err=True)  # for whoever started it
        return TRY_AGAIN if isinstance(problem, TryLater) else CONFIGURATION_ERROR
    return leave(OK)


class Hangups:
    """Remembers a SIGHUP that comes before the daemon listens for it: otherwise it would end the process."""

    def __init__(self) -> None:
        self._seen = False
        signal.signal(signal.SIGHUP, self._take)

    def __call__(self) -> bool:
        """Whether one has come."""
        return self._seen

    def _take(self, _number: int, _frame: object) -> None:
        self._seen = True


def leave(code: int) -> int:
    """The exit code; a thread that hangs in a chat service must not keep the process from ending."""
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def loader(path: Path, env: dict[str, str]) -> Callable[[], CheckedConfiguration]:
    """What reads automaton.yml, packs and rules anew at each call."""
    return lambda: load_configuration(path, env)


async def _serve(
    configuration: Configuration,
    load: Callable[[], CheckedConfiguration],
    env: dict[str, str],
    hangups: Hangups,
    recording: Sink | None,
) -> None:
    control = control_socket(configuration.settings, env)
    tune()  # before thousands of states are read
    cluster = configuration.settings.cluster
    if cluster is not None:
        # Nothing of it is imported where no cluster is configured.
        from automaton.daemon.cluster.member import ClusterMember

        member = ClusterMember(configuration, load, SystemClock(), cluster, env=env, control=control)
        await member.run(hung_up=hangups)
        return
    state = StateFolder(configuration.settings)
    daemon = Daemon(
        configuration, load, SystemClock(), env=env, control=control, recording=recording, state=state
    )
    await daemon.run(hung_up=hangups)
