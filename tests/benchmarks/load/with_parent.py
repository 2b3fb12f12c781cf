"""Ends a process with the one that began it: left behind, it would be measured by others."""

from __future__ import annotations

import os
import threading
import time


def end_with_parent() -> None:
    """From here on; called in the process that is to end."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)  # nothing tells a process on every system that its parent is gone
    os._exit(0)
