"""`python -m automaton.daemon.page DESCRIPTOR`: started by the daemon, and by nobody else."""

from __future__ import annotations

import os
import signal
import socket
import sys

import anyio

from automaton.daemon.page.server import serve_page

CALMLY = 5  # nice(1): a flood of requests must not take the processor from the engine


def main(descriptor: str) -> None:
    """Serves at the socket that was handed over, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it is for the daemon, which ends us
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.nice(CALMLY)
    with socket.socket(fileno=int(descriptor)) as listener:
        anyio.run(serve_page, listener, sys.stdin.fileno())


if __name__ == "__main__":
    main(sys.argv[1])
