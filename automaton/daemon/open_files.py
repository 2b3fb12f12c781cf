"""How many files this process may have open: each server is a connection, and each connection is one."""

from __future__ import annotations

import resource

MOST = 65_536
"""Beyond what one process links to. Programs that `exec` starts inherit it, and some of them close every
number up to it before they begin."""


def allow_many() -> int:
    """Raises the limit to what this process may give itself, up to MOST; gives what it is now.

    A shell's is 1024 as a rule, for old programs that call select(2), and would end the list there.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
