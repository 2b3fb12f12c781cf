"""Whether a socket is answered. The daemon and the commands that look for it ask before anything else."""

from __future__ import annotations

import socket
from pathlib import Path

WITHIN = 1.0  # seconds: what accepts does so at once


def is_answered(path: Path) -> bool:
    """True where somebody accepts connections at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(WITHIN)
        try:
            probe.connect(str(path))
        except TimeoutError:
            return True  # its queue is full: somebody is there
        except OSError:
            return False
        return True
