"""What is known of the one server, and what an expression or a trigger makes of it.

Truth is True, False or None for unknown. All moments are counted in half seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model import stream, written

Truth = bool | None
OVERDUE = 2 * 15


@dataclass(frozen=True)
class Told:
    """Another rule's incident opened, cleared, or its breaker tripped."""

    rule: str
    what: str


@dataclass
class Age:
    """Half seconds, of which only those count that were watched. `is_least`: it began before we looked."""

    half_seconds: int = 0
    is_least: bool = True


@dataclass
class Mood:
    """What lines told of it. `last` outlives that it is `known`; `in_doubt`: of another process, perhaps."""

    known: int | None = None
    last: int | None = None
    at: int = 0
    in_doubt: bool = False
    has_changed: bool = False


@dataclass
class World:
    """What is known of the server now, and what was told of the rules on it.

    `firing` are the rules with an open incident, `told` what rules are still to hear of each other.
    """

    now: int = 0
    connected: Truth = None
    state: str | None = None
    state_before: str | None = None
    memory: int | None = None
    memory_at: int = 0
    last_state: str | None = None
    ages: dict[str, Age] = field(default_factory=lambda: {"console": Age(), "state": Age()})
    mood: Mood = field(default_factory=Mood)
    was_read: bool = False  # a reading came over this link, so it is known when the process started
    knew_the_process: bool = False  # when the link was lost that left the mood in doubt
    firing: set[str] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)
    log: list[tuple[int, str, str]] = field(default_factory=list)

    def memory_pct(self) -> int | None:
        """Stats are overdue after 15 s while the server is up."""
        if not self.connected or self.memory is None:
            return None
        if self.state != "offline" and self.now - self.memory_at >= OVERDUE:
            return None
        return self.memory

    def half_a_second_passes(self) -> None:
        """Ages stand still while nobody watches."""
        for age in self.ages.values():
            age.half_seconds += self.connected is True

    def age(self, of: str) -> Age | None:
        """That of a state is known where the state is."""
        return self.ages[of] if self.connected and (of == "console" or self.state is not None) else None

    def takes(self, event: stream.Event) -> None:
        """An event changes the facts, before any rule is judged."""
        self.state_before = self.state
        self.takes_mood(event)
        match event:
            case stream.LinkUp():
                self.connected = True
            case stream.LinkLost():
                self.connected, self.state, self.memory = False, None, None
            case stream.Reported(state=state) | stream.Changed(state=state):
                if state != self.last_state:
                    self.ages["state"] = Age(is_least=isinstance(event, stream.Reported))
                    if state == "starting":  # the silence of a new process counts from its start
                        self.ages["console"] = Age(is_least=isinstance(event, stream.Reported))
                self.state = self.last_state = state
            case stream.Line():
                self.ages["console"] = Age(is_least=False)
            case stream.Stats(memory_pct=pct):
                self.memory, self.memory_at = pct, self.now

    def takes_mood(self, event: stream.Event) -> None:
        """A process that started says something new; after an outage a reading tells whether it did."""
        mood = self.mood
        mood.has_changed = False
        match event:
            case stream.LinkUp():
                self.was_read = False
            case stream.LinkLost() if mood.known is not None and not mood.in_doubt:
                mood.in_doubt, self.knew_the_process = True, self.was_read
            case stream.Stats():
                if mood.in_doubt and not self.knew_the_process:
                    mood.known = None
                mood.in_doubt, self.was_read = False, True
            case stream.Reported(state=state) | stream.Changed(state=state) if state != self.last_state:
                if state == "starting" or (state == "running" and self.last_state != "starting"):
                    mood.known, mood.in_doubt = None, False
            case stream.Line(word="mood", value=value):
                mood.in_doubt, mood.known, mood.at = False, None, self.now
                if value.isdecimal():
                    mood.known = int(value)
                    mood.has_changed = mood.last not in (None, mood.known)
                    mood.last = mood.known

    def mood_now(self) -> int | None:
        """It is not told again, so it grows stale."""
        is_stale = self.now - self.mood.at >= 2 * written.STALE
        return None if is_stale or self.mood.in_doubt or not self.connected else self.mood.known

    def matches(self, trigger: object, event: stream.Event | Told) -> str | None:
        """`it.n` of the event if it is what the trigger waits for, else None."""
        match trigger, event:
            case written.Printed(word=word, where=where), stream.Line(word=printed, value=value):
                return value if word == printed and where in (None, value) else None
            case written.Happens(event=name), stream.Happened(event=happened):
                return "" if name == happened else None
            case written.Turns(before=before, after=after), stream.Changed(state=state):
                return "" if before in ("any", self.state_before) and after in ("any", state) else None
            case written.MoodChanges(), stream.Line():
                return "" if self.mood.has_changed else None
            case written.Tells(rule=rule, what=what), Told(rule=of, what=told):
                return "" if (rule, what) == (of, told) else None
        return None

    def value(self, expression: written.Expression, *, acked: bool) -> Truth:
        match expression:
            case written.Memory(comparison=comparison, pct=pct):
                memory = self.memory_pct()
                if memory is None:
                    return None
                return memory > pct if comparison == ">" else memory < pct
            case written.Mood(comparison=comparison, number=number):
                mood = self.mood_now()
                if mood is None:
                    return None
                return mood > number if comparison == ">" else mood < number
            case written.Age(of=of, comparison=comparison, seconds=seconds):
                age = self.age(of)
                if age is None:
                    return None
                if age.half_seconds >= 2 * seconds:
                    return comparison == ">="
                return None if age.is_least else comparison == "<"
            case written.StateIs(state=state):
                return None if self.state is None else self.state == state
            case written.Connected():
                return self.connected
            case written.Acked():
                return acked
            case written.Firing(rule=rule):
                return rule in self.firing
            case written.Not(one=one):
                value = self.value(one, acked=acked)
                return None if value is None else not value
            case written.Both(one=one, other=other):
                values = [self.value(one, acked=acked), self.value(other, acked=acked)]
                return False if False in values else None if None in values else True
            case written.Either(one=one, other=other):
                values = [self.value(one, acked=acked), self.value(other, acked=acked)]
                return True if True in values else None if None in values else False
