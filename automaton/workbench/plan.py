"""`automaton plan`: what rules in shadow would have done lately, and what limits would have held of it.

Pure but for reading: the budgets of today's `limits` are spent by what was pretended, call by call.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automaton.actions.reinstall import ReinstallServer
from automaton.configuration.load import Configuration, load_configuration
from automaton.core.arm import Arm
from automaton.core.calls import Call, SendCommand, SetPower, Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.facts.own import FromLine
from automaton.core.gates.budgets import Budgets, budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Limits
from automaton.core.polling.polls import PLAYERS
from automaton.core.rules.drill_mark import DRILL
from automaton.core.span import span
from automaton.errors import AutomatonError, ConfigurationError
from automaton.journal.trail import KeptRow, TrailQuery
from automaton.printable import say, say_json
from automaton.settings.load import load
from automaton.workbench.exit_code import OK, exit_code_of
from automaton.workbench.terminal import console_lines, plain, title
from automaton.workbench.trail import PAGE, Trail, body_of, calls_of, open_trail, since, when

MOST_SHADOW_ROWS = 20_000  # of each verdict; a kilobyte or two each, all of them at once
MESSAGES_SHOWN = 3  # of one rule and server, the latest

Asked = tuple[str, ...]
"""What calls of one kind ask: the verb, and its fields but for texts."""


@dataclass(slots=True)
class Planned:
    """What one rule would have done for one key. `held` counts by what was asked and by the limit's name."""

    rule: str
    key: str
    first: float
    last: float
    fired: int = 0
    calls: Counter[Asked] = field(default_factory=Counter)
    held: dict[Asked, Counter[str]] = field(default_factory=dict)
    messages: dict[tuple[str, str], float] = field(default_factory=dict)


def plan(config: Path, back: str, *, as_json: bool) -> int:
    """Prints it, by rule and server. 0, also where nothing would have been done."""
    try:
        found = load(config, os.environ, in_service=False)
        if found.settings is None:
            raise ConfigurationError(found.problems)
        trail, begin = open_trail(config), since(back)
        shadow, is_whole = _rows(trail, Verdict.SHADOW, begin)
        fired, _ = _rows(trail, Verdict.FIRED, begin) if shadow else ([], True)
        unasked = list(_unasked_lines(config))
    except AutomatonError as problem:
        say(plain(str(problem)), err=True)
        return exit_code_of(problem)
    plans = planned(shadow, fired, found.settings.limits.as_core(), trail.node_of)
    if as_json:
        say_json({"since": begin, "rules": [_as_json(one, trail) for one in plans]}, compact=True)
    for line in () if as_json else plan_lines(plans, trail):
        say(line)
    if not plans:
        say(f"no rule in shadow would have done anything in the last {back}", err=True)
    elif not trail.is_running:
        say("no daemon runs that knows the nodes: `limits.power.node` is left out", err=True)
    for line in unasked:
        say(line, err=True)
    if not is_whole:
        say(f"only the latest {MOST_SHADOW_ROWS} decisions were looked at", err=True)
    return OK


def planned(
    shadow: Iterable[KeptRow], fired: Iterable[KeptRow], limits: Limits, node_of: Callable[[str], str]
) -> list[Planned]:
    """What the rows in shadow come to, by rule and key in the order of their ids. The oldest row first.

    A firing counts where something of it was in shadow before the next: the others were live, or did nothing.
    """
    moments: dict[tuple[str, str], list[float]] = {}
    plans: dict[tuple[str, str], Planned] = {}
    budgets = Budgets()
    for kept in shadow:
        row = kept.row
        if row.rule.startswith(DRILL):
            continue
        one = plans.setdefault((row.rule, row.key), Planned(row.rule, row.key, row.at, row.at))
        one.last = max(one.last, row.at)
        moments.setdefault((row.rule, row.key), []).append(row.at)
        for call in calls_of(body_of(kept), "held"):
            _count(one, call, row.at)
            if limit := _over(call, row.server, row.at, limits, node_of, budgets):
                one.held.setdefault(_asked(call), Counter())[limit] += 1
    firings: dict[tuple[str, str], list[float]] = {}
    for kept in fired:
        firings.setdefault((kept.row.rule, kept.row.key), []).append(kept.row.at)
    for name, one in plans.items():
        began = sorted(firings.get(name, ()))
        one.fired = len({at for moment in moments[name] if (at := bisect_right(began, moment))})
    return [plans[name] for name in sorted(plans)]


def _unasked_lines(config: Path) -> Iterator[str]:
    """Rules in shadow that read what nobody asks for there. Nothing of files with mistakes."""
    configuration = load_configuration(config, os.environ, in_service=False).configuration
    for rule, facts in unasked_in_shadow(configuration) if configuration is not None else ():
        names = ", ".join(f"`{one}`" for one in facts)
        yield (
            f"rule `{rule}` reads {names}: asked for only where a live rule reads it, so in shadow it may be"
            " unknown, and live the rule may do more than is told here, or less"
        )


