"""Performs calls: serial for each server, and each awaited end goes back to the engine as an event.

What needs no lock on a server has lanes of its own: one whose Panel hangs still gets its alert out, and a
slow program keeps no command back. Law: nothing is sent before what asked for it is written, but for what
comes AT_ONCE.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from math import inf

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.core.calls import ToChannel, World
from automaton.core.decision import Asked
from automaton.core.events import CallEnded
from automaton.core.outcome import Outcome, Result
from automaton.daemon.logs.decision_log import call_fields
from automaton.pace.clock import Clock

LONGEST = 90.0  # seconds; the Panel waits up to 30 s for Wings' lock (protocol 6.2), and each way is tried

MOST_UNANSWERED = 10_000
"""Questions whose failure is known to have been told: some for each of a thousand servers. Of more, each
failure is told."""

CUT_OFF = Outcome(Result.UNKNOWN, "the daemon ended before an answer")
NOT_WRITTEN = Outcome(Result.FAILED, "not sent: the journal cannot be written", passing=True)
NOT_SENT = Outcome(Result.FAILED, "not sent: the daemon ends")

Lane = tuple[str, str]
"""A server and the lane of its calls (`Call.lane`)."""


AT_ONCE = -1
"""The place of a call that stands nowhere in the journal, and waits for nothing."""


async def _at_once(_place: int) -> bool:
    return True


def _nobody(_asked: Asked, _outcome: Outcome) -> None:
    pass


class Dispatch:
    """`hand_back` is given the end of each awaited call. A lane begins with a call and ends when it is empty.

    `written` returns when what stands at a place of the journal is on disk, and whether it is. `told` is
    given each call with what became of it. `ended` counts calls by their verb and that.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        tasks: TaskGroup,
        hand_back: Callable[[CallEnded], None],
        name_of: Callable[[str], str] = str,
        written: Callable[[int], Awaitable[bool]] = _at_once,
        told: Callable[[Asked, Outcome], None] = _nobody,
    ) -> None:
        self._world = world
        self._name_of = name_of
        self.ended: Counter[tuple[str, Result]] = Counter()
        self._closed = False
        self._clock = clock
        self._tasks = tasks
        self._hand_back = hand_back
        self._written = written
        self._told = told
        self._lanes: dict[Lane, deque[tuple[Asked, int]]] = {}
        self._unanswered: set[tuple[str, str]] = set()  # questions of the engine's own that failed last
        self._idle = anyio.Event()
        self._idle.set()
        self._log = structlog.get_logger()

    def say(self, asked: Asked) -> None:
        """Hands a message to its channel at once, in the turn that asked for it."""
        call = asked.call
        assert isinstance(call, ToChannel)
        outcome = self._world.channels.hand_over(call.message())
        self._tell(asked, outcome)
        self._give_back(asked, outcome)

    def perform(self, calls: Iterable[Asked], place: int = 0) -> None:
        """Queues calls that the journal has at this place; never waits. After `close` none is sent."""
        for asked in calls:
            if self._closed:
                self._tell(asked, NOT_SENT)
                continue
            lane = (asked.call.server, asked.call.lane)
            waiting = self._lanes.get(lane)
            if waiting is None:
                self._lanes[lane] = deque([(asked, place)])
                if self._idle.is_set():
                    self._idle = anyio.Event()
                self._tasks.start_soon(self._serve, lane, name=f"dispatch {asked.call.verb}")
            else:
                waiting.append((asked, place))

    async def idle(self) -> None:
        """Returns when no call is under way."""
        await self._idle.wait()

    def close(self) -> None:
        """Nothing that waits is sent any more. What is under way may still end, and is logged then."""
        self._closed = True
        for waiting in self._lanes.values():
            while waiting:
                self._tell(waiting.popleft()[0], NOT_SENT)

    async def _serve(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            # From here on it is under way: what `close` finds in the lane was never sent.
            asked, place = waiting.popleft()
            outcome = NOT_WRITTEN
            try:
                if place == AT_ONCE or await self._written(place):
                    outcome = CUT_OFF
                    outcome = await self._ask(asked)
            finally:
                self._tell(asked, outcome)
            self._give_back(asked, outcome)
        del self._lanes[lane]
        if not self._lanes:
            self._idle.set()

    def _give_back(self, asked: Asked, outcome: Outcome) -> None:
        if not asked.call.is_awaited:
            return
        now = self._clock.now()
        self._hand_back(CallEnded(server=asked.call.server, at=now, number=asked.number, outcome=outcome))

    async def _ask(self, asked: Asked) -> Outcome:
        with anyio.move_on_after(inf if asked.call.bounds_itself else LONGEST):
            return await asked.call.perform(self._world)
        return Outcome(Result.UNKNOWN, f"no answer within {LONGEST:g} s")

    def _tell(self, asked: Asked, outcome: Outcome) -> None:
        self.ended[asked.call.verb, outcome.result] += 1
        if asked.rule or asked.call.is_kept:
            self._told(asked, outcome)
        self._log.log(
            self._level(asked, is_done=outcome.result is Result.DONE),
            "call.ended",
            **({"rule": asked.rule} if asked.rule else {}),  # nobody's is a question of the engine
            server=self._name_of(asked.call.server),
            **call_fields(asked.call),
            result=outcome.result.value,
            way=outcome.way,
            detail=outcome.detail,
        )

    def _level(self, asked: Asked, *, is_done: bool) -> int:
        """That the engine asked for a fact is no news; that it got no answer is, once until it gets one."""
        if asked.rule or asked.call.is_said:
            done = logging.INFO if asked.rule else logging.DEBUG
            return done if is_done else logging.WARNING
        question = (asked.call.server, asked.call.in_full())
        was_unanswered = question in self._unanswered
        if is_done:
            self._unanswered.discard(question)
            return logging.INFO if was_unanswered else logging.DEBUG
        if len(self._unanswered) < MOST_UNANSWERED:
            self._unanswered.add(question)
        return logging.DEBUG if was_unanswered else logging.WARNING
