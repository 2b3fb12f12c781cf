"""Why a name has no value now, as a sentence for people."""

from __future__ import annotations

from automaton.core.expression import OVER_SERVERS, OVER_TIME
from automaton.core.facts.facts import Facts
from automaton.core.facts.observed import STATS_OVERDUE
from automaton.core.facts.own import FromQuery
from automaton.core.facts.row import Teller, Where
from automaton.core.facts.table import OF_THE_STATE, RULE_FACTS, SERVER_FACTS, of_rule
from automaton.core.rules.incident import Incident
from automaton.core.rules.scene import OF_A_MATCH, OF_A_RESULT

OF_AN_INCIDENT = frozenset(of_rule(Where.INCIDENT))


def why_unknown(name: str, facts: Facts | None, incident: Incident | None, mono: float) -> str:
    """Why `name` is unknown at `mono`; empty if no reason can be given."""
    if name.startswith(OF_A_MATCH):
        return "only a match has it" if incident is None else "the match did not have it"
    if name.startswith(OF_A_RESULT):
        return "no step of the run has given it"
    if name in OF_AN_INCIDENT and incident is None:
        return "no incident is open"
    fact = SERVER_FACTS.get(name)
    if facts is None or name in RULE_FACTS:
        return ""
    if fact is None:
        return _of_ones_own(name, facts, mono)
    if name in OF_THE_STATE and not facts.connected:
        return "the link is down" if facts.connected is False else "the link was never up"
    if fact.teller is Teller.STATS and (reason := _no_reading(facts, mono)):
        return reason
    return next((one.of(facts) for one in fact.missing if one.applies(facts)), "")


def _of_ones_own(name: str, facts: Facts, mono: float) -> str:
    value = facts.own.get(name)
    if value is None:
        return "neither the pack of this server nor `facts` of a rule file tells it here"
    if name in facts.own.local and not facts.connected:
        return "the link is down" if facts.connected is False else "the link was never up"
    if isinstance(value.fact.origin, FromQuery) and facts.queried.trouble:
        return facts.queried.trouble
    return value.why_unknown(mono)


def _no_reading(facts: Facts, mono: float) -> str:
    if facts.stats is None:
        return "no stats came since the link is up"
    if mono >= facts.stats_until():
        return f"stats are overdue: none for {mono - facts.stats_until() + STATS_OVERDUE:.0f} s"
    return ""


def why_not_applied(function: str, facts: Facts) -> str:
    """Why a function is unknown; empty if the reason lies in its arguments."""
    if function in OVER_SERVERS:
        return "it looks at no server, or what it asks is not known of some"
    if function in OVER_TIME:
        return "the link is down" if facts.connected is False else "too little of that time was seen"
    return ""
