"""What an engine remembers, part by part: the names of the parts, and the whole made of them again.

Law: a part is complete by itself but for a server's, whose past may lie in another, and says when it was
written. Clocks that ran then go on up to the last moment at which the engine is known to have turned, and no
further: time lost is time unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import quote

HEAD = "engine/head"
"""Counters, and up to when the engine turned."""

SILENCES = "engine/silences"
FACTS = "engine/facts"
"""What is known of the facts that an address is asked for."""

MATCHES, MATCH = "engine/matches", "engine/match/"
"""Of an engine that judges a node: its matches of the fleet's rules that were not heard yet."""

TOLD, NEWS = "engine/told", "engine/news/"
"""The news of the fleet's rules: those that its engine tells, and up to where a node's engine heard them."""

HEARD = "engine/heard"
"""What the fleet's engine heard of each node's matches."""

ARMED = "engine/armed"
"""What people said of rules' `arm`. No part of HEAD, which is written with each entry: there may be many."""

HEADS = ("version", "at", "next_number", "next_incident", "hold")

BUDGET, SERVER, PAST, AGES, CROWD, STATE, ABSENT, SEEN, GRANTS = (
    f"engine/{kind}/"
    for kind in ("budget", "server", "past", "ages", "crowd", "state", "absent", "seen", "grants")
)
"""Of a budget what was spent; of a server its facts (in them, as `hindsight`, its history), and apart
from them what `avg` and its kin look back on and the ages of its console; of a node or the fleet, as
`crowds`, the servers that its rules counted; the state of a rule for a key (`standings` in a memory) with
its incident and its runs (`going`); a server that left; the values that `first` has met; what a node has
of the fleet's budgets."""

DAMAGE = (KeyError, TypeError, ValueError, AttributeError, IndexError)  # what reading a damaged part raises
_DIGEST = 32  # hexadecimal digits: strangers choose the values of `by`, so two names must never meet

OF_SHARES = {MATCHES: "matches", TOLD: "told", HEARD: "heard"}
"""What only an engine beside others remembers, by part, and its name in a memory."""

Parts = Mapping[str, Any]
"""By name, plain JSON data."""


def budget_name(kind: str, of: str) -> str:
    """The part of one budget: what was spent of it."""
    return f"{BUDGET}{kind}/{quote(of, safe='')}"


def grants_name(node: str) -> str:
    """The part of what one node has of the fleet's budgets."""
    return f"{GRANTS}{quote(node, safe='')}"


def state_name(home: str, rule: str, more: Iterable[str]) -> str:
    """The part of one rule for one key: its state, its incident and its runs."""
    values = list(more)
    name = f"{STATE}{home}/{rule}"
    if not values:
        return name
    text = json.dumps(values).encode(errors="replace")
    return f"{name}/{sha256(text).hexdigest()[:_DIGEST]}"


def seen_name(home: str, rule: str, more: Iterable[str], bucket: int) -> str:
    """One of the parts of what `first` of a rule has seen under a key."""
    return f"{SEEN}{state_name(home, rule, more).removeprefix(STATE)}/{bucket:03x}"


