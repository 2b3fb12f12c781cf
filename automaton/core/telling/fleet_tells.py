"""What the fleet's engine tells the nodes: which of its rules have an open incident, and what befell them.

Law: how the fleet stands is told when it changed and every ten seconds; news have numbers, so that each node
hears each once, and none that is older than five minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from automaton.core.engine_events import Answer, FleetTold, Muting, News
from automaton.core.gates.gate_state import GateState
from automaton.core.happening import Happening
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.parts import NEWS, TOLD
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.scope import TO_ALL, Place, to_node
from automaton.core.targets.targets import Targets
from automaton.core.telling.pace import NOT_OFTENER, TOLD_EVERY

MOST_NEWS = 300
"""News that are told again: with the longest keys a third of what NATS carries in a message (1 MB)."""

TOLD_FOR = 300.0
"""Seconds for which news are told again: a node whose owner died has another one by then."""

MOST_MUTING = 300
"""Incidents with `mutes`, of which a list in `by` makes as many as strangers have names: another third."""


FEW = 50
"""Incidents with `mutes`: with more of them, all is told once a second, for it is told whole."""


class StandingTurn:
    """Owns the deadline at which all nodes are told anew."""


@dataclass(frozen=True, slots=True)
class FleetStanding:
    """How the fleet stands, without its news."""

    firing: tuple[str, ...] = ()
    muting: tuple[Muting, ...] = ()
    untold: int = 0
    power_held: bool = False


class Answers(Protocol):
    """What addresses answered. `answered_times` counts it."""

    answered_times: int

    def answers(self, now: Moment) -> tuple[Answer, ...]:
        """The last of each."""


class FleetTells:
    """`let_go` counts the news that were too many to be told again."""

    def __init__(
        self, place: Place, targets: Targets, gates: GateState, addresses: Answers, outbox: Outbox,
        deadlines: Deadlines[object], now: Moment,
    ) -> None:  # fmt: skip
        self._addresses = addresses
        self._told_answers = 0
        self.let_go = 0
        self._place = place
        self._targets = targets
        self._gates = gates
        self._outbox = outbox
        self._deadlines = deadlines
        self._turn = StandingTurn()
        self._began = now.wall
        self._next = 1
        self._told = 0
        self._news: dict[int, tuple[float, News]] = {}
        self._changed: dict[int, None] = {}
        self._is_written = False  # from when it counts, before anything is counted
        self._is_due = True
        self._last: FleetStanding | None = None
        self._number = 0
        self._told_at = -inf
        self._asking: dict[str, None] = {}

    @property
    def is_urgent(self) -> bool:
        """Whether nodes wait for news, or for how the fleet stands by now."""
        if self._last is not None and len(self._last.muting) > FEW:
            return False  # it goes once a second then
        return bool(self._asking) or self._told < self._next - 1 or self._standing() != self._last

    def happened(self, happening: Happening, now: Moment) -> None:
        """Numbers what happened to a rule of the fleet."""
        fields = happening.fields
        more = Key.read(str(fields["key"])).more
        news = News(number=self._next, rule=str(fields["rule"]), is_=str(fields["is"]), more=more)
        self._news[news.number] = now.wall, news
        self._changed[news.number] = None
        self._next += 1
        if len(self._news) > MOST_NEWS:
            self._drop_oldest()
            self.let_go += 1

    def answer(self, node: str) -> None:
        """A node has a new owner, who knows nothing yet: it is told all at once."""
        self._asking[node] = None

    def due(self, now: Moment) -> None:
        """The time to tell all nodes anew has come."""
        self._is_due = True
        while self._news and now.wall - next(iter(self._news.values()))[0] > TOLD_FOR:
            self._drop_oldest()

    def gather(self, now: Moment) -> None:
        """Puts out what is to be told by now."""
        standing = self._standing()
        is_news = standing != self._last or self._told < self._next - 1
        is_news = is_news or self._told_answers < self._addresses.answered_times
        if is_news and len(standing.muting) > FEW and now.mono - self._told_at < NOT_OFTENER:
            self._deadlines.set(self._turn, self._told_at + NOT_OFTENER)
        elif self._is_due or is_news:
            self._number += 1
            self._outbox.put(TO_ALL, self._telling(standing, now, is_whole=self._is_due))
            self._last, self._told, self._told_at = standing, self._next - 1, now.mono
            self._told_answers = self._addresses.answered_times
            if self._is_due:
                self._deadlines.set(self._turn, now.mono + TOLD_EVERY)
            self._is_due = False
        for node in self._asking:
            self._number += 1
            self._outbox.put(to_node(node), self._telling(standing, now, is_whole=True))
        self._asking.clear()

    def take_changes(self) -> dict[str, Any]:
        """The parts that changed (`parts.py`), None for what is gone."""
        if not self._changed and self._is_written:
            return {}
        self._is_written = True
        changed, self._changed = self._changed, {}
        return {TOLD: self._head()} | {f"{NEWS}{number}": self._dump(number) for number in changed}

    def dump(self) -> dict[str, Any]:
        """What must outlive this process, by its name in a memory."""
        return {"told": {**self._head(), "news": {str(number): self._dump(number) for number in self._news}}}

    def load(self, memory: Mapping[str, Any]) -> None:
        """Restores what `dump` returned."""
        data = memory.get("told")
        if data is None:
            return
        self._began, self._next = float(data["began"]), int(data["next"])
        self._told = self._next - 1
        for number, (at, rule, is_, more) in sorted(data["news"].items(), key=lambda item: int(item[0])):
            news = News(number=int(number), rule=rule, is_=is_, more=tuple(more))
            self._news[news.number] = float(at), news

    def _head(self) -> dict[str, Any]:
        return {"began": self._began, "next": self._next}

    def _dump(self, number: int) -> list[Any] | None:
        if number not in self._news:
            return None
        at, news = self._news[number]
        return [at, news.rule, news.is_, list(news.more)]

    def _drop_oldest(self) -> None:
        oldest = next(iter(self._news))
        del self._news[oldest]
        self._changed[oldest] = None

    def _standing(self) -> FleetStanding:
        inhibition = self._gates.inhibition.open
        muting = [Muting(rule=rule, more=key.more) for rule, key in inhibition if key.by is By.FLEET]
        return FleetStanding(
            tuple(sorted(self._targets.fleet.open_rules())), tuple(muting[:MOST_MUTING]),
            max(0, len(muting) - MOST_MUTING), self._gates.power_held,
        )  # fmt: skip

    def _telling(self, standing: FleetStanding, now: Moment, *, is_whole: bool) -> FleetTold:
        after = -inf if is_whole else self._told
        return FleetTold(
            server="", at=now, epoch=self._place.epoch, number=self._number,
            firing=standing.firing, muting=standing.muting, untold=standing.untold,
            power_held=standing.power_held, began=self._began, last=self._next - 1,
            news=tuple(one for _, one in self._news.values() if one.number > after), is_whole=is_whole,
            answers=self._addresses.answers(now),
        )  # fmt: skip
