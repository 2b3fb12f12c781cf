"""The engine: events with their moments in, decisions out. Sole owner of rule state.

Due deadlines are settled before a later event is judged, each at its own moment, so a replay and a
live run agree. An event changes the facts first, then rules are judged: fleet, node, server, each in file
order; then runs go on; then what happened to rules is told to the rules that listen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

from automaton.core import events as ev
from automaton.core.by_hand import ByHand
from automaton.core.calls import SetPower
from automaton.core.clocking import begin_clock
from automaton.core.crowd import Member
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Decision
from automaton.core.events import Event
from automaton.core.gates import Gates, Limits
from automaton.core.happening import NOTHING, Happening, Seen, of_hook
from automaton.core.judge import Judge
from automaton.core.key import Key
from automaton.core.line import Turn
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.place import Place, PollTurn
from automaton.core.places import Places
from automaton.core.poll import Polls
from automaton.core.restless import MOST_LOOKS
from automaton.core.rule import Rulebook
from automaton.core.run import Run
from automaton.core.runner import Runner
from automaton.core.seating import Seating
from automaton.core.server import Server
from automaton.core.silence import Silence
from automaton.core.standing import Standing
from automaton.core.tally import Tally
from automaton.core.waking import Waking

CLOCK_JUMPED, THREE_HOURS = 1.0, 10_800.0  # seconds
BARRED = frozenset({"no_permission", "panel_refused"})  # wings/causes.py
OFTEN = (ev.StatsReported, ev.LinePrinted)  # nearly all events: the others are looked at after them


class Engine:
    """`handle` and `advance` are told the time; `next_deadline` says when to call without an event.

    `memory` is what `dump` of an earlier engine gave: each server's part is taken up when it is listed.
    """

    def __init__(
        self, book: Rulebook, limits: Limits, now: Moment, memory: Mapping[str, Any] | None = None
    ) -> None:
        self.now = now
        self._apart = now.wall - now.mono
        self.tally = Tally()
        self.overflown = 0
        self._deadlines: Deadlines[object] = Deadlines()
        self._gates = Gates(limits)
        self._runner = Runner(book, self._gates, self.tally, self._deadlines, now.mono + limits.settle)
        self._judge = Judge(self._runner, self.tally, self._deadlines)
        self._places = Places(book, limits, self._runner)
        self._polls = Polls(self._runner, self.tally, self._deadlines)
        self._waking = Waking(
            self._places, self._judge, self._runner, self._polls, self.tally, self._deadlines
        )
        self._memory = Memory(memory, now)
        self._seating = Seating(
            self._places, self._waking, self._judge, self._runner, self._polls, self._memory, self._deadlines
        )
        self._waking.take(book)
        self._memory.open(self._gates, self._runner, self._judge)
        self._by_hand = ByHand(self._places, self._judge, self._runner, self._deadlines)
        self._seating.begin_wide(self._places.fleet, now)
        self._waking.look_at_power(now)

    @property
    def limits(self) -> Limits:
        return self._gates.limits

    @property
    def settled_at(self) -> float:
        """The `mono` up to which `limits.settle` keeps all actions back."""
        return self._runner.settled_at

    @property
    def unreadable(self) -> int:
        """How many parts of the memory could not be read: they are forgotten."""
        return self._memory.unreadable

    def handle(self, event: Event) -> list[Decision]:
        """Judges one event. Decisions in the order in which they were made."""
        at = event.at
        apart = at.wall - at.mono
        if at.mono < self._deadlines.first and -CLOCK_JUMPED <= apart - self._apart <= CLOCK_JUMPED:
            self._apart = apart  # nearly always: nobody is due
            if at.mono > self.now.mono:
                self.now = at
        else:
            self._settle(at)
        if isinstance(event, OFTEN):
            place = self._places.servers.get(event.server)
            if place is not None:
                seen = place.server.take(event, self._runner.book.index, self.now.mono)
                self._waking.spread(place, seen, self.now)
        else:
            self._take(event)
        if self._judge.news or self._judge.unmuted:
            self._waking.tell_news(self.now)
        return self.tally.take() if self.tally.told else []

    def advance(self, now: Moment) -> list[Decision]:
        """Lets time pass without an event."""
        self._settle(now)
        return self.tally.take()

    def next_deadline(self) -> float | None:
        """The `mono` at which `advance` has something to do, None if never."""
        return self._deadlines.next()

    def adopt(self, book: Rulebook, limits: Limits, now: Moment) -> list[Decision]:
        """Judges by other rules from now on. State belongs to a rule's id and key (rule-language 4.9)."""
        self._settle(now)
        book = replace(book, index=book.index.including(self._runner.going.waits_for()))
        self._runner.book, self._gates.limits = book, limits
        self._waking.take(book)
        self._seating.adopt(book, limits, now)
        self._waking.tell_news(now)
        return self.tally.take()

    def dump(self, now: Moment) -> dict[str, Any]:
        """All that must outlive this process, as plain JSON data with wall moments."""
        return self._memory.dump(now, self._places, self._gates, self._runner, self._judge)

    def standings(self) -> Iterable[Standing]:
        """All (rule, key) that were judged so far, for people who look on."""
        return self._places.standings()

    def servers(self) -> Mapping[str, Server]:
        return {uuid: place.server for uuid, place in self._places.servers.items()}

    def places(self) -> Iterable[Place]:
        """The fleet, the nodes and the servers, for people who look on."""
        return self._places.all()

    def place(self, key: Key) -> Place | None:
        """The place of a key, None where there is none (any more)."""
        return self._places.find(key)

    @property
    def runner(self) -> Runner:
        """What holds actions back, for people who look on."""
        return self._runner

    def restless(self) -> list[tuple[str, str, int]]:
        """What keeps the engine looking though nothing happens: rule and key, and how often it looked."""
        return [(*_whose(owner), looks) for owner, looks in self._deadlines.restless.now(self.now.mono)]

    def _settle(self, now: Moment) -> None:
        apart = now.wall - now.mono
        if not -CLOCK_JUMPED <= apart - self._apart <= CLOCK_JUMPED:
            self._clock_jumped(now)
        self._apart = apart
        for mono, owner in self._deadlines.due(now.mono):
            at = now + (mono - now.mono) if mono > self.now.mono else self.now
            self.now = at
            self._due(owner, at)
            self._waking.tell_news(at)
            if self._deadlines.restless.found:
                self._tell_restless(at)
        if now.mono > self.now.mono:
            self.now = now

    def _due(self, owner: object, at: Moment) -> None:
        match owner:
            case Standing():
                self._judge.look(owner, at)
            case Run():
                self._runner.due(owner, at)
            case Place():
                owner.due = inf
                seen = owner.server.advance(at.mono)
                self._waking.aim(owner)
                self._waking.spread(owner, seen, at)
            case Member():  # together with those that are due as well: who counts them looks once
                self._waking.feed([owner, *self._members_due(owner, at)], at)
            case Turn():
                self._runner.retry(at)
            case Silence():
                self._by_hand.end_silences(at)
            case _:
                self._polls.due(owner, at)

    def _tell_restless(self, at: Moment) -> None:
        """A fault of ours, or a rule that nobody foresaw: told once, and kept from starving the rest."""
        for owner in self._deadlines.restless.found:
            self.tally.tell_restless(*_whose(owner), at, f"more than {MOST_LOOKS} looks within a second")
        self._deadlines.restless.found.clear()

    def _members_due(self, owner: Member, at: Moment) -> list[Member]:
        return [one for one in self._deadlines.take_with(owner, at.mono) if isinstance(one, Member)]

    def _clock_jumped(self, now: Moment) -> None:
        """The wall clock was set: what looks at it looks anew.

        As in Debian's cron: up to three hours forward, what was skipped is met at once; up to three hours
        back, nothing is done twice; by more, the new time counts from now on.
        """
        before = self.now.wall + (now.mono - self.now.mono)
        self.now = Moment(self.now.mono, now.wall - (now.mono - self.now.mono))
        for standing in list(self.standings()):
            if standing.rule.is_clocked and abs(now.wall - before) > THREE_HOURS:
                begin_clock(standing, self.now, before if now.wall > before else None)
            if standing.rule.is_clocked or standing.rule.reads_clock:
                self._deadlines.set(standing, self.now.mono)
        self._waking.feed(self._places.members_by_clock(), self.now)
        self._runner.look_again(self.now)

    def _take(self, event: Event) -> None:
        now = self.now
        match event:
            case ev.CallEnded():
                self._call_ended(event, now)
                return
            case ev.ServerListed(profile=profile) if profile.uuid not in self._places.servers:
                self._seating.begin(profile, now)
                return
            case ev.Overflow(lines=lines):
                self.overflown += lines
            case ev.HookCalled():
                self._hook(event, now)
                return
            case ev.Acknowledged() | ev.BreakerReset() | ev.SilenceBegan() | ev.SilenceEnded():
                self._by_hand.take(event, now)
                return
            case _:
                pass
        place = self._places.servers.get(event.server)
        if place is None:
            return  # an event that was under way when its server was let go
        if isinstance(event, ev.ServerGone):
            self._abandon(place, "the server is gone", now)
            self._seating.end(place, now)
            return
        if isinstance(event, ev.LinkUp | ev.LinkLost):
            self._link(place, event, now)
        if isinstance(event, ev.Overflow):
            self._abandon(place, "lines were lost meanwhile", now)
        seen = place.server.take(event, self._runner.book.index, now.mono)
        self._waking.aim(place)
        self._waking.spread(place, seen, now)
        self._runner.line.look_at(place.home, now)
        if isinstance(event, ev.LinkUp | ev.LinkLost):
            self._waking.look_for_quiet(place, now)
        if isinstance(event, ev.ServerListed):
            self._seating.seat(place, now)
            self._seating.rescope(place, now)
        if place.server.facts.state is not None:
            self._runner.resume(self._runner.going.at(place.home), now)

    def _call_ended(self, event: ev.CallEnded, now: Moment) -> None:
        """What was answered no explains nothing: facts change first, as with any event."""
        asked, place = self._runner.asked(event.number), self._places.servers.get(event.server)
        if place is not None and isinstance(asked, SetPower) and event.outcome.is_in_vain:
            seen = place.server.refused(asked.signal, now.mono)
            self._waking.aim(place)
            self._waking.spread(place, seen, now)
        self._runner.call_ended(event.number, event.outcome, now)

    def _link(self, place: Place, event: ev.LinkUp | ev.LinkLost, now: Moment) -> None:
        barred = isinstance(event, ev.LinkLost) and event.reason in BARRED
        if barred != place.barred:
            place.barred = barred
            self._seating.seat(place, now)
        if isinstance(event, ev.LinkLost):
            self._abandon(place, "the link was lost meanwhile", now)

    def _abandon(self, place: Place, why: str, now: Moment) -> None:
        """Nobody saw whether `unless` came to what was heard at this server."""
        for above in self._places.above(place):
            for standing in list(above.standings.values()):
                if standing.awaited is not None and standing.awaited.server == place.home:
                    self._judge.abandon(standing, now, why)

    def _hook(self, event: ev.HookCalled, now: Moment) -> None:
        happening = Happening(of_hook(event.name), event.fields)
        if event.server:
            place = self._places.servers.get(event.server)
            if place is not None:
                self._waking.spread(place, Seen(happened=(happening,)), now)
        else:
            self._waking.wake(self._places.fleet, NOTHING, (happening,), now, self._places.fleet)


def _whose(owner: object) -> tuple[str, str]:
    """The rule and key of whatever has a deadline; no rule where it belongs to none."""
    match owner:
        case Standing():
            return owner.rule.id, owner.key
        case Run():
            return owner.rule.id, owner.standing.key
        case Place():
            return "", owner.home
        case Member():
            return owner.tallied.crowd.rule, owner.place.home
        case PollTurn():
            return "", owner.place.home
    return "", ""
