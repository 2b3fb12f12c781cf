"""A session on the wire. The stories of whole fleets are told in test_pool.py."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import anyio
import httpcore
import pytest
from wsproto.events import CloseConnection, TextMessage

from automaton.core.calls import Signal
from automaton.core.events import Event, LinkLost, LinkUp
from automaton.core.outcome import Result
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.wings.causes import Cause
from automaton.wings.session import Session
from automaton.wings.session_driver import SessionDriver, ended_by
from automaton.wings.session_output import Ended
from automaton.wings.token import Tokens
from tests.wings.peer import Peer, door_to, refusing

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-00000000000a"


@dataclass(frozen=True)
class Granted:
    token: Secret
    socket: str


class Panel:
    """Gives tokens, or its error; counts."""

    def __init__(self, error: AutomatonError | None = None, socket: str = "ws://node.test/ws") -> None:
        self.asked = 0
        self.error = error
        self._socket = socket

    async def websocket(self, server: str) -> Granted:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Granted(Secret(f"token {self.asked}"), self._socket)


class Ears:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.lists = 0

    def put(self, event: Event) -> None:
        self.events.append(event)

    def list_again(self) -> None:
        self.lists += 1


class Wings(Peer):
    """Answers each auth as told, the last answer for all that follow."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        super().__init__()
        self.auths: list[str] = []
        self.goodbye: int | None = None
        self._answers = [*answers]

    def event(self, name: str, *args: str) -> None:
        self.says(TextMessage(json.dumps({"event": name, "args": args})))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await super().write(buffer, timeout)
        for event in self.heard:
            if isinstance(event, TextMessage) and (frame := json.loads(event.data))["event"] == "auth":
                self.auths += frame["args"]
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                self.event(*answer)
                if answer[0] == "auth success":
                    self.event("status", "running")
            elif isinstance(event, CloseConnection):
                self.goodbye = event.code
        self.heard.clear()


def driver(peer: Peer | Exception, panel: Panel | None = None) -> tuple[SessionDriver, Ears]:
    clock, sink = SteadyClock(0.0), Ears()
    tokens = Tokens(panel or Panel(), clock)
    return SessionDriver(Session(LOBBY, Random(1)), door_to(peer), tokens, clock, sink), sink


@asynccontextmanager
async def talking(wings: Wings) -> AsyncIterator[tuple[SessionDriver, Ears]]:
    talk, sink = driver(wings)
    async with anyio.create_task_group() as group:
        group.start_soon(talk.connect)
        await anyio.sleep(0.1)
        yield talk, sink
        group.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("problem", "cause"),
    [
        (Unreachable("down"), Cause.PANEL_UNREACHABLE),
        (TryLater("wait", after=7), Cause.PANEL_LATER),
        (Refused("key", status=401), Cause.KEY_REFUSED),
        (Refused("no", status=403), Cause.PANEL_REFUSED),
        (Refused("gone", status=404), Cause.PANEL_GONE),
        (Refused("suspended", status=409), Cause.PANEL_CONFLICT),
        (Refused("odd", status=418), Cause.PANEL_REFUSED),
    ],
)
async def test_a_token_that_cannot_be_had_ends_the_try_before_any_socket(
    problem: AutomatonError, cause: Cause
) -> None:
    after = problem.after if isinstance(problem, TryLater) else None
    assert ended_by(problem) == Ended(cause, str(problem), after)

    peer = Peer()
    talk, sink = driver(peer, Panel(problem))

    assert (await talk.connect()).cause is cause
    assert peer.request == b""
    assert [type(event) for event in sink.events] == [LinkLost]


@pytest.mark.parametrize(
    ("peer", "cause"),
    [
        (httpcore.ConnectError("refused"), Cause.UNREACHABLE),
        (refusing(403, b"Forbidden"), Cause.ORIGIN_REFUSED),
        (refusing(404), Cause.NOT_ON_NODE),
        (refusing(400, b"Too many open websocket connections."), Cause.TOO_MANY_SOCKETS),
        (refusing(502, b"<html>"), Cause.NODE_ERROR),
        (refusing(302, b"", b"Location: http://evil.test/"), Cause.UPGRADE_REFUSED),
    ],
)
async def test_an_upgrade_that_fails_ends_the_try_with_its_cause(
    peer: Exception | bytes, cause: Cause
) -> None:
    talk, _ = driver(Peer(peer) if isinstance(peer, bytes) else peer)

    assert (await talk.connect()).cause is cause


