"""A console is read on a socket of its own, to its end, and nothing of it reaches rules."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from automaton.core.events import LinePrinted
from automaton.errors import Refused
from automaton.simulator.faults.catalog import cause
from automaton.wings.console_tail import open_console_tail
from tests.wings.fleet import Watched, watching

pytestmark = pytest.mark.anyio


async def kept(watched: Watched, server: str) -> list[str]:
    supervisor = watched.pool.find(server)
    assert supervisor is not None
    async with open_console_tail(
        supervisor.options, supervisor.account.tokens, server, watched.clock
    ) as tail:
        return await tail.kept()


async def test_the_kept_lines_come_and_reach_no_rule() -> None:
    async with watching(1) as watched:
        server = watched.world.servers()[0].build.uuid
        await anyio.sleep(60)
        before = len(watched.of(LinePrinted))
        first = await kept(watched, server)

        assert len(first) > 3
        assert any("Done (" in line for line in first)
        replayed = [e.text for e in watched.of(LinePrinted)[before:] if isinstance(e, LinePrinted)]
        assert not [text for text in replayed if "Done (" in text]


async def test_a_server_that_is_offline_has_no_kept_console() -> None:
    async with watching(1) as watched:
        one = watched.world.servers()[0]
        cause(watched.world, "stop", {"server": one.build.name})
        await watched.until(lambda: one.state.value == "offline")
        supervisor = watched.pool.find(one.build.uuid)
        assert supervisor is not None
        async with open_console_tail(
            supervisor.options, supervisor.account.tokens, one.build.uuid, watched.clock
        ) as tail:
            state, lines = tail.state, await tail.kept()

        assert state == "offline"
        assert lines == []


async def test_what_comes_is_read_while_it_comes_also_over_the_end_of_a_token() -> None:
    """A token lives ten minutes; a console that is followed for an hour needs seven."""
    async with watching(1) as watched:
        one = watched.world.servers()[0]
        supervisor = watched.pool.find(one.build.uuid)
        assert supervisor is not None
        async with open_console_tail(
            supervisor.options, supervisor.account.tokens, one.build.uuid, watched.clock
        ) as tail:
            began = watched.clock.now()
            while watched.clock.now() - began < 3000:
                await tail.more()
            cause(watched.world, "print", {"server": one.build.name, "lines": ["still here"]})
            heard = await tail.more()

        assert heard == ["still here"]


async def test_a_console_goes_on_when_its_token_could_not_be_renewed_for_a_while() -> None:
    """Others at the console had spent the tokens of the minute, or the Panel was down."""
    async with watching(1) as watched:
        one = watched.world.servers()[0]
        await watched.until(lambda: one.state == "running")
        supervisor = watched.pool.find(one.build.uuid)
        assert supervisor is not None
        async with open_console_tail(
            supervisor.options, supervisor.account.tokens, one.build.uuid, watched.clock
        ) as tail:
            for fault in ("no-tokens", "panel-down"):
                cause(watched.world, fault, {"seconds": 1200})
                began = watched.clock.now()
                while watched.clock.now() - began < 1400:
                    with anyio.move_on_after(1400):
                        await tail.more()
            cause(watched.world, "print", {"server": one.build.name, "lines": ["still here"]})
            heard = await tail.more()

        assert heard == ["still here"]


async def test_a_node_that_refuses_our_origin_is_told_with_what_to_do() -> None:
    async with watching(1) as watched:
        one = watched.world.servers()[0]
        supervisor = watched.pool.find(one.build.uuid)
        assert supervisor is not None
        options = replace(supervisor.options, origin="https://elsewhere.example.org")
        with pytest.raises(Refused, match="it must equal `remote`"):
            async with open_console_tail(options, supervisor.account.tokens, one.build.uuid, watched.clock):
                pass
