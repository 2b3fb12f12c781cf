"""What a process of this machine takes, as the kernel tells; None where it does not."""

from __future__ import annotations

import resource
from pathlib import Path

PAGE = resource.getpagesize()  # bytes


def resident(pid: int, proc: Path = Path("/proc")) -> int | None:
    """Bytes in memory."""
    try:
        return int((proc / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return None
