"""Engines for targets: by the rules of the older recordings, which use most of the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Decision
from automaton.core.engine import Engine
from automaton.core.events import Profile, State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Rulebook
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.book import build_book
from automaton.rulebook.load import load_texts
from fuzz.corpus import older_rules

SERVER = "u-0"
NOON = Moment(3004.0, 1_800_002_051.0)  # when the older recordings were made
LIMITS = Limits(arm=Arm.LIVE, settle=0.0)
_MOST_TURNS = 20_000  # of `advance` in the time that a target lets pass; rules of one server need a hundred


@cache
def book() -> Rulebook:
    """The rules, with all packs."""
    packs = Packs(read_packs([])[0])
    loaded = load_texts([("rules.yml", older_rules())], packs.known_events)
    assert loaded.rules, [str(problem) for problem in loaded.problems]
    return build_book(loaded.rules, packs, lambda profile, _: frozenset(), loaded.windows)


def engine(memory: Mapping[str, Any] | None = None) -> Engine:
    """One that begins at NOON with this memory."""
    return Engine(book(), LIMITS, NOON, memory)


def list_servers(one: Engine, uuids: Iterable[str]) -> list[Decision]:
    """Lists these servers, and hears that they run."""
    told: list[Decision] = []
    for uuid in uuids:
        profile = Profile(uuid=uuid, id=uuid[:8], name=uuid, node="node-0", egg="Paper", disk_limit=1000)
        told += one.handle(ev.ServerListed(server=uuid, at=NOON, profile=profile))
        told += one.handle(ev.LinkUp(server=uuid, at=NOON))
        told += one.handle(ev.StateReported(server=uuid, at=NOON, state=State.RUNNING))
    return told


def let_pass(one: Engine, seconds: float, told: list[Decision]) -> None:
    """Lets time pass from deadline to deadline; each call is done at once."""
    at, end = one.now, one.now + seconds
    for _ in range(_MOST_TURNS):
        calls = [asked for decision in told for asked in decision.calls]
        told = []
        for asked in calls:
            done = ev.CallEnded(server=asked.call.server, at=at, number=asked.number, outcome=_DONE)
            told += one.handle(done)
        if told:
            continue
        deadline = one.next_deadline()
        if deadline is None or deadline > end.mono:
            return
        at = at + max(0.0, deadline - at.mono)
        told = one.advance(at)
    raise AssertionError("deadlines that come without an end")


_DONE = Outcome(Result.DONE)
