"""Each turn is one entry: what was decided, what changed, what people are told. Nothing is sent before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from automaton.core import events as ev
from automaton.core.calls import AskConsole, QueryGame
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.dump import BATCHED_EVERY
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.core.parts import HEAD, STATE, split
from automaton.daemon.remembered import remembered
from automaton.daemon.turn_journal import AT_ONCE, TurnJournal, encode
from automaton.journal.entry import Entry, TrailRow
from tests.core.story import HIGH, LIVE, LOBBY, Story, book

RULES = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops}, {send: list}]}]"
STATE_OF_A = f"{STATE}{LOBBY.uuid}/a"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Clock:
    """Shows what the engine shows."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def now(self) -> Moment:
        return self._story.engine.now


class Written:
    """A writer that keeps entries. Those up to `on_disk` are written."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.on_disk = 0

    def write(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries)

    async def committed(self, place: int) -> bool:
        return place <= self.on_disk


class Rows:
    """A row for each decision but details, and for each acknowledgement."""

    def of_decision(self, decision: Decision) -> TrailRow | None:
        return None if decision.verdict is Verdict.WAITING else row(decision.verdict.value)

    def of_event(self, event: Event) -> TrailRow | None:
        return row("ack") if isinstance(event, ev.Acknowledged) else None


def row(detail: str) -> TrailRow:
    return TrailRow(0.0, "decision", detail=detail)


class Turns:
    """A story whose turns are kept."""

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self.story = Story(RULES)
        self.writer = Written()
        self.journal = TurnJournal(self.story.engine, Clock(self.story), Rows(), self.writer, kept or {})

    def begin(self) -> None:
        self.journal.begin(())
        self.writer.entries.clear()

    def turn(self, mono: float, kind: type[Event], **more: object) -> list[Decision]:
        """The decisions of one turn, which is kept as the loop would keep it, without anything said."""
        event = kind(**{"server": LOBBY.uuid, **more}, at=Moment(mono, mono))  # type: ignore[arg-type]
        decisions = self.story.engine.handle(event)
        self.journal.begin_turn()
        self.journal.end_turn(decisions, event)
        return decisions

    @property
    def last(self) -> Entry:
        return self.writer.entries[-1]

    def folded(self) -> dict[str, bytes]:
        parts: dict[str, bytes | None] = {}
        for entry in self.writer.entries:
            parts |= entry.changes
        return {name: body for name, body in parts.items() if body is not None}


def test_a_turn_is_one_entry_with_decisions_what_changed_and_what_was_said() -> None:
    turns = Turns()
    turns.begin()
    at = Moment(1.0, 1.0)
    event = ev.Occurred(server=LOBBY.uuid, at=at, name="crash")
    decisions = turns.story.engine.handle(event)
    turns.journal.begin_turn()
    turns.journal.write({"delivery/ops/group/1": {"open": ["a/1"]}})
    turns.journal.add(row("handed over"))
    turns.journal.end_turn(decisions, event)

    (entry,) = turns.writer.entries
    assert entry.kind == "turn"
    assert entry.at == 1.0
    assert entry.changes.keys() >= {HEAD, STATE_OF_A, "delivery/ops/group/1"}
    assert json.loads(entry.changes["delivery/ops/group/1"] or b"") == {"open": ["a/1"]}
    assert [one.detail for one in entry.trail] == ["fired", "acting", "handed over"]


def test_what_a_person_did_comes_before_what_was_decided_by_it() -> None:
    turns = Turns()
    turns.begin()
    turns.turn(1.0, ev.Occurred, name="crash")
    turns.turn(2.0, ev.Acknowledged, server="", rule="a")

    assert turns.last.trail[0].detail == "ack"


@pytest.mark.anyio
async def test_a_place_is_written_once_the_disk_has_it_and_not_before() -> None:
    turns = Turns()
    turns.begin()
    turns.journal.begin_turn()
    place = turns.journal.end_turn(turns.story.engine.advance(Moment(1.0, 1.0)), None)
    assert not await turns.journal.written(place)

    turns.writer.on_disk = place
    assert await turns.journal.written(place)
    assert not await turns.journal.written(place + 1)


@pytest.mark.anyio
async def test_without_a_writer_nothing_is_kept_and_nobody_waits() -> None:
    story = Story(RULES)
    journal = TurnJournal(story.engine, Clock(story), Rows(), None, {})
    journal.begin(["engine/old"])
    journal.begin_turn()
    journal.add(row("nobody reads it"))
    place = journal.end_turn([], None)
    await journal.committed()

    assert await journal.written(place)
    assert await journal.written(place + 5)


def test_a_start_writes_everything_anew_and_takes_away_what_is_stale() -> None:
    turns = Turns()
    turns.turn(1.0, ev.Occurred, name="crash")
    turns.writer.entries.clear()
    turns.journal.begin([STATE_OF_A, "engine/state/u9/old"])

    (entry,) = turns.writer.entries
    assert entry.kind == "start"
    assert entry.changes["engine/state/u9/old"] is None
    assert entry.changes[STATE_OF_A] is not None
    whole = split(turns.story.engine.dump(turns.story.engine.now))
    assert {name for name, body in entry.changes.items() if body is not None} == whole.keys()


def test_a_start_is_one_entry_with_what_was_decided_and_said_on_what_it_found() -> None:
    turns = Turns()
    decisions = turns.story.engine.handle(ev.Occurred(server=LOBBY.uuid, at=Moment(1.0, 1.0), name="crash"))
    turns.journal.begin_turn()
    turns.journal.write({"delivery/ops/1": 1})
    turns.journal.begin((), decisions)

    (entry,) = turns.writer.entries
    assert entry.kind == "start"
    assert entry.changes["delivery/ops/1"] == b"1"
    assert [one.detail for one in entry.trail] == ["fired", "acting"]


def test_what_was_written_turn_by_turn_is_what_the_next_start_finds() -> None:
    turns = Turns()
    turns.journal.begin(())
    turns.turn(1.0, ev.Occurred, name="crash")
    turns.turn(2.0, ev.SilenceBegan, server="", id="s", rules=("*",), servers=("*",), until=99.0)
    found = remembered(turns.folded()).memory

    assert found is not None
    assert [one["id"] for one in found["silences"]] == ["s"]
    (state,) = found["places"][LOBBY.uuid]["standings"]
    assert state["incident"] is not None
    assert state["going"][0]["asked"] == "notify"


def test_a_turn_that_decided_nothing_is_due_every_two_seconds_and_at_once_for_what_people_did() -> None:
    turns = Turns()
    turns.begin()
    turns.turn(1.0, ev.LinePrinted, text="hello")
    line = ev.LinePrinted(server=LOBBY.uuid, at=Moment(1.5, 1.5), text="hello")
    ack = ev.Acknowledged(server="", at=Moment(1.5, 1.5), rule="a")

    assert not turns.journal.is_due((), line, 1.5)
    assert not turns.journal.is_due((), None, BATCHED_EVERY - 0.1)  # since everything was written
    assert turns.journal.is_due((), line, BATCHED_EVERY)
    assert turns.journal.is_due((), ack, 1.5)
    assert ev.CallEnded in AT_ONCE


def test_that_an_operator_stopped_a_server_is_known_however_soon_afterwards_automaton_is_killed() -> None:
    """Otherwise its fall is one that nobody saw, and rules for crashes start it again."""
    turns = Turns()
    turns.begin()
    turns.turn(1.0, ev.LinePrinted, text="hello")
    stopped = ev.StateChanged(server=LOBBY.uuid, at=Moment(1.5, 1.5), state=State.STOPPING)
    decisions = turns.story.engine.handle(stopped)
    assert turns.journal.is_due(decisions, stopped, 1.5)
    turns.journal.begin_turn()
    turns.journal.end_turn(decisions, stopped)
    memory = remembered(turns.folded()).memory

    assert memory is not None
    assert memory["places"][LOBBY.uuid]["server"]["intent"]["by"] == "operator"


def test_what_is_on_its_way_to_a_decision_waits_for_the_batch_and_a_decision_does_not() -> None:
    turns = Turns()
    turns.begin()
    turns.turn(1.0, ev.LinePrinted, text="hello")
    waiting, fired = (
        Decision("a", LOBBY.uuid, Moment(1.5, 1.5), one) for one in (Verdict.WAITING, Verdict.FIRED)
    )

    assert not turns.journal.is_due([waiting], None, 1.5)
    assert turns.journal.is_due([waiting, fired], None, 1.5)


def test_readings_alone_are_told_apart_from_turns() -> None:
    turns = Turns()
    turns.begin()
    turns.story.engine.advance(Moment(3.0, 3.0))
    turns.journal.begin_turn()
    turns.journal.end_turn([], None)

    assert turns.last.kind == "readings"
    assert turns.last.trail == ()


def test_where_nobody_is_watched_nothing_is_written_for_time_that_passes() -> None:
    turns = Turns()
    turns.turn(1.0, ev.ServerGone, reason="deleted")
    turns.begin()
    turns.story.engine.advance(Moment(10.0, 10.0))
    turns.journal.begin_turn()
    turns.journal.end_turn([], None)

    assert turns.writer.entries == []


def test_what_delivery_changes_between_turns_is_an_entry_of_its_own() -> None:
    turns = Turns()
    turns.begin()
    turns.journal.write({"delivery/ops/group/1": {"sent": 1}})
    turns.journal.write({"delivery/ops/group/1": None})

    assert [(entry.kind, dict(entry.changes)) for entry in turns.writer.entries] == [
        ("delivery", {"delivery/ops/group/1": b'{"sent":1}'}),
        ("delivery", {"delivery/ops/group/1": None}),
    ]


@pytest.mark.anyio
async def test_delivery_waits_for_all_that_was_taken() -> None:
    """It returns either way: messages go on without a journal."""
    turns = Turns()
    turns.begin()
    turns.journal.write({"delivery/ops/group/1": 1})

    await turns.journal.committed()


def test_a_row_between_turns_goes_with_the_next_entry_and_before_its_own() -> None:
    turns = Turns()
    turns.begin()
    turns.journal.add(row("outcome"))
    assert turns.writer.entries == []
    turns.turn(1.0, ev.Occurred, name="crash")

    assert [one.detail for one in turns.last.trail] == ["outcome", "fired", "acting"]


def test_everything_is_the_engines_parts_and_those_of_delivery_old_and_new() -> None:
    turns = Turns({"delivery/ops/old": b"1", "delivery/ops/gone": b"2"})
    turns.begin()
    turns.turn(1.0, ev.Occurred, name="crash")
    turns.journal.write({"delivery/ops/new": 3, "delivery/ops/gone": None})
    parts = turns.journal.everything()
    whole = split(turns.story.engine.dump(turns.story.engine.now))

    assert parts == {
        "delivery/ops/old": b"1", "delivery/ops/new": b"3",
        **{name: encode(part) for name, part in whole.items()},
    }  # fmt: skip


def test_a_clean_end_writes_what_readings_told_as_well() -> None:
    turns = Turns()
    turns.begin()
    turns.story.engine.handle(ev.LinePrinted(server=LOBBY.uuid, at=Moment(1.0, 1.0), text="hello"))
    turns.journal.end()

    assert turns.last.kind == "end"
    assert f"engine/server/{LOBBY.uuid}" in turns.last.changes


def test_a_part_that_json_cannot_say_is_lost_by_itself_and_told() -> None:
    turns = Turns()
    turns.begin()
    with capture_logs() as logs:
        turns.journal.write({"delivery/bad": object(), "delivery/good": 1})

    assert dict(turns.last.changes) == {"delivery/good": b"1"}
    assert [(one["event"], one["part"]) for one in logs] == [("journal.part_lost", "delivery/bad")]


def test_half_a_pair_of_surrogates_is_replaced() -> None:
    assert json.loads(encode({"a": "\ud83d", "b": (1, None)})) == {"a": "?", "b": [1, None]}


def test_a_hold_is_written_though_no_server_is_listed_and_nobody_is_told() -> None:
    engine = Engine(book("rules: []"), LIVE, Moment(0.0, 0.0))
    turns, writer = Turns(), Written()
    journal = TurnJournal(engine, Clock(turns.story), Rows(), writer, {})
    began = ev.HoldBegan(server="", at=Moment(5.0, 5.0), reason="a new world", by="root")
    decisions = engine.handle(began)
    assert decisions == []
    journal.begin_turn()
    journal.end_turn(decisions, began)

    assert json.loads(writer.entries[-1].changes[HEAD] or b"")["hold"]["reason"] == "a new world"


def test_a_run_of_the_fleet_was_left_when_automaton_was_killed_though_no_server_was_listed() -> None:
    engine = Engine(
        book("rules: [{id: a, by: fleet, when: {hook: h}, do: [{wait: 9h}]}]"), LIVE, Moment(0.0, 0.0)
    )
    turns, writer = Turns(), Written()
    journal = TurnJournal(engine, Clock(turns.story), Rows(), writer, {})
    called = ev.HookCalled(server="", at=Moment(1.0, 1.0), name="h")
    for mono, event in ((1.0, called), (3600.0, None)):
        decisions = engine.handle(event) if event is not None else engine.advance(Moment(mono, mono))
        journal.begin_turn()
        journal.end_turn(decisions, event)
    turns.writer = writer
    memory = remembered(turns.folded()).memory

    assert memory is not None
    (state,) = memory["places"]["fleet"]["standings"]
    assert state["going"][0]["left_at"] == 3600.0


def test_the_seconds_that_an_end_takes_are_time_in_which_nobody_watched() -> None:
    story, writer = Story(HIGH), Written()

    class Later:
        def now(self) -> Moment:
            return story.engine.now + 8.0

    story.memory_from(10.0, 40.0, 95)
    journal = TurnJournal(story.engine, Later(), Rows(), writer, {})
    journal.end()
    turns = Turns()
    turns.writer = writer
    memory = remembered(turns.folded()).memory

    assert memory is not None
    (state,) = memory["places"][LOBBY.uuid]["standings"]
    assert state["hold"] == [30.0, True]


def test_that_a_game_is_asked_over_the_network_again_and_again_fills_no_disk() -> None:
    turns = Turns()
    turns.turn(0.0, ev.LinkUp)
    call = QueryGame(server=LOBBY.uuid, protocol=QueryProtocol.A2S, host="192.0.2.7", port=27015)
    asked = Decision("", LOBBY.uuid, Moment(0.5, 0.5), Verdict.ACTING, "", (Asked(7, call),))
    of_a_rule = replace(asked, rule="a", calls=(Asked(8, call, "a"),))
    done = Outcome(Result.DONE, way="query")
    answered = ev.CallEnded(server=LOBBY.uuid, at=Moment(0.6, 0.6), number=7, outcome=done)
    other = replace(answered, outcome=Outcome(Result.DONE, way="panel"))
    due = turns.journal.is_due

    assert (due([asked], None, 0.5), due([], answered, 0.6)) == (False, False)
    assert (due([of_a_rule], None, 0.5), due([], other, 0.6)) == (True, True)
    turns.journal.begin_turn()
    turns.journal.end_turn([asked, of_a_rule], None)
    assert [one.detail for one in turns.writer.entries[-1].trail] == ["acting"]


def test_that_a_game_is_asked_by_its_console_again_and_again_fills_no_disk() -> None:
    turns = Turns()
    turns.turn(0.0, ev.LinkUp)
    call = AskConsole(server=LOBBY.uuid, command="list")
    asked = Decision("", LOBBY.uuid, Moment(0.5, 0.5), Verdict.ACTING, "", (Asked(7, call),))

    assert not turns.journal.is_due([asked], None, 0.5)
    turns.journal.begin_turn()
    turns.journal.end_turn([asked], None)
    assert turns.writer.entries[-1].trail == ()


def test_a_row_that_no_turn_brings_is_an_entry_of_its_own_at_once() -> None:
    turns = Turns()
    turns.begin()

    assert turns.journal.tell(row("a note"))
    assert [(entry.kind, [one.detail for one in entry.trail]) for entry in turns.writer.entries] == [
        ("told", ["a note"])
    ]


def test_where_nothing_is_written_down_a_row_is_not_said_to_be_kept() -> None:
    story = Story(RULES)

    assert not TurnJournal(story.engine, Clock(story), Rows(), None, {}).tell(row("a note"))
