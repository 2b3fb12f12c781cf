"""Records what the engine is given: each row before it is judged, in its order.

The daemon opens no file for those who ask: with `DynamicUser` it has no folder that they could read, and
a name that it opened for them would be a way to write where they may not. So rows go through the control
socket, and who asked writes them. Nobody is waited for: who falls behind has an end of it, for a
recording with a gap would tell lies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import anyio
import anyio.to_thread
import structlog
from anyio import CancelScope

from automaton import __version__
from automaton.core import events as ev
from automaton.core.decision import Decision
from automaton.core.engine import Engine
from automaton.core.events import Event
from automaton.core.facts.facts import Facts
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.gates.armed import dump_armed
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rulebook
from automaton.core.scope import ALONE, Place, Scope
from automaton.pace.clock import Clock
from automaton.web.recording_format import (
    FORMAT,
    FORMAT_OF_SHARE,
    Adopted,
    CallAsked,
    RecordedShare,
    RecordingEnd,
    RecordingHeader,
    Row,
    write_memory,
    write_row,
)

LARGEST_BACKLOG = 32 * 1024 * 1024  # bytes not yet taken; a minute of a thousand busy servers
BREATH = 0.25  # seconds between two takings, so that one takes many rows
PULSE = 5.0  # seconds; after a longer pause the reader may take us for dead
FELL_BEHIND = "whoever writes it fell behind"
ENDS = "the daemon ends"


@dataclass(frozen=True, slots=True)
class Sink:
    """Who writes a recording: rows as they come, `part` bytes a file."""

    write: Callable[[bytes], object]
    part: int


class Recording:
    """Rows on their way. `part` bytes fill a file; a new one begins with a header row."""

    def __init__(self, id_: str, part: int) -> None:
        self.id = id_
        self.parts = 0
        self.ended = False
        self._part = part
        self._in_part = 0
        self._rows: list[bytes] = []
        self._waiting = 0
        self._news = anyio.Event()

    @property
    def is_full(self) -> bool:
        """Whether the next row belongs into another file."""
        return self._in_part >= self._part

    def begin_part(self, rows: Sequence[bytes]) -> None:
        """The header and what is known already, which do not count towards a full file."""
        self.parts += 1
        self.add(b"".join(rows))
        self._in_part = 0

    def add(self, row: bytes) -> None:
        """One row more; after the end nothing."""
        if self.ended:
            return
        self._rows.append(row)
        self._in_part += len(row)
        self._waiting += len(row)
        self._news.set()
        if self._waiting > LARGEST_BACKLOG:
            self._rows.clear()
            self.end(FELL_BEHIND)

    def end(self, reason: str = "") -> None:
        """Nothing more is recorded; what waits can still be taken."""
        if not self.ended:
            self._rows.append(write_row(RecordingEnd(reason)))
            self.ended = True
            self._news.set()

    async def take(self, within: float | None = None) -> bytes:
        """Rows, as soon as there are some or `within` seconds are over; empty after the end."""
        with anyio.move_on_after(within):
            await self._news.wait()
            if not self.ended:
                await anyio.sleep(BREATH)
        return self.rest()

    def rest(self) -> bytes:
        """All rows that wait, at once."""
        rows, self._rows, self._waiting = self._rows, [], 0
        if not self.ended:
            self._news = anyio.Event()
        return b"".join(rows)


class Recorder:
    """Is called with all that goes into the engine. `judged_by` gives the rules and limits in force.

    `place` and `acts_from` (`mono`) are those that the engine was made with.
    """

    def __init__(
        self, engine: Engine, clock: Clock, judged_by: Callable[[], tuple[Rulebook, Limits]],
        place: Place = ALONE, acts_from: float = -inf,
    ) -> None:  # fmt: skip
        self._share = _share_of(engine.scope, place, acts_from)
        self._engine = engine
        self._clock = clock
        self._judged_by = judged_by
        self.recordings: list[Recording] = []
        self._log = structlog.get_logger()

    def begin(self, part: int, began_with: Mapping[str, object] | None = None) -> Recording:
        """A recording from now on.

        `began_with` is the memory that the engine was made with, where it was given nothing since: a
        replay then begins at the engine's first moment, as it did. None: in the middle.
        """
        now = self._clock.now() if began_with is None else self._engine.now
        recording = Recording(f"{now.wall:.6f}", part)
        recording.begin_part(self._head(recording, now, began_with))
        self.recordings.append(recording)
        return recording

    async def stream(self, part: int, seconds: float | None) -> AsyncIterator[bytes]:
        """A recording's rows as they come, for so many seconds; None: until the reader goes."""
        recording = self.begin(part)
        self._log.info("recording.began")
        until = inf if seconds is None else self._clock.now().mono + seconds
        try:
            while not recording.ended:
                left = until - self._clock.now().mono
                if left <= 0:
                    break
                yield await recording.take(min(left, PULSE))
            recording.end()
            yield recording.rest()
        finally:
            self.leave(recording)
            self._log.info("recording.ended")

    def leave(self, recording: Recording) -> None:
        """Its taker has gone: it ends, and is forgotten."""
        recording.end()
        self.recordings.remove(recording)

    def end(self) -> None:
        """The daemon ends, and with it all recordings."""
        for recording in self.recordings:
            recording.end(ENDS)

    def took(self, row: Row) -> None:
        """Records a row. Must be called before the engine is given it."""
        if not self.recordings:
            return
        try:
            line = write_row(row)
        except (ValueError, TypeError, OverflowError) as problem:
            for recording in self.recordings:
                recording.end(f"{type(row).__name__} cannot be written: {problem}")
            return
        for recording in self.recordings:
            if recording.is_full and not recording.ended:
                recording.begin_part(self._head(recording, self._clock.now(), None))
            recording.add(line)

    def adopts(self, now: Moment) -> None:
        """Records that other rules are adopted. Must be called before the engine adopts them."""
        if self.recordings:
            self.took(Adopted(now, fingerprint(*self._judged_by())))

    def asked(self, decision: Decision) -> None:
        """Records calls by their fingerprints: by them a replay by other rules knows whose end is whose."""
        if self.recordings:
            for one in decision.calls:
                self.took(CallAsked(decision.at, one.number, one.rule, fingerprint_of(one.call)))

    def _head(
        self, recording: Recording, now: Moment, began_with: Mapping[str, object] | None
    ) -> list[bytes]:
        book, limits = self._judged_by()
        known = list(known_of(self._engine, now)) if began_with is None else []
        header = RecordingHeader(
            format=FORMAT if self._share is None else FORMAT_OF_SHARE,
            version=__version__,
            id=recording.id,
            part=recording.parts,
            at=now,
            arm=limits.arm.value,
            fingerprint=fingerprint(book, limits),
            fresh=began_with is not None,
            known=len(known),
            memory=write_memory(self._known(now) if began_with is None else began_with),
            share=self._share,
        )
        rows: list[Row] = [header, *known]
        return [write_row(row) for row in rows]

    def _known(self, now: Moment) -> dict[str, object]:
        """What the engine would leave, and what holds its calls now but does not outlive it."""
        armed = dump_armed(self._engine.armed(), outlives=False)
        return {**self._engine.dump(now), "no_journal": self._engine.no_journal, "armed": armed}


