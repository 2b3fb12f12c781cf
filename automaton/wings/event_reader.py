"""From Wings' events to ours: states, figures, lines, and what has a name of its own.

It outlives reconnects: it knows the state last heard, so that the first status of a
connection is a report and never a change. Where events are known to be lost, the state is
asked for, and the first reading reports it. A status that was lost unnoticed, the first of a
connection too, is inferred from two readings in a row that say otherwise (protocol.md 4.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from math import inf

from automaton.core.events import (
    NO_FIELDS,
    FieldValue,
    LinePrinted,
    Occurred,
    Overflow,
    Source,
    State,
    StateChanged,
    StateReported,
)
from automaton.core.moment import Moment
from automaton.match.lines import daemon_text, split_event
from automaton.wings.causes import Cause
from automaton.wings.crash_detector import CrashDetector
from automaton.wings.daemon_lines import DaemonLineKind, read_daemon_line
from automaton.wings.frames import read_backup, read_state, read_stats, write_frame
from automaton.wings.session_output import Ended, ListAgain, Output, SendFrame

SECOND_READING_AFTER = 2.0  # seconds from a reading that disagreed to the request for a second one
ASKED_NO_OFTENER = 5.0  # seconds between two `send stats`; Wings refills one a second (protocol.md 3.1)
SILENT_AFTER = 60.0  # seconds `running` without a reading: Wings sends one a second, unless it is a zombie

_SEND_STATS = SendFrame(write_frame("send stats"))
_OVER = frozenset({"completed", "success", "failed", "failure", "cancelled"})
_MOVED = frozenset({"completed", "success"})


class EventReader:
    """The reader of one server's session; `counts` is shared with it.

    `hastens`: the last reading brought a deadline nearer.
    """

    __slots__ = ("_ask_at", "_asked", "_disagreed", "_reading_is_report", "_server", "_stats_at",
                 "_status_is_report", "counts", "crash", "hastens", "state")  # fmt: skip

    def __init__(self, server: str, counts: Counter[str]) -> None:
        self._server = server
        self.counts = counts
        self.crash = CrashDetector(server)
        self.state: State | None = None
        self.hastens = False
        self._asked = -inf
        self.closed()

    def closed(self) -> None:
        """The connection is gone. The state last heard stays known, to tell a report from a change."""
        self._status_is_report = True
        self._reading_is_report = False
        self._disagreed: State | None = None
        self._ask_at = self._stats_at = inf
        self.crash.blinded()

    @property
    def state_now(self) -> State | None:
        """The state; None where it is yet to be told, on this connection or after a gap."""
        return None if self._is_untold else self.state

    def begun(self, now: Moment) -> None:
        """The first `auth` of a connection succeeded, and a status follows it (protocol.md 2.4)."""
        self._stats_at = now.mono

    def resumed(self, now: Moment) -> list[Output]:
        """Events come through again on the same socket: the state is asked for (protocol.md 2.6).

        The first reading is the snapshot: no status comes by itself, and nobody knows whether one was lost.
        """
        self._reading_is_report = True
        self._stats_at = now.mono
        self._asked = now.mono
        self._ask_at = now.mono + ASKED_NO_OFTENER  # Wings may drop the question, unread (protocol.md 3.1)
        return [_SEND_STATS]

    def read(self, event: str, text: str, now: Moment) -> list[Output]:
        """What one event of Wings means, by its name and first argument."""
        reader = _READERS.get(event)
        if reader is None:
            self.counts["frames_ignored"] += 1
            return []
        return reader(self, text, now)

    def advance(self, now: Moment) -> list[Output]:
        """What follows from time having passed."""
        outputs: list[Output] = [*self.crash.advance(now)]
        if now.mono >= self._ask_at:
            self._ask_at = now.mono + ASKED_NO_OFTENER if self._reading_is_report else inf
            self._asked = now.mono
            outputs.append(_SEND_STATS)
        if now.mono >= self._silent_at():
            silence = "no reading for a minute although the server runs"
            if self._is_untold:
                silence = "no word of the server's state for a minute"
            outputs.append(Ended(Cause.SILENT, silence))
        return outputs

    def next_deadline(self) -> float:
        """The `mono` at which `advance` is next needed."""
        deadline, silent = self.crash.next_deadline(), self._silent_at()
        deadline = silent if silent < deadline else deadline
        return self._ask_at if self._ask_at < deadline else deadline

    @property
    def _is_untold(self) -> bool:
        return self._status_is_report or self._reading_is_report

    def _silent_at(self) -> float:
        # G11 leaves a deleted server's socket open, answering but telling nothing (protocol.md 9.32).
        return self._stats_at + SILENT_AFTER if self.state is State.RUNNING or self._is_untold else inf

    def _status(self, text: str, now: Moment) -> list[Output]:
        state = read_state(text)
        if state is None:
            self.counts["frames_unreadable"] += 1
            return []
        self._disagreed, self._ask_at = None, inf
        old, self.state = self.state, state
        # After a gap a status is a live change, unless it repeats the last one: then it is a report.
        is_report = self._status_is_report or (self._reading_is_report and state is old)
        self._status_is_report = self._reading_is_report = False
        if state is State.RUNNING and old is not State.RUNNING:
            self._stats_at = now.mono
        if is_report:
            self._stats_at = now.mono
            return [StateReported(server=self._server, at=now, state=state), *self.crash.reported(state, now)]
        if state is old:
            return []  # two fast changes may repeat the last (protocol.md 4.4)
        changed = StateChanged(server=self._server, at=now, state=state)
        return [changed, *self.crash.changed(old, state, now)]

    def _stats(self, text: str, now: Moment) -> list[Output]:
        reading = read_stats(text)
        if reading is None:
            self.counts["stats_unreadable"] += 1
            return []
        self.hastens = False
        report, state = reading.as_event(self._server, now), read_state(reading.state)
        if state is not None or not self._is_untold:  # else it is no word of the state that is awaited
            self._stats_at = now.mono
        if reading.uptime_ms > 0 and self.state is not State.OFFLINE:
            self.crash.ran()
        if self._reading_is_report and state is not None:
            self._status_is_report = self._reading_is_report = False
            self._disagreed = state
            return [*self._heal(state, now), report]
        if state is None or (state is self.state and not self._status_is_report):
            self._disagreed = None
            if state is not None or not self._reading_is_report:  # else what was asked is not answered
                self._ask_at = inf
            return [report]
        return [*self._heal(state, now), report]

    def _heal(self, state: State, now: Moment) -> list[Output]:
        if state is not self._disagreed:
            self._disagreed = state
            self._ask_at = max(now.mono + SECOND_READING_AFTER, self._asked + ASKED_NO_OFTENER)
            self.hastens = True
            return []
        self._disagreed, self._ask_at = None, inf
        self._status_is_report = False
        if state is not self.state:
            self.state = state
            self.counts["states_healed"] += 1
        return [StateReported(server=self._server, at=now, state=state), *self.crash.reported(state, now)]

    def _console(self, text: str, now: Moment) -> list[Output]:
        daemon_line = daemon_text(text)
        if daemon_line is None:
            return self._lines(text, Source.GAME, now)
        outputs: list[Output] = self._lines(text, Source.DAEMON, now)
        meaning = read_daemon_line(daemon_line)
        if meaning is None:
            return outputs
        if meaning.kind is DaemonLineKind.DISK_EXCEEDED:
            outputs.append(self._occurred("disk.exceeded", now))
        elif meaning.kind is DaemonLineKind.THROTTLED:
            outputs.append(self._occurred("console.throttled", now))
        outputs.extend(self.crash.read(meaning, now))
        return outputs

    def _install_line(self, text: str, now: Moment) -> list[Output]:
        return self._lines(text, Source.INSTALL, now)

    def _daemon_line(self, text: str, now: Moment) -> list[Output]:
        return self._lines(text, Source.DAEMON, now)

    def _lines(self, text: str, source: Source, now: Moment) -> list[Output]:
        outputs: list[Output] = []
        for piece in split_event(text):
            origin = Source.CONTINUATION if piece.continuation else source
            outputs.append(LinePrinted(server=self._server, at=now, text=piece.text, source=origin))
            if piece.cut:
                self.counts["lines_cut"] += 1
            if piece.left_out:
                outputs.append(Overflow(server=self._server, at=now, lines=piece.left_out))
        return outputs

    def _backup(self, text: str, now: Moment) -> list[Output]:
        end = read_backup(text)
        return [self._occurred("backup.completed", now, {"ok": end.ok, "uuid": end.uuid})]

    def _transfer(self, text: str, now: Moment) -> list[Output]:
        status = text[:64] if text.isprintable() else None
        outputs: list[Output] = [self._occurred("transfer", now, {"status": status})]
        if text in _OVER:
            outputs.append(ListAgain())
        if text in _MOVED:
            outputs.append(Ended(Cause.MOVED, "the transfer is complete"))
        return outputs

    def _deleted(self, text: str, now: Moment) -> list[Output]:
        return [self._occurred("server.deleted", now), Ended(Cause.DELETED, "Wings said so")]

    def _occurred(self, name: str, now: Moment, fields: Mapping[str, FieldValue] = NO_FIELDS) -> Occurred:
        return Occurred(server=self._server, at=now, name=name, fields=fields)


def _named(name: str) -> Callable[[EventReader, str, Moment], list[Output]]:
    return lambda reader, _, now: [reader._occurred(name, now)]


# Section 4 of protocol.md. Any other event is ignored and counted: Pelican's `feature match`,
# elytra's `backup.status`, Calagopus' extras, and whatever comes next.
_READERS: dict[str, Callable[[EventReader, str, Moment], list[Output]]] = {
    "status": EventReader._status,
    "stats": EventReader._stats,
    "console output": EventReader._console,
    "daemon message": EventReader._daemon_line,
    "install started": _named("install.started"),
    "install output": EventReader._install_line,
    "install completed": _named("install.completed"),
    "backup completed": EventReader._backup,
    "backup restore completed": _named("backup.restored"),
    "transfer status": EventReader._transfer,
    "transfer logs": EventReader._daemon_line,
    "deleted": EventReader._deleted,
}
