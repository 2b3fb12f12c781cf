"""Every fact and every function of the language, told by a rule that reads it: fed, judged, printed.

Each runs as `automaton test` runs it, on the daemon's engine. tests/README.md names them as proofs.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import SERVER_FACTS
from tests.ruletest.run_case import failures

pytestmark = pytest.mark.smoke

SERVER = "server: {name: lobby, egg: Paper, state: running}"
RUST = "server: {name: lobby, egg: Rust, state: running, memory_limit: 8GiB, disk_limit: 10GiB}"


class Read(NamedTuple):
    """`holds` becomes true at `at`, not earlier; the rule then prints the word as `printed`."""

    holds: str
    feed: str
    at: str
    printed: str
    server: str = SERVER


BY_KIND = {
    Kind.SIZE: ("{} > 1MiB", "3MiB", "3 MiB"),
    Kind.PERCENT: ("{} > 50", "95", "95 %"),
    Kind.NUMBER: ("{} == 7", "7", "7"),
    Kind.DURATION: ("{} > 1m", "2m", "2m"),
    Kind.TEXT: ('{} == "some"', "some", "some"),
    Kind.TRUTH: ("{}", "true", "yes"),
    Kind.LIST: ('("some" in {})', "[some]", "some"),
}
"""How a fact of this kind is compared, fed and printed."""

BY_HAND = {
    "state": Read('state == "offline"', "{at: 10s, state: offline}", "10s", "offline"),
    "state_age": Read('state == "offline" and state_age > 1m', "{at: 10s, state: offline}", "1m10s", "1m*"),
    "memory_limit": Read(
        "memory_limit == 9GiB", "{at: 10s, memory: 1GiB, memory_limit: 9GiB}", "10s", "9 GiB"
    ),
    "disk_pct": Read("disk_pct > 50", "{at: 10s, disk: 6GiB}", "10s", "60 %", RUST),
    "uptime": Read("uptime > 1h", "{at: 10s, uptime: 61m}", "10s", "1h 1m*"),
    "console_age": Read("console_age > 5m", "{at: 10s, line: hello}", "5m10s", "5m*"),
    "pack": Read('pack == "rust"', "{at: 10s, pack: rust}", "10s", "rust"),
    "installing": Read("installing", "{at: 10s, event: install.started}", "10s", "yes"),
    "connected": Read("not connected", "{at: 10s, link: down}", "10s", "no"),
    "query_ok": Read("query_ok", "{at: 10s, query: {ok: true}}", "1s", "yes"),
    "query_ms": Read("query_ms == 20", "{at: 10s, query: {ms: 20}}", "1s", "20"),
    "stopped_by": Read('stopped_by == "operator"', "{at: 10s, operator: stop}", "10s", "operator"),
}
"""Facts that follow from more than one thing that is fed, or are not fed by their name."""


def fed(fact: Fact) -> Read:
    """A fact that comes to be what it is fed as."""
    holds, value, printed = BY_KIND[fact.kind]
    return Read(holds.format(fact.name), f"{{at: 10s, {fact.name}: {value}}}", "10s", printed)


FACTS = {name: BY_HAND.get(name) or fed(fact) for name, fact in SERVER_FACTS.items()}


@pytest.mark.parametrize("fact", FACTS)
def test_a_rule_reads_the_fact(fact: str) -> None:
    read = FACTS[fact]
    rules = f"rules:\n  - id: a\n    while: '{read.holds}'\n    do: [{{notify: ops, text: \"${{{fact}}}\"}}]"
    expected = f'{{at: {read.at}, notify: ops, text: "{read.printed}"}}, {{count: 1, notify: ops}}'

    assert failures(rules, f"{read.server}\nfeed: [{read.feed}]\nexpect: [{expected}]") == []


class Said(NamedTuple):
    """The text of a notice of this rule; it is expected once, at this moment."""

    rule: str
    feed: str
    at: str
    said: str


CRASH = "{at: 10s, event: crash, exit_code: 3, oom: false, times: 3, every: 5m}"
OF_THE_INCIDENT = {
    "open_for": Said(
        "while: memory_pct > 90, on_clear: [{notify: ops, text: '${open_for}'}]",
        "{at: 10s, memory_pct: 95}, {at: 70s, memory_pct: 70}", "70s", "1m",
    ),
    "matches": Said(
        "when: {event: crash}, count: 3, within: 1h, do: [{notify: ops, text: '${matches}'}]",
        CRASH, "10m10s", "3",
    ),
    "acked": Said(
        "while: memory_pct > 90, do: [{wait: acked}, {notify: ops, text: '${acked}'}]",
        "{at: 10s, memory_pct: 95}, {at: 5m, ack: a}", "5m", "yes",
    ),
    "attempt": Said(
        "when: {event: crash}, do: [{if: attempt == 3, do: [{notify: ops, text: '${attempt}'}]}]",
        CRASH, "10m10s", "3",
    ),
    "lines": Said(
        "when: {event: player.join}, do: [{notify: ops, text: '${lines}'}]",
        "{at: 5s, line: before}, {at: 10s, line: 'Steve[local] logged in with entity id 1'}", "10s",
        "*before\\nSteve[local] logged in with entity id 1",
    ),
    "rule": Said(
        "when: {event: ready}, do: [{notify: ops, text: '${rule}'}]", "{at: 10s, event: ready}", "10s", "a"
    ),
    "severity": Said(
        "severity: critical, when: {event: ready}, do: [{notify: ops, text: '${severity}'}]",
        "{at: 10s, event: ready}", "10s", "critical",
    ),
    "now": Said(
        "when: {any: [{event: ready}, {schedule: '0 0 1 1 *', tz: Europe/Berlin}]}, "
        "do: [{notify: ops, text: '${now} ${now:%d.%m.}'}]",
        "{at: 10s, event: ready}", "10s", "2026-01-05 13:00 05.01.",
    ),
    "it": Said(
        "when: {event: crash, where: it.exit_code > 2}, count: 3, within: 1h, "
        "do: [{notify: ops, text: '${it.exit_code}'}]",
        CRASH, "10m10s", "3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fact", OF_THE_INCIDENT)
def test_a_rule_reads_of_its_incident(fact: str) -> None:
    rule, feed, at, said = OF_THE_INCIDENT[fact]
    expected = f'{{at: {at}, notify: ops, text: "{said}"}}, {{count: 1, notify: ops}}'

    assert failures(f"rules: [{{id: a, {rule}}}]", f"{SERVER}\nfeed: [{feed}]\nexpect: [{expected}]") == []


def test_a_countdown_says_what_is_left() -> None:
    rules = 'rules: [{id: a, when: {event: ready}, do: [{countdown: 1m, at: [30s], say: "${left} left"}]}]'
    test = f'{SERVER}\nfeed: [{{at: 10s, event: ready}}]\nexpect: [{{at: 40s, say: "30s left"}}]'

    assert failures(rules, test) == []


THREE = """servers:
  - {name: a, state: running, memory: 1GiB, memory_limit: 4GiB}
  - {name: b, state: running, memory: 1GiB, memory_limit: 4GiB}
  - {name: c, state: running, memory: 1GiB, memory_limit: 4GiB}"""
OVER_SERVERS = {
    "count": ("count(memory > 2GiB) == 2", "count(memory > 2GiB)", "2"),
    "share": ("share(memory > 2GiB) > 0.5", "share(memory > 2GiB)", "0.67"),
    "sum": ("sum(memory) > 6GiB", "sum(memory)", "7 GiB"),
    "names": ('names(memory > 2GiB) == "a, b"', "names(memory > 2GiB)", "a, b"),
    "total": ("total == 3 and count(memory > 2GiB) == 2", "total", "3"),
}


@pytest.mark.parametrize("word", OVER_SERVERS)
def test_a_rule_of_the_fleet_looks_over_its_servers(word: str) -> None:
    holds, printed, said = OVER_SERVERS[word]
    rules = f"rules: [{{id: x, by: fleet, while: '{holds}', do: [{{notify: ops, text: '${{{printed}}}'}}]}}]"
    feed = "{at: 10s, server: a, memory: 3GiB}, {at: 20s, server: b, memory: 3GiB}"
    expected = f"{{at: 20s, notify: ops, text: '{said}'}}, {{count: 1, notify: ops}}"

    assert failures(rules, f"{THREE}\nfeed: [{feed}]\nexpect: [{expected}]") == []


class Looks(NamedTuple):
    """`holds` becomes true at `at`, and the call of the function is then printed as `said`."""

    holds: str
    feed: str
    at: str
    call: str
    said: str
    server: str = SERVER


RISE = "{at: 0s, memory_pct: 20}, {at: 30m, memory_pct: 80}, {at: 1h}"
FALL = "{at: 0s, memory_pct: 80}, {at: 30m, memory_pct: 20}, {at: 1h}"
SAVED = "{at: 10s, line: '[12:00:00 INFO]: Saved the game'}, {at: 2h}"
GROWS = "{at: 0s, disk: 1GiB}, {at: 10m, disk: 2GiB}, {at: 20m, disk: 3GiB}, {at: 1h}"
HIGH = "{at: 10s, memory_pct: 95}"
CRASHES = "{at: 10s, event: crash, times: 3, every: 5m}"
FUNCTIONS = {
    "avg": Looks("avg(memory_pct, 10m) > 50", RISE, "35m10s", "avg(memory_pct, 10m)", "51 %"),
    "min": Looks("min(memory_pct, 10m) > 70", RISE, "40m", "min(memory_pct, 10m)", "80 %"),
    "max": Looks("max(memory_pct, 10m) < 30", FALL, "40m", "max(memory_pct, 10m)", "20 %"),
    "rate": Looks(
        "rate(rx, 10m) > 1MiB", "{at: 0s, rx: 0MiB}, {at: 20m, rx: 1200MiB}, {at: 1h}", "20m10s",
        "rate(rx, 10m)", "2 MiB",
    ),
    "eta": Looks(
        "eta(disk, disk_limit, 20m) < 5h", GROWS, "10m40s", "eta(disk, disk_limit, 20m)", "4h*", RUST
    ),
    "age": Looks("age(world_saved) > 1h", SAVED, "1h10s", "age(world_saved)", "1h"),
    "seen": Looks("seen(world_saved, 10m)", SAVED, "10s", "seen(world_saved, 10m)", "yes"),
    "crashes": Looks("crashes(1h) == 3", CRASHES, "10m10s", "crashes(1h)", "3"),
    "starts": Looks(
        "starts(1h) == 1", "{at: 10m, state: offline}, {at: 11m, state: starting}", "11m", "starts(1h)", "1"
    ),
    "window": Looks('window("noon")', "{at: 1h}", "10m", 'window(\\"noon\\")', "yes"),
    "firing": Looks('firing("other")', HIGH, "10s", 'firing(\\"other\\")', "yes"),
    "matches": Looks(
        "matches(name, ''^LOB'') or memory_pct > 90", HIGH, "10s", "matches(name, '^lob')", "yes"
    ),
    "contains": Looks(
        'contains(name, "bb") and memory_pct > 90', HIGH, "10s", 'contains(name, \\"x\\")', "no"
    ),
    "lower": Looks('lower(name) == "lobby" and memory_pct > 90', HIGH, "10s", "lower(name)", "lobby"),
    "len": Looks("len(name) == 5 and memory_pct > 90", HIGH, "10s", "len(name)", "5"),
    "json": Looks("memory_pct > 90", HIGH, "10s", "json(name)", '"lobby"'),
}  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_rule_asks_the_function(function: str) -> None:
    holds, feed, at, call, said, server = FUNCTIONS[function]
    rules = f"""
