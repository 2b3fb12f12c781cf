"""One case, told by the engine and by the model, and what differs."""

from __future__ import annotations

from functools import cache

from automaton.core import events as ev
from automaton.core.calls import SendCommand, SendMessage, SendResolved
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Rulebook
from automaton.packs.load import Packs, read_packs
from automaton.problem import has_error
from automaton.rulebook.book import build_book
from automaton.rulebook.load import load_texts
from tests.core.story import LIVE, LOBBY
from tests.model import stream
from tests.model.chance import Case
from tests.model.time_line import time_line
from tests.model.written import rule_file

WORDS = {Verdict.FIRED: "opened", Verdict.CLEARED: "cleared", Verdict.TRIPPED: "tripped"}
MOST_LOOKS = 3000  # deadlines met in one case; an engine that polls has far more


class Restless(AssertionError):
    """The engine looks again and again though nothing changes."""


Told = tuple[float, str, str]


def by_model(case: Case) -> list[Told]:
    """The rules one after another, each with its time line."""
    told = [(at / 2, rule, what) for at, rule, what in time_line(case.rules, list(case.events), case.end)]
    return sorted(told, key=lambda one: one[1])


def by_engine(case: Case) -> list[Told]:
    """As the model tells it. Every call is answered at once."""
    engine = Engine(book(rule_file(case.rules)), LIVE, Moment(0.0, 0.0))
    listed = ev.ServerListed(server=LOBBY.uuid, at=Moment(0.0, 0.0), profile=LOBBY)
    told: list[Told] = []

    def take(decisions: list[Decision]) -> None:
        unanswered = note(decisions)
        while unanswered:
            at, number = unanswered.pop(0)
            ended = ev.CallEnded(server=LOBBY.uuid, at=at, number=number, outcome=Outcome(Result.DONE))
            unanswered += note(engine.handle(ended))

    def note(decisions: list[Decision]) -> list[tuple[Moment, int]]:
        """Writes down what is compared. The numbers of the calls, each to be answered at its moment."""
        calls = []
        for one in decisions:
            if one.verdict in WORDS:
                told.append((one.at.mono, one.rule, WORDS[one.verdict]))
            for asked in one.calls:
                calls.append((one.at, asked.number))
                match asked.call:
                    case SendMessage(text=text):
                        told.append((one.at.mono, one.rule, f"notify {text}"))
                    case SendCommand(command=command):
                        told.append((one.at.mono, one.rule, command))
                    case other:  # which the model does not know, and no rule asked
                        assert isinstance(other, SendResolved)
        return calls

    looks = 0

    def until(mono: float) -> None:
        nonlocal looks
        while (deadline := engine.next_deadline()) is not None and deadline <= mono:
            take(engine.advance(Moment(deadline, deadline)))
            looks += 1
            if looks > MOST_LOOKS:
                raise Restless(f"more than {MOST_LOOKS} looks")

    take(engine.handle(listed))
    for event in case.events:
        until(event.at / 2)
        take(engine.handle(as_engine_reads(event)))
    until(case.end / 2)
    return sorted(told, key=lambda one: one[1])


def by_engine_or_why_not(case: Case) -> list[Told]:
    """A fault of the engine is a difference, too."""
    try:
        return by_engine(case)
    except Exception as error:
        return [(0.0, type(error).__name__, str(error))]


def as_engine_reads(event: stream.Event) -> Event:
    mono = event.at / 2
    server, at = LOBBY.uuid, Moment(mono, mono)
    match event:
        case stream.LinkUp():
            return ev.LinkUp(server=server, at=at)
        case stream.LinkLost():
            return ev.LinkLost(server=server, at=at)
        case stream.Reported(state=state):
            return ev.StateReported(server=server, at=at, state=State(state))
        case stream.Changed(state=state):
            return ev.StateChanged(server=server, at=at, state=State(state))
        case stream.Stats(memory_pct=pct):
            quiet = {"memory_limit": 100, "cpu_pct": 1.0, "disk": 100, "rx": 0, "tx": 0, "uptime": mono + 100}
            return ev.StatsReported(server=server, at=at, memory=pct, **quiet)  # type: ignore[arg-type]
        case stream.Line(word=word, value=value):
            return ev.LinePrinted(server=server, at=at, text=f"{word} {value}")
        case stream.Happened(event=name):
            return ev.Occurred(server=server, at=at, name=name)
        case stream.Ack(rule=rule):
            return ev.Acknowledged(server="", at=at, rule=rule)
        case stream.Reset(rule=rule):
            return ev.BreakerReset(server="", at=at, rule=rule)


@cache
def packs() -> Packs:
    return Packs(read_packs([])[0])


def book(text: str) -> Rulebook:
    loaded = load_texts([("rules.yml", text)], packs().known_events)
    assert not has_error(loaded.problems), text + "\n".join(str(problem) for problem in loaded.problems)
    return build_book(loaded.rules, packs(), lambda profile, _: frozenset(), loaded.windows, loaded.own_facts)


def in_full(case: Case) -> str:
    """The rules, the stream, and both time lines side by side."""
    model, engine = by_model(case), by_engine_or_why_not(case)
    lines = [rule_file(case.rules), *(f"{event.at / 2:g} {event}" for event in case.events), ""]
    width = 44
    lines.append(f"{'model':<{width}}  engine")
    for number in range(max(len(model), len(engine))):
        left, right = shown(model, number), shown(engine, number)
        lines.append(f"{left:<{width}}{'  ' if left == right else '! '}{right}")
    return "\n".join(lines)


def shown(told: list[Told], number: int) -> str:
    return "{:g} {} {}".format(*told[number]) if number < len(told) else "-"