def unasked_in_shadow(configuration: Configuration) -> Iterator[tuple[str, list[str]]]:
    """The rules in shadow that read what is asked for, each with those facts that no live rule reads."""
    book, gates = configuration.book, GateState(configuration.limits)
    asked = {name for name, one in book.own_facts.items() if not isinstance(one.origin, FromLine)} | {PLAYERS}
    asked |= {name for pack in book.packs.values() for name in pack.polls} - book.own_facts.keys()
    for rule in book.rules:
        if gates.arm(rule) is Arm.LIVE:
            asked -= rule.names
    for rule in book.rules:
        if gates.arm(rule) is Arm.SHADOW and (facts := sorted(asked & rule.names)):
            yield rule.id, facts


def plan_lines(plans: Iterable[Planned], trail: Trail) -> Iterator[str]:
    """The lines of the report."""
    for one in plans:
        times = "once" if one.fired == 1 else f"{one.fired} times"
        upto = f" to {when(one.last)}" if one.last != one.first else ""
        name = f"{plain(one.rule)} for {trail.name_of(one.key)}"
        yield f"{name}: fired {times} in shadow, {when(one.first)}{upto}"
        for asked, count in one.calls.items():
            held = "".join(f"; {n} held by `limits.{limit}`" for limit, n in _held(one, asked).items())
            yield f"  {plain(' '.join(asked))}: {'once' if count == 1 else f'{count} times'}{held}"
        for channel, text in list(one.messages)[-MESSAGES_SHOWN:]:
            first, *others = console_lines(text, colours=False)
            yield f"    {title(channel)}: {first}"
            yield from (f"      {line}" for line in others)
        if len(one.messages) > MESSAGES_SHOWN:
            yield f"    and {len(one.messages) - MESSAGES_SHOWN} other messages before these"


def _rows(trail: Trail, verdict: Verdict, begin: float) -> tuple[list[KeptRow], bool]:
    """The rows of a verdict, the oldest first, and whether these are all."""
    found: list[KeptRow] = []
    before: int | None = None
    while len(found) < MOST_SHADOW_ROWS:
        query = TrailQuery(verdict=verdict.value, since=begin, before=before, limit=PAGE)
        page = list(reversed(trail.rows(query)))
        found += page
        if len(page) < PAGE:
            return found[::-1], True
        before = page[-1].number
    return found[::-1], False


def _count(one: Planned, call: Mapping[str, str], at: float) -> None:
    one.calls[_asked(call)] += 1
    if text := call.get("text", ""):
        message = (call.get("channel", ""), text)
        one.messages.pop(message, None)  # the latest last
        one.messages[message] = at


def _asked(call: Mapping[str, str]) -> Asked:
    fields = (value for name, value in call.items() if name not in ("verb", "action", "number", "text"))
    return (call.get("verb", ""), *fields)


def _over(
    call: Mapping[str, str], server: str, at: float, limits: Limits, node_of: Callable[[str], str],
    budgets: Budgets,
) -> str:  # fmt: skip
    """The limit that would have held this call, with its figures; else its budgets are spent."""
    made = _call(call, server)
    if made is None:
        return ""
    node = node_of(server)
    spends = [one for one in budgets_for(made, limits, node, Spends.ALL) if one[0] != ("power.node", "")]
    for ticket, budget in spends:
        if budgets.left(ticket, budget, at) <= 0:
            return f"{ticket[0]}: {budget.max}/{span(budget.within)}"
    budgets.spend(spends, at)
    return ""


def _call(call: Mapping[str, str], server: str) -> Call | None:
    """A call that spends a budget; None for any other."""
    match call:
        case {"verb": "power", "signal": signal} if signal in list(Signal):
            return SetPower(server=server, signal=Signal(signal))
        case {"verb": "reinstall"}:
            return ReinstallServer(server=server)
        case {"verb": "send", "command": command}:
            return SendCommand(server=server, command=command)
    return None


def _held(one: Planned, asked: Asked) -> Counter[str]:
    return one.held.get(asked, Counter())


def _as_json(one: Planned, trail: Trail) -> dict[str, Any]:
    return {
        "rule": one.rule, "key": one.key, "name": trail.name_of(one.key), "fired": one.fired,
        "first": one.first, "last": one.last,
        "calls": [
            {"asks": list(asked), "times": count, "held": dict(_held(one, asked))}
            for asked, count in one.calls.items()
        ],
        "messages": [{"channel": to, "text": text, "at": at} for (to, text), at in one.messages.items()],
    }  # fmt: skip