def split(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a whole memory, as an engine dumps it. What in it is damaged is left out."""
    parts: dict[str, Any] = {
        HEAD: {key: memory[key] for key in HEADS},
        SILENCES: memory["silences"],
        FACTS: memory.get("facts", {}),
        ARMED: memory.get("armed", {}),
    }
    parts |= {name: dict(memory[key]) for name, key in OF_SHARES.items() if key in memory}
    if MATCHES in parts:
        waiting = parts[MATCHES].pop("waiting")
        parts |= {f"{MATCH}{number}": one for number, one in waiting.items()}
    if TOLD in parts:
        parts |= {f"{NEWS}{number}": one for number, one in parts[TOLD].pop("news", {}).items()}
    for kind, of, spent in memory["spent"]:
        parts[budget_name(kind, of)] = [kind, of, spent]
    parts |= {grants_name(node): [node, grants] for node, grants in memory.get("grants", {}).items()}
    for home, place in memory["places"].items():
        with suppress(*DAMAGE):
            parts |= _split_place(home, place)
    return parts | dict(memory.get("seen", {}))


def _split_place(home: str, place: Mapping[str, Any]) -> dict[str, Any]:
    if place.get("absent"):
        return {ABSENT + home: place}
    at, parts = place["at"], {}
    if place["server"] is not None:
        parts[SERVER + home] = {"at": at, "server": place["server"]}
    if place.get("crowds"):
        parts[CROWD + home] = {"at": at, "crowds": place["crowds"]}
    for one in place["standings"]:
        parts[state_name(home, one["rule"], one["more"])] = {**one, "home": home, "at": at}
    return parts


def join(parts: Parts) -> tuple[dict[str, Any] | None, int]:
    """The memory that these parts are, and how many of them were damaged; None where there is no head."""
    head = parts.get(HEAD)
    if head is None:
        return None, 0
    memory = {
        **head,
        "silences": parts.get(SILENCES, []),
        "facts": parts.get(FACTS, {}),
        "armed": parts.get(ARMED, {}),
        "spent": [],
        "places": {},
        "seen": {},
        **{key: parts[name] for name, key in OF_SHARES.items() if name in parts},
    }
    if "matches" in memory:
        memory["matches"] = {**memory["matches"], "waiting": {}}
    if "told" in memory:
        memory["told"] = {**memory["told"], "news": {}}
    until, damaged = float(head["at"]), 0
    # What belongs to what else is known of a server comes behind it.
    for name in sorted(parts, key=lambda name: name.startswith((AGES, PAST))):
        try:
            _add(memory, name, parts[name], until)
        except DAMAGE:
            damaged += 1
    return memory, damaged


def _add(memory: dict[str, Any], name: str, part: Any, until: float) -> None:
    places: dict[str, Any] = memory["places"]
    if name.startswith(BUDGET):
        kind, of, spent = part
        memory["spent"].append([kind, of, spent])
    elif name.startswith(MATCH):
        memory["matches"]["waiting"][name.removeprefix(MATCH)] = part
    elif name.startswith(GRANTS):
        node, grants = part
        memory.setdefault("grants", {})[node] = grants
    elif name.startswith(NEWS):
        memory["told"]["news"][name.removeprefix(NEWS)] = part
    elif name.startswith(SEEN):
        memory["seen"][name] = part
    elif name.startswith(ABSENT):
        places[name.removeprefix(ABSENT)] = part
    elif name.startswith(SERVER):
        place = _place(places, name.removeprefix(SERVER), part["at"])
        place["server"] = {**_watched_on(part["server"], until - part["at"]), "at": part["at"]}
        if part.get("lively"):
            _hear(place["server"])
    elif name.startswith(AGES):
        aged = places.get(name.removeprefix(AGES))
        at, *ages = part
        if aged is not None and aged.get("server") is not None and at >= aged["server"].pop("at"):
            _grow(aged["server"], *ages)
    elif name.startswith(PAST):
        has_past = places.get(name.removeprefix(PAST))
        if has_past is not None and has_past.get("server") is not None:
            _lengthen(has_past["server"], part)
    elif name.startswith(CROWD):
        _place(places, name.removeprefix(CROWD), part["at"])["crowds"] = part["crowds"]
    elif name.startswith(STATE):
        place = _place(places, part["home"], part["at"])
        place["standings"].append(_turned_on(part, until - part["at"]))


def _place(places: dict[str, Any], home: str, at: float) -> dict[str, Any]:
    place: dict[str, Any] = places.setdefault(home, {"at": at, "server": None, "standings": [], "crowds": {}})
    place["at"] = max(place["at"], at)
    return place


def _turned_on(state: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """A rule's state when the engine had turned for some seconds more, in which nothing else happened."""
    on = dict(state)
    for name, runs in zip(("hold", "quiet"), state.get("running", ()), strict=False):
        if runs:
            held, begun = state[name]
            on[name] = [held + max(0.0, seconds), begun]
    on["running"] = [False, False]
    on["going"] = [
        # From here on it waits to return, however long its server is not listed.
        run
        if run.get("returning")
        else {**run, "left_at": run["left_at"] + max(0.0, seconds), "returning": True}
        for run in state["going"]
    ]
    return on


def _watched_on(server: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """The facts of a server when it had been watched for some seconds more."""
    if not server.get("connected") or seconds <= 0.0:
        return {**server, "connected": None}
    hindsight = dict(server["hindsight"])
    if hindsight["watched"] is not None:
        since, until = hindsight["watched"]
        hindsight["watched"] = [since, until + seconds]
    return {**server, "connected": None, "seen": server["seen"] + seconds, "hindsight": hindsight}


def _grow(
    server: dict[str, Any], since: float | None, is_bound: bool, names: Any, patterns: Any, lively: bool
) -> None:  # fmt: skip
    server["console_since"] = [since, is_bound]
    server["hindsight"] = {**server["hindsight"], "names": names, "patterns": patterns}
    if lively:
        _hear(server)


def _lengthen(server: dict[str, Any], past: Mapping[str, Any]) -> None:
    """Puts the steps that were written apart before those that the server's own part has."""
    series = {}
    for key, one in server["hindsight"]["series"].items():
        rest = {name: value for name, value in one.items() if name != "past"}
        ended = past.get(key)
        if ended and ended[-1][0] == one.get("past"):  # else it is another's past
            rest["steps"] = ended + one["steps"]
        series[key] = rest
    server["hindsight"] = {**server["hindsight"], "series": series}


def _hear(server: dict[str, Any]) -> None:
    """Its console printed up to the last moment that is known."""
    server["console_since"] = [server["seen"], False]
