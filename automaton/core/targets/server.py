"""One server as the engine sees it: an event in, the changed facts and the happenings out.

Law: a server's facts change here only, and they change before anything is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from automaton.core import events as ev
from automaton.core.calls import Signal
from automaton.core.console.echo import Echoes
from automaton.core.console.speech import is_name_before, is_said, is_trouble
from automaton.core.events import Event, Source, State
from automaton.core.facts.comings import counted
from automaton.core.facts.facts import Facts
from automaton.core.facts.history import OF_A_LINE
from automaton.core.facts.intent import Intent
from automaton.core.facts.observed import READY
from automaton.core.facts.own import MISSED_TURNS
from automaton.core.facts.own_values import both
from automaton.core.facts.readings import ALL_READ, differing
from automaton.core.facts.table import OF_THE_LINK, OF_THE_PROFILE, OF_THE_STATE
from automaton.core.happening import LINE, NOTHING, STATE, Happening, Heard, Seen
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.ports import Index

AGE_OF_A_LINE = frozenset({"console_age"})
PANEL_ANSWERS = frozenset({"panel_answers"})
"""Not a fact of the rule language: a power action that is under way listens to it."""
PLAYERS = frozenset({"players"})
DAEMON, GAME = Source.DAEMON, Source.GAME  # looked up once: observed.py
A_LINE = Seen(OF_A_LINE, fallen=AGE_OF_A_LINE)
"""A line that no pattern matches: nobody can have listened for it."""


class QueryCounts(Enum):
    """What the answer to a question over the network is to the count of players.

    WHERE_UNKNOWN: the console is asked, and what it says stands. RIGHT: it sets right what joins and leaves
    count. ALONE: nobody else counts them, so without an answer the count is unknown.
    """

    WHERE_UNKNOWN = auto()
    RIGHT = auto()
    ALONE = auto()


class Server:
    """Facts, the memory of what we typed, and the reading of events."""

    def __init__(self, profile: ev.Profile) -> None:
        self.facts = Facts(profile)
        self.echoes = Echoes()

    def take(self, event: Event, index: Index, mono: float) -> Seen:
        """Changes the facts by an event, at the engine's `mono`, and returns what it meant."""
        history = self.facts.history
        if isinstance(event, ev.StatsReported):  # nearly all events are readings or lines
            seen = self._stats(event, mono)
            if not self.facts.changes.watched.isdisjoint(seen.changed):
                seen = self._compared(seen, mono, is_report=seen is ALL_READ)  # they were overdue before
            if history.is_empty and not history.watched.asks:
                return seen
            return self._read_back(event, seen, mono)
        if isinstance(event, ev.LinePrinted):
            seen = self._line(event, index, mono)
            # One happening is the line itself: without an event in it no player came or went.
            if len(seen.happened) < 2 and not history.hears_lines and seen.changed is OF_A_LINE:
                return seen
            seen = self._compared(self._counted(seen, mono), mono)
            if history.is_empty and not history.watched.asks:
                return seen
            return self._remembered(event, seen, mono)
        seen = self._taken(event, mono)
        if self.facts.own.local and seen.changed:  # whether a process runs, or is seen, decides about them
            seen = replace(seen, changed=seen.changed | self.facts.own.local)
        if seen.happened:
            seen = self._counted(seen, mono)
        seen = self._compared(seen, mono, is_report=isinstance(event, ev.StateReported))
        return self._remembered(event, seen, mono)

    def _compared(self, seen: Seen, mono: float, *, is_report: bool = False) -> Seen:
        """Adds to what happened the changes that rules want to hear of."""
        changes = self.facts.changes
        if changes.watched.isdisjoint(seen.changed):
            return seen
        found = changes.look(seen.changed, self.facts.read, mono, is_report=is_report)
        return replace(seen, happened=seen.happened + found) if found else seen

    def dump(self, now: Moment, *, whole: bool = True) -> dict[str, Any]:
        """What must outlive this process, as plain data; else without what its history wrote apart."""
        return self.facts.dump(now, whole=whole)  # no echoes: they count for five seconds

    def load(self, data: dict[str, Any], now: Moment) -> None:
        """Restores what `dump` returned; to be called before the first event."""
        self.facts.load(data, now)

    def refused(self, signal: Signal, mono: float) -> Seen:
        """Takes back a power request of ours that was refused: it explains no departure."""

        def take_back(intent: Intent) -> None:
            intent.refused(signal)
            intent.settle(mono)

        return self._with_reason(take_back)

    def queried(self, outcome: Outcome, mono: float, counting: QueryCounts) -> Seen:
        """Takes what became of a question over the network, and counts the players by it as far as it may."""
        queried, players, own = self.facts.queried, self.facts.players, self.facts.own
        had_answered, had_answer = queried.answered, queried.answer is not None
        changed, told = queried.take(outcome), Seen()
        if queried.answered != had_answered:
            self.facts.has_learnt = True
        answer = queried.answer
        if answer is not None and not queried.trouble and queried.address is not None:
            told = own.hear_answer(answer.parts(), queried.address.protocol, mono)
            may_count = counting is not QueryCounts.WHERE_UNKNOWN or players.count is None
            if answer.players is not None and may_count:
                changed |= self._players_told(answer.players)
        elif answer is None and had_answer:
            told = own.unanswered(queried.trouble)
        if queried.unanswered >= MISSED_TURNS:
            changed |= self._uncounted(counting)
        return self._spoken(both(Seen(changed), told), mono)

    def rests(self, why: str, mono: float, counting: QueryCounts) -> Seen:
        """Nobody asks the game over the network any more."""
        told, changed = self.facts.own.unanswered(why), self.facts.queried.rests(why)
        if self.facts.state is State.RUNNING:  # else it is known without a question that nobody plays
            changed |= self._uncounted(counting)
        return self._spoken(both(Seen(changed), told), mono)

    def _uncounted(self, counting: QueryCounts) -> frozenset[str]:
        """Nobody counts the players now, where answers alone did."""
        players = self.facts.players
        if counting is not QueryCounts.ALONE or players.count is None:
            return NOTHING
        players.missed()
        return PLAYERS

    def _spoken(self, seen: Seen, mono: float) -> Seen:
        if not seen.changed and not seen.happened:
            return seen
        self.facts.follow(seen.changed, mono)
        return self._compared(seen, mono)

    def _taken(self, event: Event, mono: float) -> Seen:
        match event:
            case ev.StateChanged(state=state):
                return self._changed(state, mono)
            case ev.StateReported(state=state):
                return self._reported(state, mono)
            case ev.Occurred():
                return self._occurred(event, mono)
            case ev.LinkUp():
                return self._link_up(mono)
            case ev.LinkLost(reason=reason):
                return self._link_lost(reason, mono)
            case ev.ServerListed(profile=profile):
                return self._listed(profile, mono)
            case ev.Overflow(only_lines=only_lines):
                return self._overflown(only_lines, mono)
            case ev.PanelLost() | ev.PanelBack():
                self.facts.panel_answers = isinstance(event, ev.PanelBack)
                return Seen(PANEL_ANSWERS)
            case ev.StartFailed():
                self.facts.intent.handles(mono)
                return Seen()
            case ev.DaemonError():
                return self._with_reason(lambda intent: intent.errs(mono))
            case ev.PlayersCounted(players=players):
                return Seen(self._players_told(players))
            case ev.FactTold(name=name, text=text):
                one = self.facts.own.get(name)
                return one.tell(text, mono, holds=True) if one is not None else Seen()
            case _:
                return Seen()

    def next_deadline(self) -> float:
        """The `mono` at which time alone decides why the server went down."""
        return self.facts.intent.settled_at

    def advance(self, mono: float) -> Seen:
        """Lets time decide why the server went down, if it is still open."""
        return Seen(frozenset({"stopped_by"})) if self.facts.intent.settle(mono) else Seen()

    def _counted(self, seen: Seen, mono: float) -> Seen:
        """Counts joins, leaves and answers to polls among what happened; leaves out lines that are none."""
        players = self.facts.players
        before = players.count
        happened = tuple(counted(players, seen.happened, mono))
        changed = seen.changed if players.count == before else seen.changed | PLAYERS
        return Seen(changed, happened, seen.fallen)

    def _players_told(self, count: int | None) -> frozenset[str]:
        players = self.facts.players
        before = players.count
        if count is not None:
            players.told(count)
        return PLAYERS if players.count != before else NOTHING

    def _read_back(self, event: ev.StatsReported, seen: Seen, mono: float) -> Seen:
        """Records a reading for functions over time; what these wake is added to the changed facts."""
        facts, history = self.facts, self.facts.history
        history.reads(seen.changed, facts.stats_until(), facts.at, mono)
        woken = history.runs(event.uptime, mono) if history.watched.asks and event.uptime > 0 else NOTHING
        return replace(seen, changed=seen.changed | woken) if woken else seen

    def _remembered(self, event: Event, seen: Seen, mono: float) -> Seen:
        """Records what happened for functions over time; what these wake is added to the changed facts."""
        facts, history = self.facts, self.facts.history
        watched, woken = facts.seen.read(mono), NOTHING
        match event:
            case ev.LinkUp():
                woken = history.links(True, mono)
            case ev.LinkLost():
                woken = history.links(False, mono)
            case ev.Overflow():
                woken = history.misses(watched, mono)
        if seen.changed:
            history.follows(seen.changed, facts.at(mono), mono)
        if seen.happened:
            woken |= history.hears(seen.happened, watched, mono)
        return replace(seen, changed=seen.changed | woken) if woken else seen

    def _stats(self, event: ev.StatsReported, mono: float) -> Seen:
        facts = self.facts
        before = facts.take_stats(event, mono)
        seen = differing(before, event) if before is not None else ALL_READ
        if facts.queried.is_doubted and event.uptime > 0:
            facts.queried.runs(mono - event.uptime)
            facts.has_learnt = True
        if facts.own.local and event.uptime > 0 and facts.own.runs(mono - event.uptime, facts.boot):
            facts.has_learnt = True
            return replace(seen, changed=seen.changed | facts.own.local)
        return seen

    def hear(self, event: ev.LinePrinted, index: Index, mono: float) -> Heard | None:
        """A line as its pack reads it, and as who is here makes it read; None for an echo. No change."""
        if event.source is not DAEMON and self.echoes.is_echo(event.text, mono):
            return None
        heard = index.hear(event.text, event.source, self.facts.pack)
        if heard.patterns and not heard.occurred and heard.source is GAME and self._is_said(heard):
            return replace(heard, source=Source.CHAT)
        if heard.occurred and heard.source is GAME and self._is_called_so(heard):
            return replace(heard, source=Source.CHAT, occurred=())
        return heard

    def _line(self, event: ev.LinePrinted, index: Index, mono: float) -> Seen:
        # An echo proves no life: no rule sees it, and it resets no age (rule-language 4.5).
        text, is_of_the_game = event.text, event.source is GAME
        if is_of_the_game and index.is_dull(text, self.facts.pack) and not self.echoes.is_echo(text, mono):
            self.facts.note_line(text, GAME, mono)
            return A_LINE
        heard = self.hear(event, index, mono)
        if heard is None:
            return Seen()
        self.facts.note_line(heard.whole, heard.source, mono)
        if not heard.patterns and not heard.occurred:
            return A_LINE
        happened: tuple[Happening, ...] = (Happening(LINE, heard.fields, heard),)
        if heard.occurred:
            happened += tuple(Happening(name, fields, heard) for name, fields in heard.occurred)
        for name, _ in heard.occurred:
            if name == READY and not self.facts.ready:
                self.facts.become_ready()
        seen = Seen(OF_A_LINE, happened, AGE_OF_A_LINE)
        if not self.facts.own.local or heard.source is not GAME:
            return seen
        told = self.facts.own.hear(heard.text, heard.patterns, mono, self.facts.numbers)
        if told.changed:
            self.facts.has_learnt = True
        return both(seen, told)

    def _is_said(self, heard: Heard) -> bool:
        """Whether a line in which somebody is interested is what a player says, in a form no pack knows."""
        names = self.facts.players.names
        return bool(names) and not is_trouble(heard.fields.get("level")) and is_said(heard.text, names)

    def _is_called_so(self, heard: Heard) -> bool:
        """Whether the prefix is the name of one who is here, who says what looks like an event."""
        return is_name_before(heard.whole.removesuffix(heard.text), self.facts.players.names)

    def _changed(self, state: State, mono: float) -> Seen:
        facts = self.facts
        was = facts.state
        if state is was:
            return Seen()  # Wings may repeat a status (protocol 4.4)
        if was is None:  # changes between the last known state and this one were lost
            facts.intent.reported(facts.last_state, state, mono)
        else:
            facts.intent.changed(was, state, mono, held_by_wings=self._is_held_by_wings())
        self._enter(state, mono, is_bound=False)
        happening = Happening(
            STATE, {"from": was.value if was else None, "to": state.value}, None, was, state
        )
        return Seen(OF_THE_STATE, (happening, *self._now_ready()))

    def _now_ready(self) -> tuple[Happening, ...]:
        """The event of a game that cannot say itself that it is up: Wings does, by its egg's line.

        Once a start. What was only reported, as when a link comes up, is no event (rule-language 4.4).
        """
        facts = self.facts
        if facts.says_ready or facts.ready or facts.state is not State.RUNNING:
            return ()
        facts.become_ready()
        return (Happening(READY),)

    def _reported(self, state: State, mono: float) -> Seen:
        facts = self.facts
        if state is facts.state:
            return Seen()
        last = facts.last_state
        facts.intent.reported(last, state, mono)
        if state is last:  # as before the link was lost: its age goes on
            facts.state = state
        else:
            self._enter(state, mono, is_bound=True)
        self._now_ready()
        return Seen(OF_THE_STATE)

    def _enter(self, state: State, mono: float, *, is_bound: bool) -> None:
        facts = self.facts
        # `running` without `starting` before it is a start that nobody saw.
        if state is State.STARTING or (state is State.RUNNING and facts.last_state is not State.STARTING):
            facts.boot += 1
            facts.own.starts(facts.boot)
            facts.queried.starts()
        if state in (State.STARTING, State.OFFLINE):
            facts.ready = False
            facts.players.nobody()
            facts.own.stops()
            facts.queried.starts()
        if state is State.STARTING:  # a new process: its silence counts from here
            facts.console_since, facts.console_since_is_bound = facts.seen.read(mono), is_bound
        facts.state = facts.last_state = state
        facts.state_since, facts.state_since_is_bound = facts.seen.read(mono), is_bound

    def _occurred(self, event: ev.Occurred, mono: float) -> Seen:
        facts = self.facts
        changed = set()
        if event.name == READY:  # a test tells it so
            facts.become_ready()
        if event.name in ("install.started", "install.completed"):
            facts.installing = event.name == "install.started"
            changed.add("installing")
        changed |= self._with_reason(lambda intent: intent.told(event.name, mono)).changed
        return Seen(frozenset(changed), (Happening(event.name, event.fields),))

    def _link_up(self, mono: float) -> Seen:
        facts = self.facts
        was, before = facts.connected, {name: facts.read(name, mono) for name in OF_THE_LINK}
        facts.connected = True
        facts.seen.start(mono)
        if facts.console_since is None:  # what was printed before is unknown, so its age is a lower bound
            facts.console_since = facts.seen.read(mono)
        if was:
            return Seen(OF_THE_LINK)
        # Most are not known before the first reports come, which wake whom they concern.
        changed = frozenset(name for name, value in before.items() if facts.read(name, mono) != value)
        return Seen(changed, (Happening("link.up"),))

    def _link_lost(self, reason: str, mono: float) -> Seen:
        facts = self.facts
        was = facts.connected
        facts.connected = False
        facts.seen.stop(mono)
        facts.intent.blind()
        facts.own.blind(facts.process_since(), facts.boot)
        facts.queried.blind(facts.process_since())
        facts.state = None
        facts.forget_stats()
        facts.players.blind()
        happened = (Happening("link.down", {"reason": reason}),) if was else ()
        return Seen(OF_THE_LINK if was is not False else NOTHING, happened)

    def _overflown(self, only_lines: bool, mono: float) -> Seen:
        """Makes unknown whatever may have changed by lines or events that were lost.

        Matches among lost lines are lost, as while nobody watches (rule-language 4.2). If a change of state
        may be among them, the state is unknown until the session reports it, and the reason of an undecided
        fall was not seen. Readings remain: each is complete by itself.
        """
        facts = self.facts
        facts.note_lost_lines(mono)
        lost = frozenset({"console_age"} if facts.players.count is None else {"console_age", "players"})
        facts.players.missed()
        if only_lines:
            return Seen(lost)
        facts.intent.blind()
        facts.state = None
        return Seen(OF_THE_STATE | lost)

    def _listed(self, profile: ev.Profile, mono: float) -> Seen:
        facts = self.facts
        if profile.installing != facts.profile.installing:
            facts.installing = profile.installing
        facts.profile = profile
        if not self._is_held_by_wings():
            return Seen(OF_THE_PROFILE)
        return Seen(OF_THE_PROFILE | self._with_reason(lambda intent: intent.held(mono)).changed)

    def _is_held_by_wings(self) -> bool:
        """Whether the Panel gives Wings a reason to keep it down."""
        profile = self.facts.profile
        return self.facts.installing or profile.suspended or profile.transferring

    def _with_reason(self, tell: Callable[[Intent], object]) -> Seen:
        """Tells the intent something; `stopped_by` changed if that corrects its reason."""
        intent = self.facts.intent
        before = intent.by
        tell(intent)
        return Seen(frozenset({"stopped_by"})) if intent.by != before else Seen()
