"""What the commands end with, for shells and systemd. One number has one meaning in all of them.

75 and 78 are EX_TEMPFAIL and EX_CONFIG of sysexits.h; 3 is what `systemctl status` ends with where a unit
does not run.
"""

from __future__ import annotations

import errno

from automaton.errors import AutomatonError, ConfigurationError, Unusable, Weather

OK = 0
FAILED = 1
USAGE = 2
NOT_RUNNING = 3
DEGRADED = 4
TRY_AGAIN = 75
CONFIGURATION_ERROR = 78
INTERRUPTED = 130
"""By Ctrl-C: 128 and the number of SIGINT, as shells have it."""

MEANINGS = {
    OK: "All good.",
    FAILED: "Failed: a test, a command, nothing found.",
    USAGE: "The command line is wrong.",
    NOT_RUNNING: "No daemon runs, where it is asked.",
    DEGRADED: "`status`: it runs, and something is not well.",
    TRY_AGAIN: "Try again: somebody does not answer, a port is taken, a disk is full.",
    CONFIGURATION_ERROR: "A mistake in a file, or one that cannot be used: restarting does not help.",
    INTERRUPTED: "Ended by Ctrl-C.",
}
"""What the manual says of each."""

_MAY_PASS = frozenset(
    {
        errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EAGAIN, errno.EBUSY, errno.ECONNABORTED,
        errno.ECONNREFUSED, errno.ECONNRESET, errno.EDQUOT, errno.EHOSTUNREACH, errno.EINTR, errno.EIO,
        errno.EMFILE, errno.ENETDOWN, errno.ENETUNREACH, errno.ENFILE, errno.ENOBUFS, errno.ENOLCK,
        errno.ENOMEM, errno.ENOSPC, errno.EPIPE, errno.ESTALE, errno.ETIMEDOUT, errno.ETXTBSY,
    }
)  # fmt: skip
"""What may be otherwise later, with no file changed. All else needs a person: restarting does not help."""


def exit_code_of(problem: AutomatonError | OSError) -> int:
    """78 for a mistake in a file, or one that cannot be used; 75 for what may pass by itself; else 1."""
    match problem:
        case ConfigurationError() | Unusable():
            return CONFIGURATION_ERROR
        case Weather():
            return TRY_AGAIN
        case OSError():
            return TRY_AGAIN if problem.errno in _MAY_PASS else CONFIGURATION_ERROR
    return FAILED
