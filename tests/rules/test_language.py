"""What the language promises, driven by a whole daemon against the simulator: from frames to deeds.

Each rule is written here and taken by a reload, so that a test shows all of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import Acknowledged, State
from automaton.simulator.faults.catalog import cause
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

COUNTDOWN = """
rules:
  - id: mem-high
    while: memory_pct > 90
    for: 1m
    until: memory_pct < 80
    do:
      - {notify: ops, text: "${name} is short of memory"}
      - {save: 60s, else: []}
      - countdown: 5m
        at: [5m, 1m, 10s]
        say: "restart in ${left}"
        else: [{say: "restart cancelled"}]
      - {power: restart, force_after: 90s, within: 5m}
      - {notify: ops, text: "${name} was restarted"}
    on_clear: [{notify: ops, text: "${name} is well after ${open_for}"}]
"""

PROBE = """
rules:
  - id: console-silent
    servers: {name: lobby}
    while: state == "running" and console_age > 10m
    until: console_age < 1m
    do:
      - probe: 30s
        else:
          - {notify: ops, text: "${name} is frozen"}
          - {power: restart, force_after: 60s}
"""


async def take(watch: Watch, folder: Path, rules: str) -> None:
    """These rules instead of what there was."""
    (folder / "rules.d" / "own.yml").write_text(rules)
    taken = await watch.daemon.reload()
    assert taken.taken, taken.problems


async def test_a_countdown_cancels_itself_when_memory_recovers(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, COUNTDOWN)
        watch.befall("memory", percent=95)
        await watch.seconds(120)
        watch.befall("memory", percent=70)
        await watch.seconds(600)

        assert watch.commands == [
            "save-all lobby",
            "say restart in 5m lobby",
            "say restart cancelled lobby",
        ]
        assert watch.power == []
        first, last = watch.told
        assert first == "ops: lobby is short of memory"
        assert last.startswith("ops: lobby is well after ")


async def test_a_countdown_that_ends_restarts_and_the_restart_is_verified(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, COUNTDOWN)
        watch.befall("memory", percent=95)
        await watch.until(lambda: bool(watch.power), within=900)
        assert "ops: lobby was restarted" not in watch.told

        await watch.until(lambda: "ops: lobby was restarted" in watch.told, within=120)
        assert watch.state() is State.RUNNING
        assert watch.power == ["restart lobby"]
        assert watch.commands[-3:] == [
            "say restart in 5m lobby",
            "say restart in 1m lobby",
            "say restart in 10s lobby",
        ]


async def test_a_countdown_is_cancelled_when_a_human_stops_the_server(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, COUNTDOWN)
        watch.befall("memory", percent=95)
        await watch.until(lambda: "say restart in 5m lobby" in watch.commands, within=900)
        watch.befall("stop")
        await watch.seconds(600)

        assert watch.power == []
        assert watch.state() is State.OFFLINE


async def test_a_quiet_server_that_answers_a_probe_is_left_alone(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, PROBE)
        await watch.until(lambda: "list lobby" in watch.commands, within=900)
        await watch.seconds(60)

        assert (watch.power, watch.told) == ([], [])


async def test_a_frozen_server_that_answers_no_probe_is_restarted(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, PROBE)
        watch.befall("freeze")
        await watch.until(lambda: "ops: lobby is frozen" in watch.told, within=900)
        await watch.until(lambda: watch.power == ["restart lobby", "kill lobby"], within=120)
        await watch.until(lambda: watch.state() is State.RUNNING, within=300)


NODE = """
rules:
  - id: node-unreachable
    by: node
    severity: critical
    while: share(not connected) > 0.5 and total >= 2
    until: share(not connected) < 0.1
    for: 1m
    mutes: {rules: ["*"], actions: [notify, power]}
    do: [{notify: oncall, text: "${node}: ${count(not connected)} of ${total} lost: ${names(not connected)}"}]
    on_clear: [{notify: oncall, text: "${node} is back"}]
  - id: out-of-sight
    while: not connected
    for: 5m
    do: [{notify: ops, text: "${name} is out of sight"}]
"""

DOWN = """
rules:
  - id: server-down
    servers: {name: lobby}
    while: state == "offline"
    for: 2m
    do: [{notify: ops, text: "${name} is down (${stopped_by})"}]
    escalate:
      - {after: 15m, unless: acked, do: [{notify: oncall, text: "${name} down ${open_for}, nobody looks"}]}
"""


async def test_many_down_at_once_are_one_message(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, NODE)
        cause(watch.world, "restart-wings", {"seconds": 1200})
        await watch.seconds(900)
        (told,) = watch.told
        assert told.partition(": ")[0] == "oncall"
        assert told.endswith("2 of 2 lost: lobby, valheim")

        await watch.seconds(900)
        assert [one for one in watch.told if one.startswith("oncall")][1:] == ["oncall: node-1 is back"]


async def test_what_nobody_acknowledges_is_escalated(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, DOWN)
        watch.befall("stop")
        await watch.seconds(1200)

        assert watch.told == ["ops: lobby is down (operator)", "oncall: lobby down 15m, nobody looks"]


async def test_what_somebody_acknowledges_is_not(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        await take(watch, tmp_path, DOWN)
        watch.befall("stop")
        await watch.seconds(300)
        inbox, now = watch.daemon.connections.pool.queue, watch.daemon.clock.now()
        inbox.put(Acknowledged(server="", at=now, rule="server-down"))
        await watch.seconds(1200)

        assert watch.told == ["ops: lobby is down (operator)"]