windows: {{noon: {{from: "12:10", to: "13:00", tz: UTC}}}}
rules:
  - {{id: other, while: memory_pct > 90, do: [end]}}
  - id: a
    while: '{holds}'
    do: [{{notify: ops, text: "${{{call}}}"}}]
"""
    expected = f"{{at: {at}, notify: ops, text: '{said}'}}, {{count: 1, notify: ops}}"

    assert failures(rules, f"{server}\nfeed: [{feed}]\nexpect: [{expected}]") == []


EVENTS = {
    "crash": ("{at: 10s, event: crash, exit_code: 3, oom: true}", "${it.exit_code} ${it.oom}", "3 yes"),
    "crash.unhandled": ("{at: 10s, event: crash.unhandled, exit_code: 3}", "${it.exit_code}", "3"),
    "disk.exceeded": ("{at: 10s, event: disk.exceeded}", "${name}", "lobby"),
    "console.throttled": ("{at: 10s, event: console.throttled}", "${name}", "lobby"),
    "install.started": ("{at: 10s, event: install.started}", "${installing}", "yes"),
    "install.completed": ("{at: 10s, event: install.completed}", "${installing}", "no"),
    "backup.completed": (
        "{at: 10s, event: backup.completed, ok: false, uuid: a-1}",
        "${it.ok} ${it.uuid}",
        "no a-1",
    ),
    "backup.restored": ("{at: 10s, event: backup.restored}", "${name}", "lobby"),
    "transfer": ("{at: 10s, event: transfer, status: success}", "${it.status}", "success"),
    "server.deleted": ("{at: 10s, event: server.deleted}", "${name}", "lobby"),
    "link.up": ("{at: 5s, link: down}, {at: 10s, link: up}", "${connected}", "yes"),
    "link.down": ("{at: 10s, link: down}", "${it.reason}", "*"),
    "ready": ("{at: 10s, line: '[12:00:00 INFO]: Done (9.1s)! For help'}", "${it.line}", "*Done (9.1s)*"),
    "player.join": ("{at: 10s, line: 'Steve[local] logged in with entity id 1'}", "${it.player}", "Steve"),
    "player.leave": ("{at: 10s, line: 'Steve lost connection: Timed out'}", "${it.player}", "Steve"),
    "chat": ("{at: 10s, line: '<Steve> hello'}", "${it.player} ${it.text}", "Steve hello"),
}


@pytest.mark.parametrize("event", EVENTS)
def test_a_rule_hears_the_event(event: str) -> None:
    feed, text, said = EVENTS[event]
    rules = f'rules: [{{id: a, when: {{event: {event}}}, do: [{{notify: ops, text: "{text}"}}]}}]'
    expected = f'{{at: 10s, notify: ops, text: "{said}"}}, {{never: notify, after: 1s, until: 9s}}'

    assert failures(rules, f"{SERVER}\nfeed: [{feed}]\nexpect: [{expected}]") == []
