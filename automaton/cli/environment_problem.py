"""What is wrong around a command, as one sentence and an exit code: files, rights, ports, disks, terminals.

The one seam for what no command translated itself. A fault of ours is none of these, and keeps its traceback.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from automaton.errors import AutomatonError
from automaton.workbench.exit_code import CONFIGURATION_ERROR, TRY_AGAIN, exit_code_of
from automaton.workbench.terminal import failure

_MAY_PASS = frozenset(
    {
        errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EAGAIN, errno.EBUSY, errno.ECONNABORTED,
        errno.ECONNREFUSED, errno.ECONNRESET, errno.EDQUOT, errno.EHOSTUNREACH, errno.EINTR, errno.EIO,
        errno.EMFILE, errno.ENETDOWN, errno.ENETUNREACH, errno.ENFILE, errno.ENOBUFS, errno.ENOLCK,
        errno.ENOMEM, errno.ENOSPC, errno.EPIPE, errno.ESTALE, errno.ETIMEDOUT, errno.ETXTBSY,
    }
)  # fmt: skip
"""What may be otherwise later, with no file changed. All else needs a person: restarting does not help."""


@dataclass(frozen=True, slots=True)
class EnvironmentProblem:
    """A sentence for people, and what the command ends with."""

    sentence: str
    exit_code: int


def environment_problem(problem: BaseException) -> EnvironmentProblem | None:
    """What to say of it; None for what is none of the environment's doing, but a fault of ours."""
    match problem:
        case BaseExceptionGroup():
            found = [environment_problem(one) for one in problem.exceptions]
            return found[0] if all(found) else None
        case AutomatonError():
            return EnvironmentProblem(str(problem), exit_code_of(problem))
        case OSError():
            code = TRY_AGAIN if problem.errno in _MAY_PASS else CONFIGURATION_ERROR
            return EnvironmentProblem(failure(problem), code)
    return None