def _share_of(scope: Scope, place: Place, acts_from: float) -> RecordedShare | None:
    if scope is Scope.WHOLE:
        return None
    return RecordedShare(
        scope=scope, node=place.node, epoch=place.epoch,
        taken_over_at=place.taken_over_at if isfinite(place.taken_over_at) else None,
        acts_from=acts_from if isfinite(acts_from) else None,
    )  # fmt: skip


def known_of(engine: Engine, now: Moment) -> Iterator[Event]:
    """What is known of the servers, as events that would tell it anew: the memory does not hold it.

    First what other engines told, for rules are judged by it as soon as a server is known.
    """
    yield from engine.heard(now)
    for uuid, server in engine.servers().items():
        facts = server.facts
        yield ev.ServerListed(server=uuid, at=now, profile=facts.profile)
        yield from _known_of(facts, uuid, now)


def _known_of(facts: Facts, uuid: str, now: Moment) -> Iterator[Event]:
    if not facts.panel_answers:
        yield ev.PanelLost(server=uuid, at=now)
    if facts.connected is False:
        yield ev.LinkLost(server=uuid, at=now)
    if not facts.connected:
        return
    yield ev.LinkUp(server=uuid, at=now)
    if facts.state is not None:
        yield ev.StateReported(server=uuid, at=now, state=facts.state)
    if facts.stats is not None:
        yield replace(facts.stats, at=now)
    if facts.players.count is not None:
        yield ev.PlayersCounted(server=uuid, at=now, players=facts.players.count)


async def keep(recorder: Recorder, recording: Recording, write: Callable[[bytes], object]) -> None:
    """Writes a recording as it comes, in a thread: a slow disk must not stop the engine.

    A disk that takes no more ends the recording, not the daemon.
    """
    try:
        while rows := await recording.take():
            with CancelScope(shield=True):  # what was taken is nowhere else: it is written, or lost
                await anyio.to_thread.run_sync(write, rows)
    except OSError as problem:
        _tell(problem)
        recording.end()
        recording.rest()
    finally:
        recorder.leave(recording)
        _write_rest(recording, write)


def _write_rest(recording: Recording, write: Callable[[bytes], object]) -> None:
    """In this thread, though the loop ends: what was judged last is worth the most."""
    if rest := recording.rest():
        try:
            write(rest)
        except OSError as problem:
            _tell(problem)


def _tell(problem: OSError) -> None:
    structlog.get_logger().error("recording.failed", reason=problem.strerror or str(problem))
