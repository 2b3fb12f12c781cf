"""What the commands end with, for shells and systemd. One number has one meaning in all of them.

75 and 78 are EX_TEMPFAIL and EX_CONFIG of sysexits.h; 3 is what `systemctl status` ends with where a unit
does not run.
"""

from __future__ import annotations

from automaton.errors import AutomatonError, ConfigurationError, Weather

OK = 0
FAILED = 1
USAGE = 2
NOT_RUNNING = 3
DEGRADED = 4
TRY_AGAIN = 75
CONFIGURATION_ERROR = 78
INTERRUPTED = 130
"""By Ctrl-C: 128 and the number of SIGINT, as shells have it."""


def exit_code_of(problem: AutomatonError) -> int:
    """78 for a mistake in a file, 75 for what may pass by itself, else 1."""
    match problem:
        case ConfigurationError():
            return CONFIGURATION_ERROR
        case Weather():
            return TRY_AGAIN
    return FAILED
