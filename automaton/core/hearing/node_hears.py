"""What a node's engine makes of what the fleet tells: incidents mute and fire here, and rules hear news.

Law: as long as nothing is heard, nothing is known: power that the fleet might hold is held, messages go, and
`firing` of the fleet's rules is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

from automaton.core.arm import Arm
from automaton.core.engine_events import EngineEvent, FleetTold, Muting, News
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.happening import Happening, of_rule
from automaton.core.incidents.inhibitors import Inhibitors
from automaton.core.key import By, Key
from automaton.core.memory import BACK_WITHIN, Memory
from automaton.core.moment import Moment
from automaton.core.parts import TOLD
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.routing import Routing
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.span import span
from automaton.core.targets.targets import Targets
from automaton.core.telling.pace import BELIEVED_FOR

HOLDS = "`limits.hold_power_if`"
UNHEARD = f"{HOLDS}: the fleet's state was not heard for {span(BELIEVED_FOR)}"
NOT_YET = f"{HOLDS}: the fleet's state was not heard yet"


class FleetTurn:
    """Owns the deadline at which what was heard of the fleet is too old."""


class NodeHears:
    """`missed` counts news that were not told any more when this engine came to hear them."""

    def __init__(
        self, targets: Targets, routing: Routing, gates: GateState, inhibitors: Inhibitors,
        queue: WaitQueue[Run], addresses: AddressPolls, memory: Memory, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._memory = memory
        self._waits_until = -inf
        self._addresses = addresses
        self.missed = 0
        self._targets = targets
        self._routing = routing
        self._gates = gates
        self._inhibitors = inhibitors
        self._queue = queue
        self._deadlines = deadlines
        self._turn = FleetTurn()
        self._fleet_told: FleetTold | None = None
        self._is_heard = False
        self._rules: Mapping[str, Rule] = {}
        self._news: tuple[float, int] | None = None
        self._is_changed = False
        self._muting: set[tuple[str, Key]] = set()
        self._was_known = False

    def adopt(self, now: Moment) -> None:
        """Takes the rules of the fleet as they are by now. What inhibits was forgotten by then."""
        self._rules = {id_: rule for id_, (rule, _) in self._targets.indexes.elsewhere.by_id.items()}
        self._muting.clear()
        self._believe(now)

    @property
    def epoch(self) -> int:
        """Which owner of the fleet was heard last, 0 for none."""
        return 0 if self._fleet_told is None else self._fleet_told.epoch

    def hear(self, event: FleetTold, now: Moment) -> None:
        """Takes how the fleet stands, unless something later was heard, and what happened since."""
        last = self._fleet_told
        is_older = last is not None and (event.epoch, event.number) <= (last.epoch, last.number)
        if is_older and self._is_heard:
            return
        before, unheard = set(self._targets.fleet.open_rules()), self._targets.unheard
        self._fleet_told, self._is_heard = event, True
        self._deadlines.set(self._turn, now.mono + BELIEVED_FOR)
        self._believe(now)
        self._changed(unheard | (before ^ set(event.firing)), now)
        for answer in event.answers:
            told = self._addresses.hear(answer, now)
            if told is not None:
                self._routing.tell_all(*told, now)
        for news in self._new(event):
            self._tell(news, now)

    def last(self, now: Moment) -> list[EngineEvent]:
        """What was heard last, as an event that tells it now; nothing where it is not believed any more."""
        told = self._fleet_told
        if told is None or not self._is_heard:
            return []
        passed = now.mono - told.at.mono
        answers = tuple(replace(one, age=one.age + passed) for one in told.answers)
        return [replace(told, at=now, answers=answers)]

    def due(self, now: Moment) -> None:
        """Nothing was heard for too long."""
        self._is_heard = False
        self._believe(now)
        self._changed(self._targets.unheard, now)

    def take_changes(self) -> dict[str, Any]:
        """The part that changed (`parts.py`)."""
        if not self._is_changed:
            return {}
        self._is_changed = False
        return {TOLD: self._dump()}

    def dump(self) -> dict[str, Any]:
        """What must outlive this process, by its name in a memory."""
        return {} if self._news is None else {"told": self._dump()}

    def wait(self, now: Moment) -> None:
        """After a start, hears no news until the servers that were here before are listed again."""
        self._waits_until = now.mono + BACK_WITHIN

    def load(self, memory: Mapping[str, Any]) -> None:
        """Restores what `dump` returned."""
        data = memory.get("told")
        if data is not None:
            self._news = float(data["began"]), int(data["heard"])

    def _dump(self) -> dict[str, Any]:
        began, number = self._news or (0.0, 0)
        return {"began": began, "heard": number}

    def _believe(self, now: Moment) -> None:
        """Has the gates, and `firing`, go by what is known of the fleet, or not known."""
        told = self._fleet_told if self._is_heard else None
        self._targets.unheard = frozenset(self._rules) if told is None else frozenset()
        self._targets.fleet.fires(() if told is None else told.firing)
        self._mute(self._suspects() if told is None else told.muting, now, is_known=told is not None)
        gates = self._gates
        gates.power_held_by = HOLDS if told is not None else UNHEARD if self._fleet_told else NOT_YET
        held = gates.limits.hold_power_if is not None and (told is None or told.power_held)
        if gates.hold_power(held=held):
            self._queue.room(now)

    def _suspects(self) -> Iterable[Muting]:
        """The incidents that would hold power back if they were open."""
        for rule in self._rules.values():
            if rule.mutes is not None and self._gates.arm(rule) is Arm.LIVE:
                yield Muting(rule=rule.id)

    def _mute(self, muting: Iterable[Muting], now: Moment, *, is_known: bool) -> None:
        before, self._muting = self._muting, set()
        wanted = [(one.rule, Key(By.FLEET, "", one.more)) for one in muting if one.rule in self._rules]
        for rule, key in wanted:
            self._muting.add((rule, key))
            self._inhibitors.begin_elsewhere(self._rules[rule], key, self._targets.fleet, is_known=is_known)
        ended = [one for one in before - self._muting if self._inhibitors.end_elsewhere(*one)]
        if ended or (before and is_known is not self._was_known):  # what is suspected holds no notices
            self._inhibitors.free(now)
        self._was_known = is_known

    def _changed(self, rules: Iterable[str], now: Moment) -> None:
        """Judges what reads `firing` of these rules."""
        for rule in sorted(rules):
            self._routing.tell_below(self._targets.fleet, self._routing.firing(rule), (), now)

    def _new(self, event: FleetTold) -> list[News]:
        """The news that were not heard before, in order; none at first, when nobody waited for them."""
        known = self._news
        if known is None or known[0] != event.began:
            self._hears(event.began, event.last)
            return []
        if event.at.mono < self._waits_until and self._memory.awaits_servers():
            return []  # those who would hear are not listed yet; it is told again
        heard = known[1]
        news = [one for one in event.news if one.number > heard]
        if not event.is_whole and (not news or news[0].number != heard + 1):
            return []  # what lies between comes with the next whole telling
        if event.is_whole and event.last > heard:
            self.missed += event.last - heard - len(news)
        self._hears(event.began, max(heard, event.last))
        return news

    def _hears(self, began: float, number: int) -> None:
        if self._news != (began, number):
            self._news, self._is_changed = (began, number), True

    def _tell(self, news: News, now: Moment) -> None:
        key = Key(By.FLEET, "", news.more).text
        happening = Happening(of_rule(news.rule), {"is": news.is_, "rule": news.rule, "key": key})
        changed = self._routing.firing(news.rule)
        self._routing.tell_below(self._targets.fleet, changed, (happening,), now)
