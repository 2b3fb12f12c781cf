"""The names that an expression may read, with their types. The one list; checks, evaluation and docs use it.

Functions stand in expr/functions.py.
"""

from __future__ import annotations

from automaton.core.facts.kind import Fact, Kind

SERVER_FACTS: dict[str, Fact] = {
    "state": Fact(Kind.TEXT, values=("offline", "starting", "running", "stopping")),
    "state_age": Fact(Kind.DURATION, grows=True),
    "memory": Fact(Kind.SIZE),
    "memory_limit": Fact(Kind.SIZE),
    "memory_pct": Fact(Kind.PERCENT),
    "cpu_pct": Fact(Kind.PERCENT),
    "disk": Fact(Kind.SIZE),
    "disk_pct": Fact(Kind.PERCENT),
    "rx": Fact(Kind.SIZE),
    "tx": Fact(Kind.SIZE),
    "uptime": Fact(Kind.DURATION),
    "console_age": Fact(Kind.DURATION, grows=True),
    "id": Fact(Kind.TEXT),
    "name": Fact(Kind.TEXT),
    "node": Fact(Kind.TEXT),
    "egg": Fact(Kind.TEXT),
    "image": Fact(Kind.TEXT),
    "disk_limit": Fact(Kind.SIZE),
    "tags": Fact(Kind.LIST),
    "pack": Fact(Kind.TEXT),
    "installing": Fact(Kind.TRUTH),
    "suspended": Fact(Kind.TRUTH),
    "players": Fact(Kind.NUMBER),
    "connected": Fact(Kind.TRUTH),
    "stopped_by": Fact(
        Kind.TEXT, values=("operator", "automaton", "wings", "crash", "exit", "unseen", "nobody")
    ),
}

INCIDENT_FACTS: dict[str, Fact] = {
    "open_for": Fact(Kind.DURATION, grows=True),
    "matches": Fact(Kind.NUMBER),
    "acked": Fact(Kind.TRUTH),
    "attempt": Fact(Kind.NUMBER),
    "lines": Fact(Kind.TEXT),
    "rule": Fact(Kind.TEXT),
    "severity": Fact(Kind.TEXT, values=("info", "warning", "critical")),
}
"""`attempt`: which run of the rule this is within the breaker's window (else 1h), from 1."""

COUNTDOWN_FACTS: dict[str, Fact] = {"left": Fact(Kind.DURATION, grows=True)}
"""Only inside of a `countdown`."""

GROUP_FACTS: dict[str, Fact] = {"total": Fact(Kind.NUMBER)}
"""Only in a rule wider than one server: how many servers count under the key."""

EVERY_FACT: dict[str, Fact] = {**SERVER_FACTS, **INCIDENT_FACTS, **COUNTDOWN_FACTS, **GROUP_FACTS}
