"""Becomes a game: makes stdin its controlling terminal, changes the user, and execs the program.

Run as a script, `python -I -S launch.py USER PROGRAM ARGUMENT…`, for none of this is safe between fork and
exec of a process that has threads. Standard library only. An empty USER changes nothing.
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
CANNOT_RUN = 126  # a shell's exit code for it


def main(user: str, command: list[str]) -> None:
    """Does not return, unless the program cannot be run."""
    parent = os.getppid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if user:
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    # After the change of user, which would reset it.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(CANNOT_RUN)  # the parent died before the line above took effect
    # Python ignores these two, and an ignored signal stays ignored over exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is meant
    except OSError as problem:
        # Nothing of ours can be imported here, and what reads this terminal is a console like any other.
        print(f"{command[0]} cannot be run: {problem.strerror}", file=sys.stderr)  # noqa: T201
        sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
