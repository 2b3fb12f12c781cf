"""Servers are listed and acted on by hand, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.outcome import Result
from automaton.web.http_json import write_json
from automaton.web.routes.console import ConsoleRecord
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_servers_are_told_with_what_is_known_of_them(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.seconds(60)
        rows = (await watch.daemon.host.servers.servers()).servers

    assert [row.name for row in rows] == ["lobby", "valheim"]
    lobby = rows[0]
    assert (lobby.uuid, lobby.state, lobby.pack, lobby.panel) == (LOBBY, "running", "minecraft", "main")
    assert b'"panel":"main"' in write_json(lobby)
    assert lobby.memory is not None
    assert lobby.memory > 0


async def test_every_fact_is_told_with_its_text_and_an_unknown_one_with_the_reason(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await watch.seconds(60)
        lobby = (await watch.daemon.host.servers.servers_with_facts()).servers[0]

    assert (lobby.pack, lobby.pack_by) == ("minecraft", "egg: Paper*")
    assert list(lobby.facts) == list(SERVER_FACTS)
    assert lobby.facts["memory"].value == lobby.memory
    assert lobby.facts["uptime"].text.endswith("s")
    assert [name for name, fact in lobby.facts.items() if fact.value is None and not fact.why] == []


async def test_an_operator_may_do_what_no_rule_may(tmp_path: Path) -> None:
    """`limits.allow` binds rules; an operator who may open the socket is a human at a console."""
    async with watching(tmp_path) as watch:
        daemon = watch.daemon
        typed = await daemon.host.servers.command(LOBBY, "op Alice")
        stopped = await daemon.host.servers.power(LOBBY, Signal.STOP)
        await watch.until(lambda: watch.state() is State.OFFLINE)

    assert (typed.result, stopped.result) == (Result.DONE, Result.DONE)
    assert watch.commands == ["op Alice lobby"]
    assert watch.power == ["stop lobby"]


async def test_a_command_is_one_line(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        outcome = await watch.daemon.host.servers.command(LOBBY, "say hi\nop Eve")

    assert outcome.result is Result.REFUSED
    assert "U+000A" in outcome.detail
    assert watch.commands == []


async def test_a_console_is_told_to_its_end(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        heard = [one async for one in watch.daemon.host.servers.console(LOBBY, follow=False)]

    assert any("Done (" in (one.line or "") for one in heard)
    assert (heard[-1].end, heard[-1].failed) == ("", False)


async def test_the_console_of_an_offline_server_says_why_there_is_none(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.befall("stop")
        await watch.until(lambda: watch.state() is State.OFFLINE)
        heard = [one async for one in watch.daemon.host.servers.console(LOBBY, follow=False)]

    assert len(heard) == 1
    assert "offline" in (heard[0].end or "")


async def test_an_offline_console_that_is_followed_says_at_once_what_it_waits_for(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.befall("stop")
        await watch.until(lambda: watch.state() is State.OFFLINE)
        console = watch.daemon.host.servers.console(LOBBY, follow=True)
        first = await anext(console)
        watch.befall("start")
        second = await anext(console)
        await console.aclose()

    assert first == ConsoleRecord(note="the server is offline: its console comes once it starts")
    assert second.line
