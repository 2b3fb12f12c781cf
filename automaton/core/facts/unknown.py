"""Why a name has no value now, as a sentence for people."""

from __future__ import annotations

from automaton.core.applied import OVER_SERVERS, OVER_TIME
from automaton.core.facts.facts import READINGS, STATS_OVERDUE, Facts
from automaton.core.incident import Incident
from automaton.core.scene import OF_A_MATCH

OF_AN_INCIDENT = frozenset({"open_for", "matches", "acked", "attempt"})
OF_THE_LINK = frozenset({*READINGS, "state", "state_age", "console_age", "stopped_by", "players"})


def why_unknown(name: str, facts: Facts | None, incident: Incident | None, mono: float) -> str:
    """The reason for which `name` is unknown at `mono`; empty where there is none to be told."""
    if name.startswith(OF_A_MATCH):
        return "only a match has it" if incident is None else "the match did not have it"
    if name in OF_AN_INCIDENT and incident is None:
        return "no incident is open"
    if facts is None:
        return ""
    if name in OF_THE_LINK and not facts.connected:
        return "the link is down" if facts.connected is False else "the link was never up"
    return _of_a_reading(name, facts, mono) if name in READINGS else _of_others(name, facts)


def _of_a_reading(name: str, facts: Facts, mono: float) -> str:
    if facts.stats is None:
        return "no stats came since the link is up"
    if mono >= facts.stats_until():
        return f"stats are overdue: none for {mono - facts.stats_until() + STATS_OVERDUE:.0f} s"
    if name in ("memory_pct", "memory_limit") and not facts.stats.memory_limit:
        return "Wings does not know the memory limit"
    if name == "disk_pct" and not facts.profile.disk_limit:
        return "the server has no disk limit"
    return ""


def _of_others(name: str, facts: Facts) -> str:
    match name:
        case "state" | "state_age":
            return "the state was not reported since the link is up"
        case "console_age":
            return "nothing was printed since the link is up"
        case "connected":
            return "the link was not tried yet"
        case "disk_limit":
            return "the server has no disk limit"
        case "players":
            return "nobody has counted them yet" if facts.pack else "the server has no pack that counts them"
    return ""


def why_not_applied(function: str, facts: Facts) -> str:
    """The same for a function of the language: where what it is applied to does not tell."""
    if function in OVER_SERVERS:
        return "it looks at no server, or what it asks is not known of some"
    if function in OVER_TIME:
        return "the link is down" if facts.connected is False else "too little of that time was seen"
    return ""
