"""A member as `automaton run` starts it, and what only tests may change of it.

`python -m tests.chaos.member_process -c automaton.yml [--newer] [--stops-at FILE]`. `--newer`: it is the next
release, which writes the next format of logs and reads both. `--stops-at`: once that file is there, the
process is stopped exactly between the look at the lease and the write of a call, and the file goes away.
"""

from __future__ import annotations

import argparse
import os
import signal
from contextlib import suppress
from pathlib import Path

import anyio

import automaton.cluster.log.record as record_format

STOPS_NOW = signal.SIGSTOP


def main() -> int:
    """Runs until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", "--config", type=Path, required=True)
    parser.add_argument("--newer", action="store_true")
    parser.add_argument("--stops-at", type=Path)
    asked = parser.parse_args()
    if asked.newer:
        # Before anybody took the number from there: as a release has it that changed the format.
        record_format.FORMAT += 1
    return _run(asked.config, asked.stops_at)


def _run(path: Path, stops_at: Path | None) -> int:
    # Behind the change of the format, which these read when they are imported.
    from automaton.daemon.cluster.member import ClusterMember
    from automaton.daemon.lock import held
    from automaton.daemon.logs.log_setup import set_up_logs
    from automaton.daemon.main import Hangups, leave, loader
    from automaton.pace.clock import SystemClock
    from automaton.pace.event_loop import fast_loop
    from automaton.settings.control_socket import control_socket

    hangups, env = Hangups(), dict(os.environ)
    load = loader(path, env)
    configuration = load().configuration
    assert configuration is not None
    cluster = configuration.settings.cluster
    assert cluster is not None
    set_up_logs(configuration, env)

    async def stop_here() -> None:
        with suppress(OSError):
            os.unlink(str(stops_at))
            os.kill(os.getpid(), STOPS_NOW)

    async def serve() -> None:
        control = control_socket(configuration.settings, env)
        member = ClusterMember(configuration, load, SystemClock(), cluster, env=env, control=control)
        if stops_at is not None:
            member.process.actions.failpoint = stop_here
        await member.run(hung_up=hangups)

    with held(configuration.settings.state):
        anyio.run(serve, backend_options=fast_loop())
    return leave(0)


if __name__ == "__main__":
    raise SystemExit(main())
