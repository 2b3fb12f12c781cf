"""Each turn of the engine as one entry of the journal: what was decided, what changed, what people are told.

Law: one order. What a turn decides, spends, opens and hands to channels is one entry, and a call goes out
when its entry and all before it are on disk, but for a question that is not kept. Nothing here waits for a
disk but `written`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from automaton.core import events as ev
from automaton.core.calls import QUERY
from automaton.core.decision import Decision, Told, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.parts import HEAD
from automaton.daemon.part_sizes import PartSizes
from automaton.journal.entry import Entry, TrailRow
from automaton.pace.clock import Clock

AT_ONCE = frozenset({
    ev.StateChanged, ev.CallEnded, ev.Acknowledged, ev.BreakerReset, ev.SilenceBegan, ev.SilenceEnded,
    ev.HoldBegan, ev.HoldEnded, ev.RuleArmed, GrantsTold, GrantsAnswered,
})  # fmt: skip
"""What a person did or a call came to is written in its own turn, though nothing is decided by it. So is a
change of state: after a kill nobody could say any more that an operator stopped the server. What engines
grant each other is waited for."""

UNFIT = (ValueError, TypeError, RecursionError)  # what JSON cannot say


class EntryWriter(Protocol):
    """What takes entries (`journal/writer.py`)."""

    def write(self, entry: Entry) -> int:
        """Takes it, and returns its place among all that were taken. Never waits."""

    async def committed(self, place: int) -> bool:
        """Whether it is on disk: False where the journal is out of order."""


class TurnRows(Protocol):
    """What makes rows of the trail (`daemon/trail_rows.py`)."""

    def of_decision(self, decision: Decision) -> TrailRow | None:
        """Its row; None for a detail, which is not worth keeping."""

    def of_event(self, event: Event) -> TrailRow | None:
        """The row of what a person did; None for everything else."""


class TurnJournal:
    """Without a `writer` nothing is kept, and nothing is waited for: a demo forgets.

    It is also the store of delivery (`delivery/store.py`). `kept` are the parts of delivery that an earlier
    process left.
    """

    def __init__(
        self, engine: Engine, clock: Clock, rows: TurnRows, writer: EntryWriter | None,
        kept: Mapping[str, bytes],
    ) -> None:  # fmt: skip
        self._engine = engine
        self._clock = clock
        self._rows = rows
        self._writer = writer
        self._delivery = dict(kept)
        self._sizes = PartSizes()
        self._waiting: list[TrailRow] = []
        self._of_turn: list[TrailRow] = []
        self._said: dict[str, bytes | None] | None = None  # what delivery changed in the turn that goes on
        self._place = 0
        self._log = structlog.get_logger()

    def begin(self, stale: Iterable[str], decisions: Sequence[Decision] = ()) -> int:
        """Writes everything anew, and takes away the parts of an earlier process that are `stale`; its place.

        With it what was decided on them. Clocks that ran when that one ended stand still from here on.
        """
        said, rows = self._take_turn(decisions, None)
        parts = dict.fromkeys(stale) | self._encoded(
            self._engine.take_changes(self._clock.now(), all_parts=True)
        )
        return self._write("start", parts | said, rows)

    @property
    def due_at(self) -> float:
        """The `mono` from which on any turn is written, for the next batch is due."""
        return self._engine.batch_due_at

    def is_due(self, decisions: Sequence[Decision], event: Event | None, mono: float) -> bool:
        """Whether a turn is written now: it acts, or opens or ends something, or the next batch is due.

        What is only on its way there waits for the batch: readings alone may say so thousands of times.
        """
        if decisions and any(one.calls or one.held or is_told(one) for one in decisions if is_kept(one)):
            return True
        return mono >= self.due_at or (type(event) in AT_ONCE and not is_answer(event))

    def begin_turn(self) -> None:
        """From here to `end_turn` what delivery changes belongs to the turn."""
        self._said = {}

    def end_turn(self, decisions: Sequence[Decision], event: Event | None) -> int:
        """Writes the turn; its place, for `written`."""
        said, rows = self._take_turn(decisions, event)
        changes = self._encoded(self._engine.take_changes(self._engine.now))
        is_idle = event is None and not decisions and not said
        if is_idle and changes.keys() == {HEAD} and not self._counts_time():
            return self._place
        kind = "turn" if decisions or event is not None else "readings"
        return self._write(kind, changes | said, rows)

    def _counts_time(self) -> bool:
        """Whether anybody is watched; the fleet is even while no server is listed."""
        return bool(self._engine.servers()) or any(True for _ in self._engine.rule_states())

    def _take_turn(
        self, decisions: Sequence[Decision], event: Event | None
    ) -> tuple[dict[str, bytes | None], list[TrailRow]]:
        """What was said in the turn that ends here, and its rows."""
        said, self._said = self._said or {}, None
        found = [self._rows.of_decision(one) for one in decisions if is_kept(one)]
        if event is not None:
            found.insert(0, self._rows.of_event(event))
        rows = [*(row for row in found if row is not None), *self._of_turn]
        self._of_turn.clear()
        return said, rows

    def end(self) -> None:
        """Writes what the last turns left, readings included: as of the last one, for nobody judged since."""
        self._write("end", self._encoded(self._engine.take_changes(self._engine.now, all_parts=True)), ())

    def everything(self) -> dict[str, bytes]:
        """All parts as they are now, for a journal that begins anew."""
        parts = self._encoded(self._engine.take_changes(self._clock.now(), all_parts=True))
        return {**self._delivery, **{name: body for name, body in parts.items() if body is not None}}

    def add(self, *rows: TrailRow) -> None:
        """Rows of the trail, which go with the next entry; in a turn, behind what was decided."""
        if self._writer is not None:
            (self._waiting if self._said is None else self._of_turn).extend(rows)

    def tell(self, row: TrailRow) -> bool:
        """Writes a row that no turn brings, as a person's note; False where nothing is written down.

        It is an entry of its own: `committed` waits for it.
        """
        if self._writer is None:
            return False
        self._write("told", {}, (row,))
        return True

    def write(self, changes: Mapping[str, object | None]) -> None:
        """Takes what delivery changed, as `MessageStore.write`."""
        encoded = self._encoded(changes)
        for name, body in encoded.items():
            if body is None:
                self._delivery.pop(name, None)
            else:
                self._delivery[name] = body
        if self._said is not None:
            self._said |= encoded
        else:
            self._write("delivery", encoded, ())

    async def committed(self) -> bool:
        """True once all that was taken is on disk; False where it cannot be."""
        return await self.written(self._place)

    async def written(self, place: int) -> bool:
        """True once that entry and all before it are on disk; False where they cannot be."""
        return self._writer is None or await self._writer.committed(place)

    def _write(self, kind: str, changes: Mapping[str, bytes | None], rows: Sequence[TrailRow]) -> int:
        waiting, self._waiting = self._waiting, []
        if self._writer is not None:
            entry = Entry(self._clock.now().wall, kind, changes, (*waiting, *rows))
            self._place = self._writer.write(entry)
        return self._place

    def _encoded(self, parts: Mapping[str, object | None]) -> dict[str, bytes | None]:
        encoded: dict[str, bytes | None] = {}
        for name, part in parts.items():
            try:
                encoded[name] = None if part is None else encode(part)
            except UNFIT as problem:  # it is lost by itself
                self._log.error("journal.part_lost", part=name, reason=str(problem))
        for name in self._sizes.too_much(encoded):
            encoded[name] = None
        return encoded


def is_kept(decision: Decision) -> bool:
    """Whether it is written at all: not that a game is asked for a fact, again and again."""
    return bool(decision.rule) or not decision.calls or any(one.call.is_kept for one in decision.calls)


def is_answer(event: Event | None) -> bool:
    """Whether it ends such a question, over the network. What was learnt is written with the next batch."""
    return isinstance(event, ev.CallEnded) and event.outcome.way == QUERY


def is_told(decision: Decision) -> bool:
    """Whether it is a decision of its own, and not a stage on the way to one."""
    return Told.DETAIL not in decision.verdict.told or decision.verdict is Verdict.ENDED


def encode(part: object) -> bytes:
    """A part as JSON. Raises one of UNFIT for what it cannot say."""
    try:
        return _ENCODER.encode(part)
    except UnicodeEncodeError:  # half of a pair of surrogates is no text
        return json.dumps(part, allow_nan=False, default=_plain, ensure_ascii=False).encode(errors="replace")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a part")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
