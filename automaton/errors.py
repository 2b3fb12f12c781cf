"""Every error that automaton raises on purpose.

    AutomatonError
    ├── ConfigurationError     files are wrong; carries every problem with its place (exit 78)
    ├── Invalid                one value is wrong; carries its problem to whoever knows the place
    ├── Weather                may pass by itself; retried with growing waits
    │   ├── Unreachable        nobody answered, or the connection broke
    │   └── TryLater           somebody answered: not now; carries the wait that was asked for
    └── Refused                an answer that no retry turns; carries what an operator can do
        ├── Untrusted          the certificate of who answers does not hold
        └── Unusable           a file or folder is missing, or is not what it has to be (exit 78)

What is none of these is a bug: it ends the daemon loudly, and systemd starts it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from automaton.problem import Problem


class AutomatonError(Exception):
    """The root of the tree."""


class ConfigurationError(AutomatonError):
    """Files that cannot be used as they are; `problems` says each mistake with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Invalid(AutomatonError, ValueError):
    """A text or value that cannot be what it is to be.

    Also a ValueError, which pydantic takes from a validator: it comes back with the path to the value.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


class Weather(AutomatonError):
    """May pass by itself."""


class Unreachable(Weather):
    """Nobody answered, or the connection broke before the answer."""


class TryLater(Weather):
    """Somebody answered: not now."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        """`after` is the wait in seconds that the answer asked for, None where it asked for none."""
        self.after = after
        super().__init__(message)


class Refused(AutomatonError):
    """An answer that no retry turns."""

    def __init__(self, message: str, *, status: int | None = None, code: str = "") -> None:
        """`status` is the HTTP status, `code` the Panel's name of the error."""
        self.status = status
        self.code = code
        super().__init__(message)


class Untrusted(Refused):
    """The certificate of who answers does not hold."""


class Unusable(Refused):
    """A file or a folder is missing, or is not what it has to be."""
