"""Becomes a game: takes the terminal on stdin for its own, changes the user, and is replaced by the program.

Run as a script of its own, `python -I -S launch.py USER PROGRAM ARGUMENT…`, for none of this may be done
between fork and exec of a process that has threads. Standard library only. USER is empty for no change.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import signal
import sys
import termios

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 126  # as a shell says it


def main(user: str, command: list[str]) -> None:
    """Does not come back, unless the program cannot be run."""
    parent = os.getppid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if user:
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    # After the change of user, which would take it back.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(CANNOT_RUN)  # whoever wanted it is gone already
    # Python ignores these two, and what is ignored stays so in the program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is meant
    except OSError as problem:
        print(f"{command[0]} cannot be run: {problem.strerror}", file=sys.stderr)  # noqa: T201 - a terminal
        sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
