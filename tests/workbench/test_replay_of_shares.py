"""Recordings of engines that judge a fleet together: each is judged again as the engine that it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rulebook
from automaton.core.scope import ALONE, TO_FLEET, Place, Scope
from automaton.daemon.recorder import Recorder, Recording
from automaton.web.recording_format import FORMAT, FORMAT_OF_SHARE, Advanced, RecordedShare
from automaton.workbench.recording_reader import group_by_recording
from automaton.workbench.replay_rules import ReplayRules
from automaton.workbench.replay_side import ReplaySide, play_recording
from tests.core.fleet import profile
from tests.core.fleet_streams import NODES, OF_SERVERS, OF_THE_FLEET, begun, stream
from tests.core.shared_fleet import SharedFleet
from tests.core.story import LIVE, book
from tests.workbench.streams import written

POWERS = """
  - {id: heap, when: {console: '^error 5'}, do: [{power: restart}]}
  - {id: once, when: {rule: some, is: open}, if: not firing("sum"), do: [{send: "some"}]}
"""
RULES = "rules:" + OF_SERVERS + OF_THE_FLEET + POWERS
LIMITED = replace(LIVE, power_fleet=Budget(5, 60.0), send_fleet=Budget(20, 60.0), parallel=2)
ADDRESSES = (TO_FLEET, "node:eu0", "node:eu1")
GAPS = (0.1, 0.4, 1.7)


class RecordedEngine(Engine):
    """Hands all that it is given to its recorder, as the daemon's loop does."""

    def __init__(
        self, book: Rulebook, limits: Limits, now: Moment, memory: Mapping[str, Any] | None = None,
        scope: Scope = Scope.WHOLE, acts_from: float = -inf, place: Place = ALONE,
    ) -> None:  # fmt: skip
        super().__init__(book, limits, now, memory, scope, acts_from, place)
        self.clock = At(now)
        self.recorder = Recorder(self, self.clock, lambda: (book, limits), place, acts_from)

    def handle(self, event: Event) -> list[Decision]:
        self.recorder.took(event)
        return self._asked(super().handle(event))

    def advance(self, now: Moment) -> list[Decision]:
        self.recorder.took(Advanced(now))
        return self._asked(super().advance(now))

    def _asked(self, decisions: list[Decision]) -> list[Decision]:
        for one in decisions:
            self.recorder.asked(one)
        return decisions


class At:
    """A clock that is set by hand."""

    def __init__(self, at: Moment) -> None:
        self.at = at

    def now(self) -> Moment:
        return self.at


class RecordedFleet(SharedFleet):
    """Engines side by side, of which each can be recorded."""

    make = RecordedEngine

    def record(self, address: str) -> Recording:
        """From now on."""
        engine = self.engines[address]
        assert isinstance(engine, RecordedEngine)
        engine.clock.at = self._moment
        return engine.recorder.begin(1 << 30)


def after(began: float, decisions: Iterable[Decision]) -> list[str]:
    """Those that were made later than the recording began: at that moment what is known is told anew."""
    return [repr(one) for one in decisions if one.at.mono > began]


def played(path: Path, limits: Limits) -> tuple[list[Decision], ReplaySide]:
    """The decisions of a replay by the same rules."""
    told: list[Decision] = []
    side = ReplaySide(ReplayRules(book(RULES), limits), lambda decision, _: told.append(decision))
    (parts,) = group_by_recording([path])
    play_recording(parts, [side], lambda _: None)
    return told, side


@pytest.mark.parametrize("limits", [LIVE, LIMITED], ids=["live", "budgets"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("address", ADDRESSES)
def test_each_engine_decides_again_what_it_decided(
    tmp_path: Path, seed: int, limits: Limits, address: str
) -> None:
    fleet = RecordedFleet(RULES, [f"eu{number}" for number in range(NODES)], limits)
    begun(fleet).until(0.5)
    recording = fleet.record(address)
    for mono, kind, server, fields in stream(Random(seed), 500, GAPS):
        fleet.at(mono, kind, server, **fields)

    told, side = played(written(recording, tmp_path / "rec"), limits)

    live = [one for whose, one in fleet.decisions if whose == address]
    assert after(0.5, told) == after(0.5, live)
    assert side.is_exact
    assert len(told) > 40


def test_a_header_says_what_the_engine_judges_and_from_when_it_acts(tmp_path: Path) -> None:
    place = Place(node="eu-1", epoch=7, taken_over_at=50.0)
    engine = RecordedEngine(book(RULES), LIVE, Moment(60.0, 60.0), None, Scope.NODE, 125.0, place)

    header = group_by_recording([written(engine.recorder.begin(1 << 30), tmp_path / "rec")])[0][0].header

    assert header.format == FORMAT_OF_SHARE
    assert header.share == RecordedShare(
        scope=Scope.NODE, node="eu-1", epoch=7, taken_over_at=50.0, acts_from=125.0
    )


def test_an_engine_of_the_whole_is_recorded_as_ever(tmp_path: Path) -> None:
    """So that a reader from before there were shares reads it."""
    engine = RecordedEngine(book(RULES), LIVE, Moment(60.0, 60.0))

    header = group_by_recording([written(engine.recorder.begin(1 << 30), tmp_path / "rec")])[0][0].header

    assert (header.format, header.share) == (FORMAT, None)


def test_what_an_owner_held_because_it_had_just_taken_over_a_replay_holds_too(tmp_path: Path) -> None:
    """Its predecessor's power may have been under way: it acts from 75 s on."""
    fleet = RecordedFleet(RULES, ["eu0"])
    address = "node:eu0"
    engine = RecordedEngine(
        book(RULES), LIVE, fleet._moment, None, Scope.NODE, 75.0, Place(node="eu0", epoch=9)
    )
    fleet.engines[address] = engine
    recording = fleet.record(address)
    fleet.at(1.0, ev.ServerListed, profile=profile(0, "eu0")).at(1.0, ev.LinkUp, server="u0")
    fleet.at(1.0, ev.StateReported, server="u0", state=State.RUNNING)
    fleet.at(10.0, ev.LinePrinted, server="u0", text="error 5").until(100.0)

    told, side = played(written(recording, tmp_path / "rec"), LIVE)

    of_heap = {one.verdict: one.at.mono for one in told if one.rule == "heap"}
    assert of_heap[Verdict.TAKING_OVER] == 10.0
    assert of_heap[Verdict.ACTING] == 75.0
    assert after(0.0, told) == after(0.0, [one for whose, one in fleet.decisions if whose == address])
    assert side.is_exact
