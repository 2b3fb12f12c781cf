"""The state of a link, in words for an operator. What a supervisor does is told in test_pool.py."""

from __future__ import annotations

from random import Random
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from automaton.errors import Refused, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.pace.trust import tls_context
from automaton.simulator.faults.catalog import cause
from automaton.wings.event_queue import EventQueue
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkState, LinkSupervisor
from automaton.wings.panel_health import PanelHealth
from automaton.wings.token import Token
from tests.wings.fleet import the_link, watching

pytestmark = pytest.mark.anyio


class Unreached:
    """An account whose tokens nobody gives; the turns of the loop in which they were asked for."""

    def __init__(self, *, barred: bool = False) -> None:
        self.tokens = self
        self.barred = "its key is refused" if barred else None
        self.asked: list[int] = []
        self.turn = 0
        self._admitted = anyio.Event()

    async def get(self, _server: str) -> Token:
        self.asked.append(self.turn)
        raise Unreachable("nobody answers")

    async def admitted(self) -> None:
        await self._admitted.wait()

    def admit(self) -> None:
        self.barred = None
        self._admitted.set()


async def begun(account: Unreached, links: int, admit_in_turn: int = 0) -> list[int]:
    """The turns of the loop in which so many links began to connect."""
    any_account: Any = account
    options = ConnectOptions(origin="https://panel", tls=tls_context(None))
    async with anyio.create_task_group() as group:
        for number in range(links):
            link = LinkSupervisor(
                f"s{number}", account=any_account, options=options, clock=SteadyClock(0.0), chance=Random(1),
                queue=EventQueue(), list_again=lambda: None, ask_panel=lambda _: None,
                panel=PanelHealth(no_outage, lambda _: None),
            )  # fmt: skip
            group.start_soon(link.run)
        while len(account.asked) < links:
            await anyio.lowlevel.checkpoint()
            account.turn += 1
            if account.turn == admit_in_turn:
                assert not account.asked
                account.admit()
        group.cancel_scope.cancel()
    return account.asked


async def test_of_many_links_that_begin_each_has_a_turn_of_the_loop_of_its_own() -> None:
    """So what others tell meanwhile is judged between them."""
    assert len({*await begun(Unreached(), 30)}) == 30


async def test_links_whose_account_is_admitted_later_have_their_turns_then() -> None:
    assert len({*await begun(Unreached(barred=True), 30, admit_in_turn=100)}) == 30


async def no_outage() -> str:
    return ""


class Slow(Unreached):
    """An account whose Panel takes five seconds to refuse a token."""

    async def get(self, _server: str) -> Token:
        self.asked.append(round(anyio.current_time()))  # noqa: TID251 - the virtual time of the test
        await anyio.sleep(5)
        raise Refused("HTTP 409", status=409)


async def test_a_supervisor_that_is_woken_while_it_tries_tries_again_within_seconds() -> None:
    """What woke it may have come too late for the try under way, which waits for minutes then."""
    account: Any = Slow()
    options = ConnectOptions(origin="https://panel", tls=tls_context(None))
    link = LinkSupervisor(
        "s", account=account, options=options, clock=SteadyClock(0.0), chance=Random(1), queue=EventQueue(),
        list_again=lambda: None, ask_panel=lambda _: None, panel=PanelHealth(no_outage, lambda _: None),
    )  # fmt: skip
    async with anyio.create_task_group() as group:
        group.start_soon(link.run)
        await anyio.sleep(2)
        link.wake()
        await anyio.sleep(100)
        group.cancel_scope.cancel()

    first, second = account.asked
    assert second - first <= 10


async def test_a_live_link_has_no_reason_and_no_next_try() -> None:
    async with watching(1) as watched:
        (status,) = watched.pool.status()

        assert (status.state, status.cause, status.reason, status.next_try) == (LinkState.LIVE, "", "", None)
        assert status.panel == "main"


async def test_a_link_without_a_valid_token_is_blind_and_says_why_it_gets_none() -> None:
    async with watching(1) as watched:
        await anyio.sleep(20)
        cause(watched.world, "panel-down", {"seconds": 600})
        cause(watched.world, "expire", {})
        await anyio.sleep(60)

        (status,) = watched.pool.status()
        assert status.state is LinkState.BLIND
        assert status.cause == "panel_unreachable"
        assert status.reason == (
            "a valid token is waited for: the Panel does not answer; it is tried again"
            " (the Panel answers HTTP 502)"
        )

        cause(watched.world, "panel-down", {"seconds": 0})
        await watched.until(lambda: watched.all_live, within=600)
        (status,) = watched.pool.status()
        assert (status.cause, status.reason) == ("", "")


async def test_a_lost_link_says_since_when_why_and_when_it_is_tried_again() -> None:
    async with watching(1) as watched:
        await anyio.sleep(100)
        lost = watched.clock.now().mono
        cause(watched.world, "restart-wings", {"seconds": 600})
        await anyio.sleep(300)

        (status,) = watched.pool.status()
        assert status.state is LinkState.RETRYING
        assert status.cause == "unreachable"
        assert "tried again" in status.reason
        assert lost <= status.since.mono < lost + 20
        assert status.next_try is not None
        assert 0 < status.next_try - watched.clock.now() <= 60


async def test_a_supervisor_that_is_woken_tries_within_seconds() -> None:
    async with watching(1, up=False, prepare=lambda w: cause(w, "origin", {"remote": "x"})) as watched:
        await anyio.sleep(20)
        cause(watched.world, "origin", {})
        server = watched.world.servers()[0].build.uuid
        supervisor = watched.pool.find(server)
        assert supervisor is not None

        supervisor.wake()

        await watched.until(lambda: watched.all_live, within=6)


async def test_what_wings_could_not_do_after_it_took_an_action_is_in_the_status() -> None:
    """Over HTTP it answers before it tries (protocol.md 6.2)."""
    async with watching(1) as watched:
        server = watched.world.servers()[0]
        await watched.until(lambda: server.state == "running")
        server.publish("daemon error", "no such image")
        await anyio.sleep(5)

        assert (the_link(watched).errors, the_link(watched).error) == (1, "no such image")


async def test_lines_that_were_cut_are_counted() -> None:
    async with watching(1) as watched:
        server = watched.world.servers()[0]
        await watched.until(lambda: server.state == "running")
        cause(watched.world, "print", {"lines": ["x" * 5000]})
        await anyio.sleep(5)

        assert the_link(watched).lines_cut == 1


async def test_reconnects_are_counted_by_cause() -> None:
    async with watching(1) as watched:
        await anyio.sleep(20)
        for _ in range(3):
            cause(watched.world, "drop", {})
            await anyio.sleep(120)

        supervisor = watched.pool.find(watched.world.servers()[0].build.uuid)
        assert supervisor is not None
        assert supervisor.reconnects == {"dropped": 3}
