"""What rules in shadow would have done, by rule and server, and what today's limits would have held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.core.gates.limits import Budget, Limits
from automaton.journal.entry import TrailRow
from automaton.journal.trail import KeptRow
from automaton.pace.clock import SystemClock
from automaton.workbench.plan import Planned, plan, plan_lines, planned
from automaton.workbench.trail import Trail
from tests.workbench.desk import EVIL, LOBBY
from tests.workbench.trails import body, with_trail

TRAIL = Trail(Path("journal.db"), [LOBBY, EVIL], is_running=True)


def row(
    at: float, verdict: str = "shadow", *, rule: str = "high", server: str = "u-1", **held: str
) -> KeptRow:
    text = body(held=[held]) if held else ""
    return KeptRow(int(at), 1, TrailRow(at, "decision", rule, server, server, verdict, "", text))


def power(at: float, **where: str) -> KeptRow:
    return row(at, verb="power", signal="restart", **where)


def told(rows: list[KeptRow], limits: Limits | None = None) -> list[str]:
    fired = [one for one in rows if one.row.verdict == "fired"]
    shadow = [one for one in rows if one.row.verdict == "shadow"]
    return list(plan_lines(planned(shadow, fired, limits or Limits(), TRAIL.node_of), TRAIL))


def test_it_is_told_by_rule_and_server_what_would_have_been_done() -> None:
    assert told([
        row(0.0, "fired"), row(0.0, verb="notify", channel="ops", text="lobby\x1b[2J is high"), power(1.0),
        row(60.0, "fired"), row(60.0, verb="notify", channel="ops", text="again"), power(61.0),
        power(5.0, rule="calm", server="u-2"), row(6.0, "fired", rule="live"),
    ]) == [
        "calm for arena: fired 0 times in shadow, 1970-01-01T00:00:05Z",
        "  power restart: once",
        "high for lobby: fired 2 times in shadow, 1970-01-01T00:00:00Z to 1970-01-01T00:01:01Z",
        "  notify ops: 2 times",
        "  power restart: 2 times",
        "    ops: lobby is high",
        "    ops: again",
    ]  # fmt: skip


def test_a_message_of_many_lines_is_told_line_by_line() -> None:
    text = "lobby crashed\nlobby crashed (exit code 1)\r\njava.lang.OutOfMemoryError\x1b[2J"

    assert told([row(0.0, verb="notify", channel="ops", text=text)])[2:] == [
        "    ops: lobby crashed",
        "      lobby crashed (exit code 1)",
        "      java.lang.OutOfMemoryError",
    ]


def test_a_firing_that_was_live_is_not_counted() -> None:
    rows = [
        row(0.0, "fired"),
        power(1.0),
        row(60.0, "fired"),
        row(120.0, "fired"),
        power(120.0),
        power(130.0),
    ]

    assert told(rows)[0].startswith("high for lobby: fired 2 times in shadow, ")


def test_a_rule_in_shadow_that_reads_what_nobody_asks_for_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = with_trail(tmp_path, [])
    monkeypatch.setenv("KEY", "ptlc_x")
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "a.yml").write_text(
        "rules:\n"
        "  - {id: idle, while: players == 0, for: 1h, do: [{power: stop}]}\n"
        "  - {id: full, while: memory_pct > 90, do: [{power: stop}]}\n"
    )
    head = "state: state\npanels: {main: {url: https://x.example, keys: [{env: KEY}]}}\nlimits: {arm: "
    config.write_text(head + "shadow}\n")
    plan(config, "7d", as_json=False)
    in_shadow = capsys.readouterr().err
    config.write_text(head + "live}\n")
    plan(config, "7d", as_json=False)

    assert "rule `idle` reads `players`: asked for only where a live rule reads it" in in_shadow
    assert "full" not in in_shadow
    assert "idle" not in capsys.readouterr().err


def test_what_limits_would_have_held_is_counted_and_spends_nothing() -> None:
    limits = Limits(power_server=Budget(1, 60.0), power_node=Budget(2, 3600.0), send_fleet=Budget(0, 10.0))
    rows = [power(0.0), row(30.0, verb="reinstall"), power(61.0), power(122.0)]
    rows.append(row(200.0, verb="send", command="list"))

    assert told(rows, limits)[1:] == [
        "  power restart: 3 times; 1 held by `limits.power.node: 2/1h`",
        "  reinstall: once; 1 held by `limits.power.server: 1/1m`",
        "  send list: once; 1 held by `limits.send.fleet: 0/10s`",
    ]


def test_a_drill_and_what_cannot_be_read_are_no_plan() -> None:
    broken = KeptRow(1, 1, TrailRow(0.0, "decision", "high", "u-1", "u-1", "shadow", "", "{"))

    assert told([power(0.0, rule="drill/high"), row(1.0, verb="power", signal="fly"), broken])[1:] == [
        "  power fly: once"
    ]


def test_of_many_messages_the_latest_are_told() -> None:
    one = Planned("high", "u-1", 0.0, 9.0, messages={("ops", str(number)): 1.0 for number in range(5)})

    assert list(plan_lines([one], TRAIL))[1:] == [
        "    ops: 2", "    ops: 3", "    ops: 4", "    and 2 other messages before these",
    ]  # fmt: skip


def test_the_command_reads_the_trail_and_today_s_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = SystemClock().now().wall
    rows = [row(now - 60.0 * back, verb="power", signal="stop").row for back in (3, 2, 20_000)]
    config = with_trail(tmp_path, rows)
    config.write_text(
        "state: state\npanels: {main: {url: https://x.example, keys: [{env: KEY}]}}\n"
        "limits: {power: {server: 1/1h}}\n"
    )
    codes = [plan(config, "7d", as_json=True), plan(config, "1m", as_json=False)]
    out, err = capsys.readouterr()

    assert codes == [0, 0]
    (one,) = json.loads(out)["rules"]
    assert one["calls"] == [{"asks": ["power", "stop"], "times": 2, "held": {"power.server: 1/1h": 1}}]
    assert err.splitlines() == [
        "no daemon runs that knows the nodes: `limits.power.node` is left out",
        "no rule in shadow would have done anything in the last 1m",
    ]


def test_a_file_with_a_mistake_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = with_trail(tmp_path)
    config.write_text("state: state\nlimits: 7\n")

    assert plan(config, "7d", as_json=False) == 78
    assert "automaton.yml:2:9: error: a mapping is expected here" in capsys.readouterr().err
