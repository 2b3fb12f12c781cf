"""Detects crashes of one server.

A crash is a change of state that we saw, `running` or `starting` to `offline` without `stopping`,
explained by a crash line of the daemon within five seconds, before or after: Wings keeps no order
between the two (protocol.md 4.4). Lines alone are never a crash, for a game can print them.

A start that failed before its container ran is no crash, though Wings handles it as one (protocol.md 5.1):
`StartFailed` takes the place of `crash`, and `crash.unhandled` follows all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from automaton.core.events import NO_FIELDS, Event, FieldValue, Occurred, StartFailed, State
from automaton.core.moment import Moment
from automaton.wings.daemon_lines import DaemonLine, DaemonLineKind

EXPLAINED_WITHIN = 5.0  # seconds between the fall and the daemon's first line about it
TOLD_WITHIN = 2.0  # seconds that the exit code and the memory mark may come after the first line
UNHANDLED_AFTER = 120.0  # seconds offline after which nobody restarts it any more

_CRASH_LINES = frozenset(DaemonLineKind) - {DaemonLineKind.DISK_EXCEEDED, DaemonLineKind.THROTTLED}
_GIVING_UP = frozenset(
    {DaemonLineKind.CRASHED_AGAIN, DaemonLineKind.NO_DETECTION, DaemonLineKind.RESTART_FAILED}
)


class CrashDetector:
    """Takes states, daemon lines and the time; gives `crash` and `crash.unhandled`."""

    __slots__ = (
        "_exit_code", "_fell", "_given_up", "_is_failed_start", "_line", "_oom", "_ran", "_server", "_told",
        "_unhandled_at",
    )  # fmt: skip

    def __init__(self, server: str) -> None:
        self._server = server
        self._ran = True  # since the last `starting` that was seen; assumed where none was
        self._told: Mapping[str, FieldValue] | None = None  # the fields of a crash not handled yet
        self._unhandled_at = inf
        self.blinded()

    def blinded(self) -> None:
        """The link is lost: a fall to `offline` without an explanation yet will not get one."""
        self._fell: float | None = None
        self._line: float | None = None
        self._exit_code: int | None = None
        self._oom: bool | None = None
        self._given_up = False
        self._is_failed_start = False

    def changed(self, old: State | None, new: State, now: Moment) -> list[Event]:
        """A change of state, seen as it happened; `old` None where it was not known."""
        if new is State.STARTING:
            self._ran = False
        if new is not State.OFFLINE:
            told = self._tell(now) if self._is_explained() else []  # Wings restarts within milliseconds
            self.blinded()
            self._told, self._unhandled_at = None, inf
            return told
        if old in (State.RUNNING, State.STARTING):
            if self._line is not None and now.mono - self._line > EXPLAINED_WITHIN:
                self.blinded()
            self._fell = now.mono
            self._is_failed_start = old is State.STARTING and not self._ran
            return self._judge(now)
        return []

    def reported(self, state: State, now: Moment) -> list[Event]:
        """A snapshot of the state. It is never a crash, but a server found up needs no help any more."""
        if state is State.OFFLINE:
            return self.advance(now)
        told = self.changed(None, state, now)
        self._ran = True
        return told

    def ran(self) -> None:
        """A reading proves that the container runs."""
        self._ran = True

    def read(self, line: DaemonLine, now: Moment) -> list[Event]:
        """Takes in a line of the daemon."""
        if line.kind not in _CRASH_LINES:
            return []
        if self._told is not None and self._fell is None:  # it is about the crash already told
            return self._unhandled(now) if line.kind in _GIVING_UP else []
        if self._line is None or now.mono - self._line > EXPLAINED_WITHIN:
            self._line = now.mono
        if line.kind is DaemonLineKind.EXIT_CODE:
            self._exit_code = line.value
        elif line.kind is DaemonLineKind.OUT_OF_MEMORY:
            self._oom = bool(line.value)
        elif line.kind in _GIVING_UP:
            self._given_up = True
        return self._judge(now)

    def advance(self, now: Moment) -> list[Event]:
        """What follows from time having passed."""
        if now.mono >= self._unhandled_at:
            return self._unhandled(now)
        if self._is_explained() and now.mono >= self._due():
            return self._tell(now)
        return []

    def next_deadline(self) -> float:
        """The `mono` at which `advance` is next needed."""
        if self._line is None:  # nearly always
            return self._unhandled_at
        return min(self._due() if self._is_explained() else inf, self._unhandled_at)

    def _due(self) -> float:
        return inf if self._line is None else self._line + TOLD_WITHIN

    def _is_explained(self) -> bool:
        if self._fell is None or self._line is None:
            return False
        return abs(self._line - self._fell) <= EXPLAINED_WITHIN

    def _judge(self, now: Moment) -> list[Event]:
        whole = self._exit_code is not None and self._oom is not None
        return self._tell(now) if self._is_explained() and (whole or self._given_up) else []

    def _tell(self, now: Moment) -> list[Event]:
        self._told = {"exit_code": self._exit_code, "oom": self._oom}
        self._unhandled_at = now.mono + UNHANDLED_AFTER
        given_up, failed_start = self._given_up, self._is_failed_start
        self.blinded()
        crash: Event = Occurred(server=self._server, at=now, name="crash", fields=self._told)
        if failed_start:
            crash = StartFailed(server=self._server, at=now)
        return [crash, *self._unhandled(now)] if given_up else [crash]

    def _unhandled(self, now: Moment) -> list[Event]:
        fields = self._told or NO_FIELDS
        self._told, self._unhandled_at = None, inf
        return [Occurred(server=self._server, at=now, name="crash.unhandled", fields=fields)]