async def test_a_retry_after_of_the_node_is_kept() -> None:
    talk, _ = driver(Peer(refusing(503, b"", b"Retry-After: 77")))

    assert (await talk.connect()).after == 77


async def test_a_plain_socket_of_a_panel_with_tls_is_not_opened() -> None:
    peer = Peer()
    clock = SteadyClock(0.0)
    options = door_to(peer)
    strict = type(options)(
        origin=options.origin, tls=options.tls, allow_plain=False, transport=options.transport
    )
    talk = SessionDriver(Session(LOBBY, Random(1)), strict, Tokens(Panel(), clock), clock, Ears())

    assert (await talk.connect()).cause is Cause.SOCKET_ADDRESS
    assert peer.request == b""


async def test_one_token_serves_the_address_and_the_first_auth() -> None:
    panel, wings = Panel(), Wings(("auth success",))
    talk, sink = driver(wings, panel)
    async with anyio.create_task_group() as group:
        group.start_soon(talk.connect)
        await anyio.sleep(0.1)
        group.cancel_scope.cancel()

    assert wings.auths == ["token 1"]
    assert panel.asked == 1
    assert [type(event) for event in sink.events[:1]] == [LinkUp]


async def test_a_new_token_goes_out_on_the_same_socket_while_the_link_is_being_read() -> None:
    wings = Wings(("auth success",))
    async with talking(wings) as (talk, _):
        wings.event("jwt error", "jwt: created too far in past (denylist)")
        await anyio.sleep(5)

        assert wings.auths == ["token 1", "token 2"]
        assert talk.session.is_live


@pytest.mark.parametrize("socket", ["ws://xn--a/", "ws://xn--" + "9" * 60 + "/"])
async def test_an_address_that_fails_only_when_it_is_used_ends_the_try_alone(socket: str) -> None:
    peer = Peer()
    talk, sink = driver(peer, Panel(socket=socket))
    end = await talk.connect()

    assert end.cause in (Cause.SOCKET_ADDRESS, Cause.UNREACHABLE)
    assert peer.request == b""
    assert [type(event) for event in sink.events] == [LinkLost]


@pytest.mark.parametrize("flood", [b"\x8a\x00" * 1000, b"\x81\x01x" * 3000], ids=["pongs", "nonsense"])
async def test_a_flood_ends_the_link_for_policy_and_is_told_as_such(flood: bytes) -> None:
    wings = Wings(("auth success",))
    talk, sink = driver(wings)
    ends: list[Ended] = []

    async def connect() -> None:
        ends.append(await talk.connect())

    async with anyio.create_task_group() as group:
        group.start_soon(connect)
        await anyio.sleep(0.1)
        wings.sends(flood)

    assert [end.cause for end in ends] == [Cause.FLOODED]
    assert [type(event) for event in sink.events[-1:]] == [LinkLost]
    assert wings.goodbye == 1008


async def test_a_message_over_the_bound_ends_the_link_as_too_big() -> None:
    wings = Wings(("auth success",))
    talk, _ = driver(wings)
    ends: list[Ended] = []

    async def connect() -> None:
        ends.append(await talk.connect())

    async with anyio.create_task_group() as group:
        group.start_soon(connect)
        await anyio.sleep(0.1)
        wings.says(TextMessage("x" * 1_100_000))

    assert [end.cause for end in ends] == [Cause.TOO_BIG]


async def test_an_action_is_answered_by_what_follows() -> None:
    wings = Wings(("auth success",))
    async with talking(wings) as (talk, _), anyio.create_task_group() as group:

        async def stop() -> None:
            outcome = await talk.power(Signal.STOP)
            assert outcome.result is Result.DONE

        group.start_soon(stop)
        await anyio.sleep(1)
        wings.event("status", "stopping")


async def test_two_actions_at_once_take_turns() -> None:
    wings = Wings(("auth success",))
    results: list[Result] = []
    async with talking(wings) as (talk, _), anyio.create_task_group() as group:

        async def command(text: str) -> None:
            results.append((await talk.command(text)).result)

        group.start_soon(command, "one")
        group.start_soon(command, "two")

    assert results == [Result.UNKNOWN, Result.UNKNOWN]


async def test_a_cancelled_driver_says_goodbye() -> None:
    wings = Wings(("auth success",))
    async with talking(wings):
        pass

    assert wings.closed
