"""Facts that an address is asked for: once for all who have them, and only where a live rule reads them.

A request is a call like any other: the dispatcher performs it, its outcome is an event. Where several engines
judge a fleet, that of the fleet asks for all. Law: an answer is a stranger's text. What is no value counts as
no answer, and is never half taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.engine_events import Answer
from automaton.core.facts.facts import Facts
from automaton.core.facts.own import FromAddress, OwnFact, in_short
from automaton.core.facts.own_values import OwnValue
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_poll
from automaton.core.happening import Seen
from automaton.core.json_path import JsonPath, is_json, read_json
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outcome import LARGEST_ANSWER, Outcome, Result
from automaton.core.polling.asking import AGAIN, NOBODY
from automaton.core.rules.rule import Rulebook
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime

BEGINS_AFTER = 1.0
"""Seconds from a start or a reload to the first request: what happens in the same moment comes before it."""

SAME_ANSWER = 2.0
"""Seconds: an answer is told again and again, and how long it was under way is not known. No two come sooner
after one another (SHORTEST_TURN)."""

ELSEWHERE = "the engine that judges the fleet asks it for all, and has not told an answer yet"

FLEET = Key(By.FLEET)


class AddressTurn:
    """Owns the deadline of the next request for one fact. `number` is that of the call under way."""

    __slots__ = ("name", "number")

    def __init__(self, name: str) -> None:
        self.name = name
        self.number: int | None = None

    def sent(self, number: int) -> None:
        """Notes the call that went out."""
        self.number = number

    def over(self) -> None:
        """Notes that none is under way."""
        self.number = None


class AddressPolls:
    """`values` are those of the facts that all share, by name. Unless it `asks`, another engine does.

    `answered_times` counts the answers that were values.
    """

    def __init__(
        self, gates: GateState, fleet: Facts, log: DecisionCollector, deadlines: Deadlines[object],
        *, asks: bool = True,
    ) -> None:  # fmt: skip
        self._asks = asks
        self.answered_times = 0
        self._texts: dict[str, str] = {}
        self.values: dict[str, OwnValue] = {}
        self.changed: dict[str, None] = {}  # since they were last taken
        self._gates = gates
        self._fleet = fleet
        self._log = log
        self._deadlines = deadlines
        self._turns: dict[str, AddressTurn] = {}
        self._loaded: Mapping[str, Any] = {}
        self._wall_time = WallTime(Moment(0.0, 0.0))

    def adopt(self, facts: Iterable[OwnFact]) -> None:
        """Sets which there are. What is known of a name goes on; what nobody defines is forgotten."""
        found: dict[str, OwnValue] = {}
        for fact in facts:
            if not fact.is_shared:
                continue
            known = self.values.get(fact.name)
            if known is not None and known.fact == fact:
                found[fact.name] = known
                continue
            found[fact.name] = value = OwnValue(fact)
            self.changed[fact.name] = None
            if known is not None:
                value.take_over(known)
                if known.fact.origin != fact.origin:
                    self._cease(fact.name)  # what is under way was asked of another address
            elif fact.name in self._loaded:
                value.load(self._loaded[fact.name], self._wall_time)
        self.changed |= dict.fromkeys(self.values.keys() - found.keys())
        self.values = found
        self._loaded = {}

    def choose(self, book: Rulebook, now: Moment) -> None:
        """Begins to ask for what a live rule reads, soon or when the last answer is old, and ceases."""
        live = [rule for rule in book.rules if self._gates.arm(rule) is Arm.LIVE]
        wanted = {name for name in self.values if any(name in rule.names for rule in live)}
        if not self._asks:
            for value in (self.values[name] for name in wanted):
                value.trouble = ELSEWHERE if value.plain is None else value.trouble
            return
        for name in [name for name in self._turns if name not in wanted]:
            self._cease(name)
        for name, value in self.values.items():
            if name in wanted and name not in self._turns:
                turn = self._turns[name] = AddressTurn(name)
                self._deadlines.set(turn, max(now.mono + BEGINS_AFTER, value.asked_at + _origin(value).every))

    def _cease(self, name: str) -> None:
        turn = self._turns.pop(name, None)
        if turn is not None:
            self._deadlines.drop(turn)

    def due(self, turn: AddressTurn, now: Moment) -> None:
        """The time for the next request has come."""
        if self._turns.get(turn.name) is not turn:
            return
        value = self.values[turn.name]
        origin = _origin(value)
        self._deadlines.set(turn, now.mono + origin.every)
        if turn.number is not None:
            return  # the last one is still under way: one at a time
        known = CallFacts(now=now, gates=self._gates, server=self._fleet, arm=Arm.LIVE)
        held = before_poll(NOBODY, FLEET, known, origin.call)
        if held is not None:
            value.trouble = f"it is not asked: {held.verdict.sentence}"
            settling = held.verdict in (Verdict.SETTLING, Verdict.TAKING_OVER)
            self._deadlines.set(turn, held.until if settling else now.mono + min(AGAIN, origin.every))
            return
        if value.ask(now.mono):
            why = value.trouble or "no answer came"
            self._log.tell_unanswered(FLEET.text, now, f"`{turn.name}`: {why}")
        self.changed[turn.name] = None
        turn.sent(self._log.tell_poll(FLEET.text, now, origin.call))

    def answered(self, number: int, outcome: Outcome, now: Moment) -> tuple[OwnFact, Seen] | None:
        """What an outcome means for a fact; None where no request of ours has this number."""
        turn = next((one for one in self._turns.values() if one.number == number), None)
        if turn is None:
            return None
        turn.over()
        value = self.values[turn.name]
        if outcome.result is not Result.DONE:
            value.trouble = outcome.detail or outcome.result.value
            return None
        text, trouble = read_answer(outcome.body, _origin(value).path)
        if text is None:
            value.trouble = trouble
            return None
        told = self.tell(turn.name, text, now)
        if not value.trouble:
            self._texts[turn.name] = in_short(text)
            self.answered_times += 1
        return told

    def answers(self, now: Moment) -> tuple[Answer, ...]:
        """The last answers since this engine began, as far as they still count."""
        known = [name for name in self._texts if name in self.values]
        return tuple(
            Answer(name=name, text=self._texts[name], age=now.mono - self.values[name].told_at)
            for name in known
            if self.values[name].read(now.mono).plain is not None
        )

    def hear(self, answer: Answer, now: Moment) -> tuple[OwnFact, Seen] | None:
        """Takes an answer that another engine had; None where it is known already, or nobody has the fact."""
        value, at = self.values.get(answer.name), now + -answer.age
        if value is None or (value.plain is not None and at.mono - value.told_at < SAME_ANSWER):
            return None
        return self.tell(answer.name, answer.text, at)

    def asked(self) -> tuple[OwnValue, ...]:
        """The values that are asked for, again and again."""
        return tuple(self.values[name] for name in self._turns)

    def tell(self, name: str, text: str, now: Moment, *, holds: bool = False) -> tuple[OwnFact, Seen] | None:
        """Takes a value for all who share it."""
        value = self.values.get(name)
        if value is None:
            return None
        self.changed[name] = None
        return value.fact, value.tell(text, now.mono, holds=holds)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """What must outlive this process, by name."""
        return {name: value.dump(wall_time) for name, value in sorted(self.values.items())}

    def load(self, data: Mapping[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned, once `adopt` says which facts there are."""
        self._loaded = {str(name): dict(one) for name, one in data.items()}
        self._wall_time = wall_time


def read_answer(body: str, path: JsonPath) -> tuple[str | None, str]:
    """The text at a path of JSON; or None, and why there is none. Without a path the whole is the text."""
    if not path:
        return (body, "") if body.strip() else (None, "the answer was empty")
    match read_json(body, path):
        case bool() as truth:
            return ("true" if truth else "false"), ""
        case str() | int() | float() as plain:
            return str(plain), ""
    if not is_json(body):
        return None, f"the answer was no JSON, or longer than the {LARGEST_ANSWER // 1024} KiB that are read"
    return None, "the answer has no single value where `json` looks for it"


def _origin(value: OwnValue) -> FromAddress:
    assert isinstance(value.fact.origin, FromAddress)
    return value.fact.origin
