"""What the engine is given goes to whoever records it, whole or with an end."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.core import events as ev
from automaton.core.calls import SetPower, Signal
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import State
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.moment import Moment
from automaton.daemon.recorder import ENDS, FELL_BEHIND, LARGEST_BACKLOG, Recorder, Recording, keep, known_of
from automaton.pace.clock import SteadyClock
from automaton.web.recording_format import (
    Adopted,
    Advanced,
    CallAsked,
    RecordingEnd,
    RecordingHeader,
    Row,
    read_row,
)
from tests.core.story import HIGH, LIVE, LOBBY, book

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Recorded:
    """An engine with a recorder, at virtual noon."""

    def __init__(self) -> None:
        self.clock = SteadyClock(1_800_000_000.0)
        self.book = book(HIGH)
        self.engine = Engine(self.book, LIVE, self.clock.now())
        self.recorder = Recorder(self.engine, self.clock, lambda: (self.book, LIVE))

    def happens(self, *events: ev.Event) -> None:
        for event in events:
            self.recorder.took(event)
            self.engine.handle(event)

    def begins(self) -> None:
        """A server is listed, runs, and was read."""
        at = self.clock.now()
        self.happens(
            ev.ServerListed(server=LOBBY.uuid, at=at, profile=LOBBY),
            ev.LinkUp(server=LOBBY.uuid, at=at),
            ev.StateReported(server=LOBBY.uuid, at=at, state=State.RUNNING),
            reading(at),
        )

    def line(self, text: str) -> ev.LinePrinted:
        return ev.LinePrinted(server=LOBBY.uuid, at=self.clock.now(), text=text)


def reading(at: Moment) -> ev.StatsReported:
    return ev.StatsReported(
        server=LOBBY.uuid, at=at, memory=95, memory_limit=100, cpu_pct=1.0, disk=1, rx=1, tx=1, uptime=9.0
    )


def rows(content: bytes) -> list[Row]:
    return [read_row(line) for line in content.splitlines()]


async def test_a_recording_from_the_start_begins_with_the_engines_memory_and_nothing_else() -> None:
    recorded = Recorded()
    recording = recorded.recorder.begin(1 << 20, began_with={"version": 7})
    line = recorded.line("hello")
    recorded.happens(line)
    header, *rest = rows(recording.rest())

    assert isinstance(header, RecordingHeader)
    assert (header.fresh, header.known, header.part, header.arm) == (True, 0, 0, "live")
    assert header.at == recorded.engine.now
    assert header.fingerprint == fingerprint(recorded.book, LIVE)
    assert bytes(header.memory) == b'{"version":7}'
    assert rest == [line]


async def test_one_that_begins_in_the_middle_tells_what_is_known_then() -> None:
    recorded = Recorded()
    recorded.begins()
    await anyio.sleep(1)
    recording = recorded.recorder.begin(1 << 20)
    header, *rest = rows(recording.rest())
    now = recorded.clock.now()

    assert isinstance(header, RecordingHeader)
    assert (header.fresh, header.known, header.at) == (False, 4, now)
    assert rest == [
        ev.ServerListed(server=LOBBY.uuid, at=now, profile=LOBBY),
        ev.LinkUp(server=LOBBY.uuid, at=now),
        ev.StateReported(server=LOBBY.uuid, at=now, state=State.RUNNING),
        reading(now),
    ]


async def test_a_lost_link_is_known_and_nothing_behind_it() -> None:
    recorded = Recorded()
    recorded.begins()
    at = recorded.clock.now()
    recorded.happens(ev.LinkLost(server=LOBBY.uuid, at=at, reason="weather"))

    assert list(known_of(recorded.engine, at)) == [
        ev.ServerListed(server=LOBBY.uuid, at=at, profile=LOBBY),
        ev.LinkLost(server=LOBBY.uuid, at=at),
    ]


async def test_players_that_were_counted_are_known() -> None:
    recorded = Recorded()
    recorded.begins()
    at = recorded.clock.now()
    recorded.happens(ev.PlayersCounted(server=LOBBY.uuid, at=at, players=7))

    assert list(known_of(recorded.engine, at))[-1] == ev.PlayersCounted(server=LOBBY.uuid, at=at, players=7)


async def test_time_a_reload_and_calls_are_told_in_their_order() -> None:
    recorded = Recorded()
    recording = recorded.recorder.begin(1 << 20, began_with={})
    at = recorded.clock.now()
    call = SetPower(server=LOBBY.uuid, signal=Signal.STOP)
    recorded.recorder.took(Advanced(at))
    recorded.recorder.adopts(at)
    recorded.recorder.asked(Decision("r", "k", at, Verdict.ACTING, "", (Asked(3, call, "r"),)))
    recorded.recorder.asked(Decision("r", "k", at, Verdict.SHADOW, "", (), (call,)))

    assert rows(recording.rest())[1:] == [
        Advanced(at),
        Adopted(at, fingerprint(recorded.book, LIVE)),
        CallAsked(at, 3, "r", fingerprint_of(call)),
    ]


async def test_a_full_file_is_followed_by_one_with_a_header_of_its_own() -> None:
    recorded = Recorded()
    recording = recorded.recorder.begin(2000, began_with={})
    recorded.begins()
    for number in range(40):
        recorded.happens(recorded.line(f"line {number}"))
    found = rows(recording.rest())
    headers = [row for row in found if isinstance(row, RecordingHeader)]

    assert [header.part for header in headers] == list(range(len(headers)))
    assert len(headers) > 2
    assert {header.id for header in headers} == {recording.id}
    assert [header.known for header in headers[1:]] == [4] * (len(headers) - 1)
    texts = [row.text for row in found if isinstance(row, ev.LinePrinted)]
    assert texts == [f"line {number}" for number in range(40)]


async def test_nobody_is_waited_for_who_falls_behind_has_an_end_of_it() -> None:
    recorded = Recorded()
    slow, fast = recorded.recorder.begin(1 << 40, {}), recorded.recorder.begin(1 << 40, {})
    line = recorded.line("x" * 4000)
    for _ in range(LARGEST_BACKLOG // 4000):
        recorded.happens(line)
        fast.rest()

    assert slow.ended
    assert rows(slow.rest()) == [RecordingEnd(FELL_BEHIND)]
    assert not fast.ended


async def test_what_cannot_be_written_ends_the_recording_and_not_the_daemon() -> None:
    recorded = Recorded()
    recording = recorded.recorder.begin(1 << 20, {})
    recorded.recorder.took(recorded.line("half a \ud800 pair"))
    recorded.recorder.took(recorded.line("after"))
    end = rows(recording.rest())[-1]

    assert isinstance(end, RecordingEnd)
    assert end.reason.startswith("LinePrinted cannot be written")


async def test_rows_are_taken_as_they_come_until_the_end() -> None:
    recorded = Recorded()
    taken: list[Row] = []

    async def take(recording: Recording) -> None:
        while content := await recording.take():
            taken.extend(rows(content))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take, recorded.recorder.begin(1 << 20, {}))
        for number in range(3):
            await anyio.sleep(10)
            recorded.happens(recorded.line(str(number)))
        recorded.recorder.end()

    texts = [row.text for row in taken if isinstance(row, ev.LinePrinted)]
    assert texts == ["0", "1", "2"]
    assert taken[-1] == RecordingEnd(ENDS)


async def test_a_stream_ends_after_its_time_and_leaves_nothing_behind() -> None:
    recorded = Recorded()
    began = recorded.clock.now()
    found = []
    async for content in recorded.recorder.stream(1 << 20, 12.0):
        found += rows(content)
        recorded.happens(recorded.line("more"))
    recorded.happens(recorded.line("after"))

    assert recorded.clock.now() - began == pytest.approx(12.0, abs=0.1)
    assert isinstance(found[0], RecordingHeader)
    assert found[-1] == RecordingEnd("")
    assert recorded.recorder.recordings == []


async def test_a_stream_that_is_left_is_recorded_no_more() -> None:
    recorded = Recorded()
    stream = recorded.recorder.stream(1 << 20, None)
    first = await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]

    assert isinstance(rows(first)[0], RecordingHeader)
    assert recorded.recorder.recordings == []


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # threads are not seen by a virtual clock
async def test_what_is_kept_is_whole_though_its_writer_is_cancelled() -> None:
    recorded = Recorded()
    recording = recorded.recorder.begin(1 << 20, {})
    written: list[bytes] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep, recorded.recorder, recording, written.append)
        await anyio.lowlevel.checkpoint()
        recorded.happens(recorded.line("last words"))
        tasks.cancel_scope.cancel()

    assert [type(row) for row in rows(b"".join(written))] == [RecordingHeader, ev.LinePrinted, RecordingEnd]
    assert recorded.recorder.recordings == []


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("turns", range(5))
async def test_rows_that_were_taken_are_written_whenever_the_writer_is_cancelled(turns: int) -> None:
    """Between the taking and the beginning of the writing thread they are nowhere else."""
    recorded = Recorded()
    recording = recorded.recorder.begin(1 << 20, {})
    written: list[bytes] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep, recorded.recorder, recording, written.append)
        recording.end("the daemon ends")
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()

    assert [type(row) for row in rows(b"".join(written))] == [RecordingHeader, RecordingEnd]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_full_disk_ends_the_recording_and_not_the_daemon() -> None:
    recorded = Recorded()

    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with capture_logs() as logs:
        await keep(recorded.recorder, recorded.recorder.begin(1 << 20, {}), full)

    assert [(one["event"], one["reason"]) for one in logs] == [
        ("recording.failed", "No space left on device")
    ]
    assert recorded.recorder.recordings == []
