"""A builder for stories: rules in YAML, events at seconds, and what was asked of the world.

Every call is answered at once with DONE, unless the story says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import Any

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call, SendCommand, SendMessage, SendResolved, SetPower
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.gates.limits import Limits
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Calendar
from automaton.core.rules.rule import Rulebook
from automaton.core.scope import ALONE, Place, Scope
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.server import Server
from automaton.core.targets.target import Target
from automaton.packs.load import Packs, read_packs
from automaton.problem import has_error
from automaton.rulebook.book import build_book
from automaton.rulebook.load import load_texts

LOBBY = Profile(uuid="u-lobby", id="lobby", name="lobby", node="eu", egg="Paper", disk_limit=1000)
ARENA = Profile(uuid="u-arena", id="arena", name="arena", node="eu", egg="Rust")
LIVE = Limits(arm=Arm.LIVE)
DONE = Outcome(Result.DONE)
MOST_LOOKS = 3_000


CLEAN = """
    rules:
      - id: clean
        when: {console: '^clean (?P<what>\\w+)'}
        do: [{send: "clear ${it.what}"}]
    """

HIGH = """
    rules:
      - id: high
        while: memory_pct > 90
        for: 5m
        until: memory_pct < 80
        do: [{notify: ops, text: "high"}]
        on_clear: [{notify: ops, text: "back after ${open_for}"}]
    """


class Nothing:
    """What a target knows of others, where there are none."""

    windows: Mapping[str, Calendar] = MappingProxyType({})

    def is_firing(self, target: Target, rule: str) -> bool:
        return False


def target_of(profile: Profile) -> Target:
    """A server's target, alone."""
    return Target(Key(By.SERVER, profile.uuid), Server(profile), Nothing())


def tags_of(profile: Profile, _: str) -> frozenset[str]:
    """Always the same function: a reload must see that the tags are the same."""
    return frozenset({"prod"}) if profile is LOBBY else frozenset()


def book(rules: str, own: Iterable[Path] | None = None) -> Rulebook:
    """A rulebook of one file's text, with these packs or else the shipped ones; a mistake ends the test."""
    files = [] if own is None else list(own)
    known, _ = read_packs(files)
    packs = Packs(
        {name: pack for name, pack in known.items() if own is None or name in {one.stem for one in files}}
    )
    loaded = load_texts([("rules.yml", dedent(rules))], packs.known_events)
    assert not has_error(loaded.problems), [str(problem) for problem in loaded.problems]
    return build_book(
        loaded.rules,
        packs,
        tags_of,
        loaded.windows,
        loaded.own_facts,
    )


