"""The one task that turns the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Any

import anyio
import anyio.lowlevel
import pytest
import trio
from trio.testing import MockClock

from automaton.core import events as ev
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.scope import ALONE, Place, Scope
from automaton.daemon.engine_loop import LONGEST_SLEEP, OTHERS_EVERY, EngineLoop
from automaton.daemon.recorder import Recorder
from automaton.pace.clock import SteadyClock
from automaton.wings.event_queue import EventQueue
from tests.core.story import LIVE, LOBBY, book

RULES = """
    rules:
      - {id: stuck, while: state == "stopping", for: 3m, do: [{notify: ops}]}
      - {id: crash, when: {event: crash}, do: [{notify: ops}]}
      - {id: full, when: {event: disk.exceeded}, do: [{notify: ops}, {send: list}]}
    """


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Order:
    """A ledger, a journal and a performer in one, that remember who came first.

    `answer` is given what is said.
    """

    def __init__(self) -> None:
        self.told: list[str] = []
        self.is_batch = False
        self.due_at = inf
        self.answer: Callable[[Asked], None] = lambda asked: None

    def write(self, decision: Decision) -> None:
        self.told.append(f"write {decision.verdict}")

    def is_due(self, decisions: Sequence[Decision], event: Event | None, mono: float) -> bool:
        return bool(decisions) or self.is_batch or mono >= self.due_at

    def begin(self, stale: Iterable[str], decisions: Sequence[Decision]) -> int:
        self.told.append(f"keep {len(decisions)} in place of {', '.join(stale)}")
        return 3

    def begin_turn(self) -> None:
        self.told.append("begin")

    def end_turn(self, decisions: Sequence[Decision], event: Event | None) -> int:
        self.due_at = inf
        self.told.append(f"keep {len(decisions)} by {type(event).__name__}")
        return 7

    def say(self, asked: Asked) -> None:
        self.told.append(f"say {asked.call.verb}")
        self.answer(asked)

    def perform(self, calls: Sequence[Asked], place: int) -> None:
        self.told += [f"perform {asked.call.verb} behind {place}" for asked in calls]


class Turning:
    """An engine loop over a real inbox, on virtual time."""

    def __init__(
        self, pulse: float = 30.0, rules: str = RULES, memory: Mapping[str, Any] | None = None,
        scope: Scope = Scope.WHOLE,
    ) -> None:  # fmt: skip
        self.clock = SteadyClock(0.0)
        self.began = self.clock.now()
        self.inbox = EventQueue()
        self.order = Order()
        self.fed: list[float] = []
        self.heard: list[tuple[type[Event], bool]] = []
        self.goes_on: Callable[[Event], None] = lambda event: None
        read = self.book = book(rules)
        place = Place(node=LOBBY.node) if scope is Scope.NODE else ALONE
        engine = Engine(read, LIVE, self.began, memory, scope, place=place)
        self.loop = EngineLoop(
            engine, self.inbox, self.order, self.order, self.order.say, self.order.perform, self.clock,
            recorder=Recorder(engine, self.clock, lambda: (read, LIVE)), before=self.hear,
            alive=lambda: self.fed.append(self.now), pulse=pulse,
        )  # fmt: skip

    @property
    def now(self) -> float:
        return self.clock.now() - self.began

    def put(self, *events: Event) -> None:
        for event in events:
            self.inbox.put(event)

    def at(self) -> Moment:
        return self.clock.now()

    def hear(self, event: Event) -> None:
        self.heard.append((type(event), event.server in self.loop.engine.servers()))
        self.goes_on(event)

    async def run(self, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self.loop.run()

    def up(self, state: State) -> None:
        at = self.at()
        self.put(
            ev.ServerListed(server=LOBBY.uuid, at=at, profile=LOBBY),
            ev.LinkUp(server=LOBBY.uuid, at=at),
            ev.StateReported(server=LOBBY.uuid, at=at, state=state),
        )


@pytest.mark.anyio
async def test_decisions_are_written_before_anything_is_asked_of_the_world() -> None:
    turning = Turning()
    turning.up(State.RUNNING)
    turning.put(ev.Occurred(server=LOBBY.uuid, at=turning.at(), name="crash"))
    await turning.run(1.0)

    assert turning.order.told == ["write fired", "write acting", "begin", "say notify", "keep 2 by Occurred"]


@pytest.mark.anyio
async def test_of_lines_that_wait_in_a_flood_most_are_known_to_concern_nobody_before_their_turn() -> None:
    rules = "rules: [{id: odd, when: {console: 'an odd thing'}, do: [{notify: ops}]}]"
    turning = Turning(rules=rules)
    turning.up(State.RUNNING)
    said = [f"nothing {number}" for number in range(300)]
    said[200] = "an odd thing"
    turning.put(*(ev.LinePrinted(server=LOBBY.uuid, at=turning.at(), text=text) for text in said))
    await turning.run(1.0)

    pack = turning.loop.engine.servers()[LOBBY.uuid].facts.pack
    dull = [text for text in said if turning.book.index.is_dull(text, pack)]
    assert dull  # those of the last look
    assert "an odd thing" not in dull
    assert turning.order.told.count("write fired") == 1


ODD = "rules: [{id: odd, when: {console: 'an odd thing'}, do: [{notify: ops}]}]"


@pytest.mark.anyio
async def test_what_a_line_decides_is_told_though_no_batch_is_due() -> None:
    turning = Turning(rules=ODD)
    turning.loop.begin([])
    turning.up(State.RUNNING)
    turning.put(ev.LinePrinted(server=LOBBY.uuid, at=turning.at(), text="an odd thing"))
    await turning.run(1.0)

    assert "write fired" in turning.order.told
    assert "say notify" in turning.order.told


@pytest.mark.anyio
async def test_a_batch_that_is_due_is_written_by_a_line_that_concerns_nobody_and_not_before() -> None:
    turning = Turning(rules=ODD)
    turning.order.due_at = turning.clock.now().mono + 0.5
    turning.loop.begin([])
    turning.order.told.clear()
    clock = trio.lowlevel.current_clock()
    assert isinstance(clock, MockClock)
    turning.goes_on = lambda _event: clock.jump(0.3)
    moments = [turning.began + seconds for seconds in (0.0, 0.2, 0.55, 0.6)]
    turning.put(*(ev.LinePrinted(server=LOBBY.uuid, at=at, text=f"{at.mono}") for at in moments))
    await turning.run(1.0)

    assert turning.order.told == ["begin", "keep 0 by LinePrinted"]
    assert turning.loop.engine.now == moments[-1]


@pytest.mark.anyio
async def test_what_the_fleet_waits_for_is_sent_in_the_turn_of_the_line_that_told_it() -> None:
    turning = Turning(rules=ODD.replace("id: odd,", "id: odd, by: fleet,"), scope=Scope.NODE)
    turning.loop.begin([])
    turning.up(State.RUNNING)
    await turning.run(1.0)
    turning.order.told.clear()
    turning.put(ev.LinePrinted(server=LOBBY.uuid, at=turning.at(), text="an odd thing"))
    await turning.run(0.1)

    assert turning.order.told == ["begin", "keep 0 by LinePrinted"]


@pytest.mark.anyio
async def test_messages_belong_to_their_turn_and_all_other_calls_wait_for_its_place() -> None:
    turning = Turning()
    done = Outcome(Result.DONE)
    turning.order.answer = lambda asked: turning.put(
        ev.CallEnded(server=LOBBY.uuid, at=turning.at(), number=asked.number, outcome=done)
    )
    turning.up(State.RUNNING)
    turning.put(ev.Occurred(server=LOBBY.uuid, at=turning.at(), name="disk.exceeded"))
    await turning.run(1.0)

    assert turning.order.told == [
        "write fired", "write acting", "begin", "say notify", "keep 2 by Occurred",
        "write acting", "begin", "keep 1 by CallEnded", "perform send behind 7",
    ]  # fmt: skip


@pytest.mark.anyio
async def test_a_turn_that_decided_nothing_is_kept_where_it_is_time() -> None:
    turning = Turning()
    turning.order.is_batch = True
    turning.put(ev.LinkUp(server=LOBBY.uuid, at=turning.at()))
    await turning.run(LONGEST_SLEEP + 0.5)

    assert turning.order.told == ["begin", "keep 0 by LinkUp", "begin", "keep 0 by NoneType"]


@pytest.mark.anyio
async def test_a_batch_is_written_when_it_is_due_however_late_the_last_event_came() -> None:
    turning = Turning()
    turning.order.due_at = turning.clock.now().mono + 2.0
    await turning.run(1.9)
    turning.put(ev.LinkUp(server=LOBBY.uuid, at=turning.at()))
    await turning.run(0.2)

    assert turning.order.told == ["begin", "keep 0 by NoneType"]


@pytest.mark.anyio
async def test_a_daemon_that_ends_does_not_turn_for_a_batch_that_is_due() -> None:
    turning = Turning()
    turning.order.due_at = -inf
    turning.loop.end()
    await turning.run(1.0)  # on virtual time this would never be over

    assert turning.order.told == []


@pytest.mark.anyio
async def test_an_event_is_heard_before_the_engine_forgets_its_server() -> None:
    turning = Turning()
    turning.up(State.RUNNING)
    turning.put(ev.ServerGone(server=LOBBY.uuid, at=turning.at(), reason="deleted"))
    await turning.run(1)

    assert turning.heard[-1] == (ev.ServerGone, True)
    assert turning.loop.engine.servers() == {}


@pytest.mark.anyio
async def test_a_deadline_is_met_though_nothing_happens() -> None:
    turning = Turning()
    turning.up(State.STOPPING)
    await turning.run(179.0)
    waiting = [f"write {Verdict.WAITING}", "begin", "keep 1 by StateReported"]
    assert turning.order.told == waiting

    await turning.run(2.0)
    fired = ["write fired", "write acting", "begin", "say notify", "keep 2 by NoneType"]
    assert turning.order.told[3:] == fired


@pytest.mark.anyio
async def test_a_deadline_is_met_though_events_never_cease_that_waited_for_long() -> None:
    turning = Turning()
    turning.up(State.STOPPING)
    clock = trio.lowlevel.current_clock()
    assert isinstance(clock, MockClock)

    def goes_on(_event: Event) -> None:
        clock.jump(0.5)
        if turning.now < 240.0:
            turning.put(ev.LinePrinted(server=LOBBY.uuid, at=turning.began, text="a line"))

    turning.goes_on = goes_on
    met: list[float] = []
    turning.order.answer = lambda _asked: met.append(turning.now)
    await turning.run(300.0)

    assert met == [pytest.approx(180.0, abs=0.5 * OTHERS_EVERY)]


@pytest.mark.anyio
async def test_others_get_their_turn_while_events_never_cease() -> None:
    turning = Turning()
    turning.up(State.RUNNING)
    turning.put(*(ev.LinePrinted(server=LOBBY.uuid, at=turning.at(), text="a line") for _ in range(1000)))
    turns: list[int] = []

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turning.loop.run)
        while len(turning.heard) < 1000:
            turns.append(len(turning.heard))
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()

    most = 2 * (OTHERS_EVERY + 1)  # trio takes tasks in any order
    assert max(later - earlier for earlier, later in pairwise(turns)) <= most


@pytest.mark.anyio
async def test_the_watchdog_is_fed_while_the_engine_turns() -> None:
    turning = Turning(pulse=2.0)
    await turning.run(9.0)

    gaps = [later - earlier for earlier, later in zip(turning.fed, turning.fed[1:], strict=False)]
    assert len(turning.fed) >= 4
    assert max(gaps) <= 2.5


@pytest.mark.anyio
async def test_how_long_an_event_waited_is_counted() -> None:
    turning = Turning()
    turning.up(State.RUNNING)
    await anyio.sleep(0.5)
    await turning.run(1.0)

    assert turning.loop.lag.events == 3
    assert turning.loop.lag.longest == pytest.approx(0.5)


@pytest.mark.anyio
async def test_what_was_judged_is_counted_by_kind() -> None:
    turning = Turning()
    moment = turning.at()
    turning.put(
        ev.LinkUp(server=LOBBY.uuid, at=moment),
        ev.LinePrinted(server=LOBBY.uuid, at=moment, text="a"),
        ev.LinePrinted(server=LOBBY.uuid, at=moment, text="b"),
    )
    await turning.run(1.0)

    assert turning.loop.judged == {ev.LinkUp: 1, ev.LinePrinted: 2}
    assert turning.loop.lag.events == 3


@pytest.mark.anyio
async def test_a_drive_that_ends_judges_nothing_more_but_lets_runs_go_on() -> None:
    turning = Turning()
    turning.up(State.RUNNING)
    turning.put(ev.Occurred(server=LOBBY.uuid, at=turning.at(), name="crash"))
    await turning.run(1.0)
    turning.loop.end()
    turning.put(
        ev.Occurred(server=LOBBY.uuid, at=turning.at(), name="crash"),
        ev.CallEnded(server=LOBBY.uuid, at=turning.at(), number=2, outcome=Outcome(Result.DONE)),
    )
    await turning.run(1.0)

    assert turning.order.told[5:] == ["write ended", "write cleared", "begin", "keep 2 by CallEnded"]


@pytest.mark.anyio
async def test_what_is_decided_on_what_an_earlier_process_left_is_written_with_the_start() -> None:
    """A run of the fleet goes on though no server is listed yet, and its message must not be lost."""
    rules = "rules: [{id: all, by: fleet, when: {hook: h}, do: [{wait: 10s}, {notify: ops}, {wait: 1h}]}]"
    before = Engine(book(rules), LIVE, Moment(-60.0, -60.0))
    before.handle(ev.HookCalled(server="", at=Moment(-59.0, -59.0), name="h"))
    turning = Turning(rules=rules, memory=before.dump(Moment(-55.0, -55.0)))
    place = turning.loop.begin(["engine/old"])

    assert place == 3
    assert turning.order.told == ["write acting", "begin", "say notify", "keep 1 in place of engine/old"]
