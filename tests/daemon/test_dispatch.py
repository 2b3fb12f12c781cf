"""Calls are performed serially for each server, and each end comes back."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.actions.backup import MakeBackup
from automaton.actions.exec_ import RunProgram
from automaton.actions.http import SendRequest
from automaton.core.calls import (
    AskConsole,
    Call,
    FileChange,
    QueryGame,
    SendCommand,
    SendMessage,
    Signal,
    World,
)
from automaton.core.decision import Asked
from automaton.core.events import CallEnded
from automaton.core.json_path import JsonPath
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.daemon.dispatch import AT_ONCE, LONGEST, NOT_SENT, NOT_WRITTEN, Dispatch
from automaton.pace.clock import SteadyClock


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class SlowWorld:
    """Takes `seconds` for each call, and remembers the order in which they began."""

    def __init__(self, seconds: float) -> None:
        self.began: list[str] = []
        self._seconds = seconds

    async def send_command(self, server: str, command: str) -> Outcome:
        return await self._do(command)

    async def ask_console(self, server: str, command: str) -> Outcome:
        return await self._do(f"{command}?")

    async def set_power(self, server: str, signal: Signal) -> Outcome:
        return await self._do(signal.value)

    async def make_backup(self, server: str, name: str, locked: bool) -> Outcome:
        return await self._do(name)

    async def rotate_backups(self, server: str, made: tuple[str, ...], keep: int) -> Outcome:
        return await self._do("rotate")

    async def change_files(self, server: str, change: FileChange) -> Outcome:
        return await self._do("files")

    async def set_startup(self, server: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        return await self._do("startup")

    async def reinstall(self, server: str) -> Outcome:
        return await self._do("reinstall")

    def hand_over(self, message: SendMessage) -> Outcome:
        self.began.append(message.text)
        return Outcome(Result.DONE)

    async def request(self, name: str, method: str, body: str, path: JsonPath) -> Outcome:
        return await self._do(name)

    async def run(self, name: str, arguments: tuple[str, ...]) -> Outcome:
        return await self._do(name)

    async def ask(self, protocol: QueryProtocol, host: str, port: int) -> Outcome:
        return await self._do(f"{protocol} {host}:{port}")

    @property
    def ports(self) -> World:
        return World(servers=self, channels=self, addresses=self, programs=self, games=self)

    async def _do(self, what: str) -> Outcome:
        self.began.append(what)
        await anyio.sleep(self._seconds)
        return Outcome(Result.DONE, what)


def asked(*calls: Call) -> Iterator[Asked]:
    return (Asked(number, call) for number, call in enumerate(calls))


def send(server: str, command: str) -> SendCommand:
    return SendCommand(server=server, command=command)


async def performed(world: SlowWorld, *calls: Call) -> list[CallEnded]:
    ended: list[CallEnded] = []
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(world.ports, SteadyClock(0.0), tasks, ended.append)
        dispatch.perform(asked(*calls))
        await dispatch.idle()
    return ended


@pytest.mark.anyio
async def test_calls_of_one_server_wait_for_each_other_and_those_of_others_do_not() -> None:
    world = SlowWorld(5.0)
    clock = SteadyClock(0.0)
    began = clock.now()
    ended = await performed(world, send("a", "a1"), send("a", "a2"), send("b", "b1"))

    assert clock.now() - began == pytest.approx(10.0)
    assert world.began.index("a1") < world.began.index("a2")
    assert [(one.number, one.outcome.detail) for one in ended if one.server == "a"] == [(0, "a1"), (1, "a2")]
    assert [one.number for one in ended if one.server == "b"] == [2]


@pytest.mark.anyio
async def test_a_message_does_not_wait_for_a_command_of_its_server() -> None:
    world = SlowWorld(5.0)
    ended = await performed(world, send("a", "slow"), SendMessage(server="a", channel="ops", text="now"))

    assert [one.number for one in ended] == [1, 0]


@pytest.mark.anyio
async def test_a_slow_program_keeps_no_command_and_no_request_back() -> None:
    world = SlowWorld(5.0)
    clock = SteadyClock(0.0)
    began = clock.now()
    calls = (
        RunProgram(server="a", program="rotate"), SendRequest(server="a", url="status"), send("a", "list"),
    )  # fmt: skip
    ended = await performed(world, *calls)

    assert {one.number for one in ended} == {0, 1, 2}
    assert clock.now() - began == pytest.approx(5.0)


@pytest.mark.anyio
async def test_a_backup_waits_for_the_command_before_it() -> None:
    world = SlowWorld(5.0)
    await performed(world, send("a", "save-all"), MakeBackup(server="a", name="nightly"))

    assert world.began == ["save-all", "nightly"]


@pytest.mark.anyio
async def test_a_program_takes_the_time_that_automaton_yml_gives_it() -> None:
    (ended,) = await performed(SlowWorld(LONGEST * 3), RunProgram(server="a", program="rotate"))

    assert ended.outcome.result is Result.DONE


@pytest.mark.anyio
async def test_a_call_that_never_ends_is_said_to_be_unknown() -> None:
    (ended,) = await performed(SlowWorld(LONGEST * 2), send("a", "never"))

    assert ended.outcome == Outcome(Result.UNKNOWN, "no answer within 90 s")


@pytest.mark.anyio
async def test_nothing_asked_is_idle_at_once() -> None:
    assert await performed(SlowWorld(1.0)) == []


Told = tuple[str, str, str, str]


async def told_at_the_end(world: SlowWorld, *, close_after: float, cancel_after: float) -> list[Told]:
    """What the log says of three calls: two before the end of the daemon, one after it."""
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            name_of = {"a": "lobby"}.__getitem__
            dispatch = Dispatch(world.ports, SteadyClock(0.0), tasks, lambda _: None, name_of)
            dispatch.perform(
                [Asked(1, send("a", "first"), "rule-1"), Asked(2, send("a", "second"), "rule-2")]
            )
            if close_after:
                await anyio.sleep(close_after)
            dispatch.close()
            dispatch.perform([Asked(3, send("a", "third"), "rule-3")])
            await anyio.sleep(cancel_after)
            tasks.cancel_scope.cancel()
    return sorted((line["rule"], line["server"], line["command"], line["result"]) for line in lines)


@pytest.mark.anyio
async def test_what_is_under_way_when_the_daemon_ends_is_told() -> None:
    assert await told_at_the_end(SlowWorld(50.0), close_after=1.0, cancel_after=1.0) == [
        ("rule-1", "lobby", "first", "unknown"),
        ("rule-2", "lobby", "second", "failed"),
        ("rule-3", "lobby", "third", "failed"),
    ]


@pytest.mark.anyio
async def test_what_waits_when_the_daemon_ends_is_not_sent_and_what_is_under_way_is_told_by_its_answer() -> (
    None
):
    world = SlowWorld(5.0)

    assert await told_at_the_end(world, close_after=1.0, cancel_after=60.0) == [
        ("rule-1", "lobby", "first", "done"),
        ("rule-2", "lobby", "second", "failed"),
        ("rule-3", "lobby", "third", "failed"),
    ]
    assert world.began == ["first"]


@pytest.mark.anyio
async def test_a_call_whose_turn_has_not_come_when_the_daemon_ends_is_not_sent() -> None:
    world = SlowWorld(5.0)

    told = await told_at_the_end(world, close_after=0.0, cancel_after=60.0)

    assert [result for _, _, _, result in told] == ["failed"] * 3
    assert world.began == []


class Disk:
    """What a journal has written: all up to `place`, and nothing any more once it `is_lost`."""

    def __init__(self) -> None:
        self.place = 0
        self.is_lost = False
        self._news = anyio.Event()

    def turn(self, place: int = 0, *, is_lost: bool = False) -> None:
        self.place, self.is_lost = max(self.place, place), is_lost
        self._news.set()
        self._news = anyio.Event()

    async def written(self, place: int) -> bool:
        while self.place < place and not self.is_lost:
            await self._news.wait()
        return self.place >= place


@pytest.mark.anyio
async def test_a_call_goes_out_once_what_asked_for_it_is_written_and_not_before() -> None:
    world, disk, ended = SlowWorld(1.0), Disk(), list[CallEnded]()
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(world.ports, SteadyClock(0.0), tasks, ended.append, written=disk.written)
        dispatch.perform([Asked(1, send("a", "first"))], 1)
        dispatch.perform([Asked(2, send("a", "second"))], 2)
        dispatch.perform([Asked(3, send("b", "other"))], 2)
        await anyio.sleep(50.0)
        assert world.began == []

        disk.turn(1)
        await anyio.sleep(50.0)
        assert world.began == ["first"]

        disk.turn(2)
        await dispatch.idle()

    assert sorted(world.began) == ["first", "other", "second"]
    assert {one.outcome.result for one in ended} == {Result.DONE}


@pytest.mark.anyio
async def test_a_call_that_cannot_be_written_is_not_sent_and_may_be_tried_again() -> None:
    world, disk, ended = SlowWorld(1.0), Disk(), list[CallEnded]()
    told: list[tuple[int, Outcome]] = []
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(
            world.ports, SteadyClock(0.0), tasks, ended.append, written=disk.written,
            told=lambda asked, outcome: told.append((asked.number, outcome)),
        )  # fmt: skip
        dispatch.perform([Asked(1, send("a", "list"))], 1)
        await anyio.sleep(1.0)
        disk.turn(is_lost=True)
        await dispatch.idle()

    assert world.began == []
    assert told == [(1, NOT_WRITTEN)]
    assert [(one.number, one.outcome) for one in ended] == [(1, NOT_WRITTEN)]
    assert NOT_WRITTEN.passing


@pytest.mark.anyio
async def test_what_waits_for_the_disk_when_the_daemon_ends_is_told_as_not_written() -> None:
    world, disk = SlowWorld(1.0), Disk()
    told: list[tuple[int, Outcome]] = []
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(
            world.ports, SteadyClock(0.0), tasks, lambda _: None, written=disk.written,
            told=lambda asked, outcome: told.append((asked.number, outcome)),
        )  # fmt: skip
        dispatch.perform([Asked(1, send("a", "first")), Asked(2, send("a", "second"))], 1)
        await anyio.sleep(1.0)
        dispatch.close()
        tasks.cancel_scope.cancel()

    assert world.began == []
    assert told == [(2, NOT_SENT), (1, NOT_WRITTEN)]


@pytest.mark.anyio
async def test_a_message_is_handed_over_at_once_and_its_end_comes_back() -> None:
    world, ended = SlowWorld(1.0), list[CallEnded]()
    told: list[int] = []
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(
            world.ports,
            SteadyClock(0.0),
            tasks,
            ended.append,
            told=lambda asked, _: told.append(asked.number),
        )
        dispatch.say(Asked(5, SendMessage(server="a", channel="ops", text="now")))

        assert world.began == ["now"]
        assert [(one.number, one.outcome.result) for one in ended] == [(5, Result.DONE)]
        assert told == [5]


class SilentAddress(SlowWorld):
    """An address that answers nothing until it is `back`."""

    def __init__(self) -> None:
        super().__init__(0.0)
        self.back = False

    async def request(self, name: str, method: str, body: str, path: JsonPath) -> Outcome:
        return Outcome(Result.DONE) if self.back else Outcome(Result.FAILED, f"`{name}` cannot be reached")


@pytest.mark.anyio
async def test_a_question_without_an_answer_is_told_once_and_again_when_it_is_answered() -> None:
    world = SilentAddress()
    question = SendRequest(server="", url="paper", method="GET")
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            dispatch = Dispatch(world.ports, SteadyClock(0.0), tasks, lambda _: None)
            for number in range(6):
                world.back = number > 2
                dispatch.perform([Asked(number, question)])
                await dispatch.idle()

    assert [line["log_level"] for line in lines] == ["warning", "debug", "debug", "info", "debug", "debug"]
    assert [line for line in lines if "rule" in line] == []  # it is no rule's


@pytest.mark.anyio
async def test_a_question_over_the_network_waits_for_no_disk_and_leaves_no_row() -> None:
    world, told, ended = SlowWorld(1.0), list[int](), list[CallEnded]()
    question = QueryGame(server="a", protocol=QueryProtocol.A2S, host="192.0.2.7", port=27015)

    async def never(place: int) -> bool:
        return False

    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(
            world.ports, SteadyClock(0.0), tasks, ended.append, written=never,
            told=lambda one, _: told.append(one.number),
        )  # fmt: skip
        dispatch.perform([Asked(1, question), Asked(2, question, "of-a-rule")], AT_ONCE)
        await dispatch.idle()
        dispatch.perform([Asked(3, send("a", "list"))], 1)
        await dispatch.idle()

    assert world.began == ["a2s 192.0.2.7:27015"] * 2
    assert [one.outcome.result for one in ended] == [Result.DONE, Result.DONE, Result.FAILED]
    assert told == [2, 3]


@pytest.mark.anyio
async def test_the_end_of_a_question_whose_answer_is_a_line_is_told_to_nobody() -> None:
    world, told, ended = SlowWorld(1.0), list[int](), list[int]()
    async with anyio.create_task_group() as tasks:
        dispatch = Dispatch(
            world.ports, SteadyClock(0.0), tasks, lambda one: ended.append(one.number),
            told=lambda one, _: told.append(one.number),
        )  # fmt: skip
        dispatch.perform([Asked(1, AskConsole(server="a", command="list"))], AT_ONCE)
        dispatch.perform([Asked(2, send("a", "say hi"))], AT_ONCE)
        await dispatch.idle()

    assert world.began == ["list?", "say hi"]  # in one lane: both are typed
    assert (ended, told) == ([2], [2])
