"""`python -m automaton.daemon.page DESCRIPTOR`: started by the daemon, and by nobody else."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from contextlib import suppress

import anyio

from automaton.daemon.page.server import serve_page

CALMLY = 5  # nice(1): a flood of requests must not take the processor from the engine

FILES = 2048
"""Open at once: connections fit four times, that of the proxy's socket too."""


def main(descriptor: str) -> None:
    """Serves at the socket that was handed over, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it is for the daemon, which ends us
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with suppress(OSError):  # the unit's sandbox forbids it: then the kernel shares the processor evenly
        os.nice(CALMLY)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    with socket.socket(fileno=int(descriptor)) as listener:
        anyio.run(serve_page, listener, sys.stdin.fileno())


if __name__ == "__main__":
    main(sys.argv[1])
