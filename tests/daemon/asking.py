"""A whole daemon on virtual time, whose rules are asked about: for the tests of its services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent

from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.web.routes.explain import Explanation
from tests.rules.watch import Watch, watching

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"

RULES = """
    rules:
      - id: down
        note: a server that nobody stopped
        while: state == "offline"
        for: 10s
        do: [{notify: ops, text: "${name} is down"}, {wait: 1h}]
      - id: crashed
        when: {event: crash}
        breaker: {max: 1, within: 1h}
        do: [{notify: ops, text: boom}]
      - id: rust
        servers: {pack: rust}
        while: state == "running"
        do: [{notify: ops, text: x}]
      - id: quiet
        arm: shadow
        while: state == "running" and memory_pct > 99
        do: [{notify: ops, text: x}]
      - id: wide
        by: node
        while: share(not connected) > 0.5
        do: [{notify: ops, text: x}]
      - id: sleeping
        arm: off
        by: node
        while: count(connected) > 99
        do: [{notify: ops, text: x}]
      - id: each
        by: [it.player]
        when: {event: player.join}
        until: {event: player.leave}
        do: [{notify: ops, text: x}]
    """


@asynccontextmanager
async def asking(folder: Path) -> AsyncIterator[tuple[Watch, Daemon]]:
    """A daemon by these rules, once both servers are known."""
    async with watching(folder) as watch:
        (folder / "rules.d" / "desk.yml").write_text(dedent(RULES))
        assert (await watch.daemon.reload()).taken
        await watch.seconds(5)
        yield watch, watch.daemon


async def explained(daemon: Daemon, rule: str, key: str = LOBBY) -> Explanation:
    answer = await daemon.host.rules.explain(rule, key)
    assert answer is not None
    (one,) = answer.explanations
    return one


async def open_down(watch: Watch) -> None:
    watch.befall("stop")
    await watch.until(lambda: watch.state() is State.OFFLINE)
    await watch.seconds(15)