class Story:
    """One engine with the servers `lobby` and, where it is named, `arena`."""

    def __init__(
        self,
        rules: str,
        limits: Limits = LIVE,
        *,
        state: State | None = State.RUNNING,
        profile: Profile = LOBBY,
        scope: Scope = Scope.WHOLE,
        place: Place = ALONE,
        acts_from: float = -inf,
    ) -> None:
        self.engine = Engine(
            book(rules), limits, Moment(0.0, 0.0), scope=scope, acts_from=acts_from, place=place
        )
        self._place = place
        self.answer: Callable[[Call], Outcome | None] = lambda _: DONE
        self.decisions: list[Decision] = []
        self.asked: list[tuple[float, int, Call]] = []
        self._limits, self._rules = limits, rules
        self.at(0.0, ev.ServerListed, profile=profile)
        if state is not None:
            self.at(0.0, ev.LinkUp)
            self.at(0.0, ev.StateReported, state=state)

    def at(self, mono: float, kind: type[Event], **fields: Any) -> Story:
        """An event at so many seconds; of `lobby` where no server is named."""
        profile = fields.get("profile")
        server = fields.pop("server", profile.uuid if profile else LOBBY.uuid)
        self._take(self.engine.handle(kind(server=server, at=Moment(mono, mono), **fields)), mono)
        return self

    def line(self, mono: float, text: str, **fields: Any) -> Story:
        return self.at(mono, ev.LinePrinted, text=text, **fields)

    def state(self, mono: float, state: State, **fields: Any) -> Story:
        return self.at(mono, ev.StateChanged, state=state, **fields)

    def happens(self, mono: float, name: str, *, server: str = LOBBY.uuid, **fields: Any) -> Story:
        return self.at(mono, ev.Occurred, server=server, name=name, fields=fields)

    def memory(self, mono: float, pct: int, **fields: Any) -> Story:
        """A stats frame with so much of the memory in use."""
        quiet = {"memory_limit": 100, "cpu_pct": 1.0, "disk": 100, "rx": 0, "tx": 0, "uptime": max(mono, 0.1)}
        return self.at(mono, ev.StatsReported, memory=pct, **{**quiet, **fields})

    def memory_from(self, begin: float, end: float, pct: int, step: float = 5.0) -> Story:
        """Stats frames for a while."""
        mono = begin
        while mono <= end:
            self.memory(mono, pct)
            mono += step
        return self

    def until(self, mono: float) -> Story:
        """Time passes without an event, deadline by deadline."""
        looks = 0
        while (deadline := self.engine.next_deadline()) is not None and deadline <= mono:
            self._take(self.engine.advance(Moment(deadline, deadline)), deadline)
            looks += 1
            assert looks < MOST_LOOKS, f"restless: something is due again and again, now at {deadline}"
        self._take(self.engine.advance(Moment(mono, mono)), mono)
        return self

    def ends(self, mono: float, number: int, outcome: Outcome = DONE) -> Story:
        """The end of a call that was not answered at once."""
        return self.at(mono, ev.CallEnded, number=number, outcome=outcome)

    def adopt(self, mono: float, rules: str, limits: Limits | None = None) -> Story:
        """A reload."""
        moment = Moment(mono, mono)
        self._take(self.engine.adopt(book(rules), limits or self._limits, moment), mono)
        return self

    def restart(self, mono: float, down_for: float, rules: str | None = None) -> Story:
        """automaton ends at `mono` and begins anew after so many seconds, with what it wrote down.

        The clock of the new process is another one. The server is listed and its link is up again at once.
        """
        memory = json.loads(json.dumps(self.remembered(Moment(mono, mono))))
        states = {uuid: server.facts.state for uuid, server in self.engine.servers().items()}
        profiles = [server.facts.profile for server in self.engine.servers().values()]
        self.engine = Engine(
            book(rules or self._rules), self._limits, Moment(mono + down_for, mono + down_for), memory,
            scope=self.engine.scope, place=self._place,
        )  # fmt: skip
        for profile in profiles:
            self.at(mono + down_for, ev.ServerListed, profile=profile)
        for uuid, state in states.items():
            if state is not None:
                self.at(mono + down_for, ev.LinkUp, server=uuid)
                self.at(mono + down_for, ev.StateReported, server=uuid, state=state)
        return self

    def remembered(self, now: Moment) -> Mapping[str, Any]:
        """What the next engine is given."""
        return self.engine.dump(now)

    def rule_state(self, rule: str, server: str = LOBBY.uuid) -> RuleState:
        return next(one for one in self.engine.rule_states() if (one.rule.id, one.key) == (rule, server))

    @property
    def calls(self) -> list[str]:
        """What was asked, in short: `10 send save-all`."""
        return [
            f"{mono:g} {short(call)}" for mono, _, call in self.asked if not isinstance(call, SendResolved)
        ]

    @property
    def told_ends(self) -> list[str]:
        """The ends that were told by themselves, in short: `10 ops: lobby: a is over after 1m`."""
        ends = ((mono, call) for mono, _, call in self.asked if isinstance(call, SendResolved))
        return [f"{mono:g} {call.channel}: {call.text}" for mono, call in ends]

    @property
    def verdicts(self) -> list[str]:
        """What was decided, in short: `10 fired`."""
        return [f"{one.at.mono:g} {one.verdict}" for one in self.decisions if not tells_end(one)]

    def details(self, verdict: Verdict) -> list[str]:
        return [one.detail for one in self.decisions if one.verdict is verdict]

    def _take(self, decisions: list[Decision], mono: float) -> None:
        self.decisions += decisions
        for decision in decisions:
            for asked in decision.calls:
                self.asked.append((decision.at.mono, asked.number, asked.call))
                outcome = self.answer(asked.call)
                if outcome is not None:
                    self.at(
                        mono, ev.CallEnded, server=asked.call.server, number=asked.number, outcome=outcome
                    )


def tells_end(decision: Decision) -> bool:
    """Whether nothing is told but an end, by itself."""
    calls = [*(asked.call for asked in decision.calls), *decision.held]
    return bool(calls) and all(isinstance(call, SendResolved) for call in calls)


def short(call: Call) -> str:
    match call:
        case SendCommand(command=command):
            return f"send {command}"
        case SetPower(signal=signal):
            return f"power {signal}"
        case SendMessage(channel=channel, text=text):
            return f"notify {channel}: {text}"
    return call.verb


def suspended(profile: Profile) -> Profile:
    return replace(profile, suspended=True)


def on_crash(do: str, rest: str = "") -> Story:
    """A rule that a crash sets off, with these actions; `rest` are more keys."""
    return Story(f"rules: [{{id: a, when: {{event: crash}}, do: [{do}]{rest}}}]")
