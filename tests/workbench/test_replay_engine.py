"""A recording played again: by its own rules the same to the letter, by others as they would have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Decision, Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Rulebook
from automaton.errors import Refused
from automaton.workbench.recording_files import RecordingFiles
from automaton.workbench.recording_reader import group_by_recording
from automaton.workbench.replay_rules import ReplayRules
from automaton.workbench.replay_side import ReplaySide, play_recording
from tests.core.story import HIGH, LIVE, LOBBY, book
from tests.workbench.streams import RULES, WHOLE, Live, written

SAID = """
    rules: [{id: boom, when: {console: '^boom'}, do: [{send: "say boom"}, {send: "say bang"}]}]
    """

NARROW = Limits(
    arm=Arm.LIVE, settle=30.0, power_server=Budget(3, 600.0), power_node=Budget(4, 600.0),
    send_server=Budget(5, 60.0), parallel=1,
)  # fmt: skip
LIMITED = Limits(arm=Arm.LIVE, settle=60.0)
REPORTING = replace(LIVE, report="ops")


def replayed(paths: list[Path], rules: Rulebook, limits: Limits) -> tuple[list[Decision], ReplaySide]:
    told: list[Decision] = []
    side = ReplaySide(ReplayRules(rules, limits), lambda decision, _: told.append(decision))
    for parts in group_by_recording(paths):
        play_recording(parts, [side], lambda _: None)
    return told, side


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limits", [LIVE, LIMITED, Limits()], ids=["live", "settling", "shadow"])
def test_live_decisions_and_the_replay_are_the_same_to_the_letter(
    tmp_path: Path, seed: int, limits: Limits
) -> None:
    rules = book(RULES)
    live = Live(rules, limits, Random(seed))
    recording = live.begin()
    live.run(1500)
    live.reload()
    live.run(200)
    told, side = replayed([written(recording, tmp_path / "rec")], rules, limits)

    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert len(told) > 300
    assert side.is_exact


@pytest.mark.parametrize("middle", [False, True], ids=["from the start", "from the middle"])
def test_what_was_held_without_a_journal_a_replay_holds_too(tmp_path: Path, middle: bool) -> None:
    rules, limits = book("rules: [{id: a, when: {console: '^boom'}, do: [{power: restart}]}]"), REPORTING
    live = Live(rules, limits, Random(1))
    live.answer = lambda _: (1.0, Outcome(Result.DONE))
    recording = live.begin()
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(10.0, ev.LinkUp)
    live.at(10.0, ev.StateReported, state=State.RUNNING)
    live.at(15.0, ev.JournalLost, reason="no space left on device")
    if middle:
        recording = live.recorder.begin(1 << 30)
        live.decisions.clear()
    live.at(20.0, ev.LinePrinted, text="boom")
    live.at(120.0, ev.JournalBack)
    live.at(200.0, ev.LinkLost)
    told, side = replayed([written(recording, tmp_path / "rec")], rules, limits)

    said = {one.verdict: round(one.at.mono - live.began) for one in told if one.rule == "a"}
    assert (said[Verdict.NO_JOURNAL], said[Verdict.ACTING]) == (20, 120)
    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert side.is_exact


HANGS = """
    rules: [{id: hangs, while: not query_ok, for: 1m, do: [{notify: ops, text: "${name} hangs"}]}]
    """


def test_what_games_answered_over_the_network_is_replayed_to_the_letter(tmp_path: Path) -> None:
    rules = book(HANGS)
    answer = Outcome(Result.DONE, way="query", body='{"ms": 20.0, "players": 3}')
    silence = Outcome(Result.UNKNOWN, "no answer within 5 s", way="query")
    live = Live(rules, LIVE, Random(1))
    live.answer = lambda call: (0.02, answer if live.engine.now.mono - live.began < 100 else silence)
    recording = live.begin()
    live.at(0.0, ev.ServerListed, profile=replace(LOBBY, host="192.0.2.7", port=25565))
    live.at(10.0, ev.LinkUp)
    live.at(10.0, ev.StateReported, state=State.RUNNING)
    live.at(400.0, ev.LinkLost)
    told, side = replayed([written(recording, tmp_path / "rec")], rules, LIVE)

    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert side.is_exact
    assert [one.verdict for one in told if one.rule][:2] == [Verdict.WAITING, Verdict.FIRED]


@pytest.mark.parametrize(
    "memory", [{"version": None}, {"version": 1, "places": {"u": {"at": "x"}}}, {"at": 1e300}, [], 7]
)
def test_a_header_whose_memory_has_another_shape_is_refused(tmp_path: Path, memory: object) -> None:
    live = Live(book(HIGH), LIVE, Random(1))
    recording = live.begin()
    live.run(10)
    path = written(recording, tmp_path / "rec")
    head, _, rest = path.read_bytes().partition(b"\n")
    header = json.loads(head)
    path.write_bytes(json.dumps({**header, "memory": memory}, separators=(",", ":")).encode() + b"\n" + rest)

    with pytest.raises(Refused, match="the header of the recording is damaged"):
        replayed([path], book(HIGH), LIVE)


@pytest.mark.parametrize("limits", [LIVE, NARROW], ids=["live", "narrow"])
@pytest.mark.parametrize("seed", range(3))
def test_the_whole_language_is_the_same_to_the_letter(tmp_path: Path, seed: int, limits: Limits) -> None:
    rules = book(WHOLE)
    live = Live(rules, limits, Random(seed))
    recording = live.begin()
    live.run(1200)
    live.reload()
    live.run(300)
    told, side = replayed([written(recording, tmp_path / "rec")], rules, limits)

    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert len(told) > 1000
    assert side.is_exact


def test_other_rules_of_the_whole_language_come_to_an_end(tmp_path: Path) -> None:
    live = Live(book(WHOLE), LIVE, Random(1))
    recording = live.begin()
    live.run(800)
    other = book(WHOLE.replace("20s", "45s").replace("> 90", "> 80").replace("count: 2", "count: 1"))
    told, side = replayed([written(recording, tmp_path / "rec")], other, LIVE)

    assert not side.is_exact
    assert {one.rule for one in told} >= {"esc", "lag", "many", "tick"}


def test_a_long_stream_is_the_same_to_the_letter_too(tmp_path: Path) -> None:
    rules = book(RULES)
    live = Live(rules, LIVE, Random(11))
    recording = live.begin()
    live.run(8000)
    told, side = replayed([written(recording, tmp_path / "rec")], rules, LIVE)

    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert len(told) > 3000
    assert side.is_exact


def test_a_recording_in_several_files_is_one(tmp_path: Path) -> None:
    rules = book(RULES)
    live = Live(rules, LIVE, Random(5))
    recording = live.begin(part=100_000)
    live.run(1500)
    parts = RecordingFiles(tmp_path / "rec", 100)
    parts.write(recording.rest())
    parts.close()
    files = list(tmp_path.iterdir())
    told, side = replayed(files, rules, LIVE)

    assert len(files) > 3
    assert [repr(one) for one in told] == [repr(one) for one in live.decisions]
    assert side.is_exact


@pytest.mark.parametrize("limits", [LIVE, LIMITED], ids=["live", "settled"])
def test_what_was_open_before_the_recording_began_clears_in_it(tmp_path: Path, limits: Limits) -> None:
    rules = book(HIGH)
    live = Live(rules, limits, Random(0))
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(0.0, ev.LinkUp)
    live.at(0.0, ev.StateReported, state=State.RUNNING)
    live.memory(310.0, 95, every=5.0)
    recording = live.recorder.begin(1 << 20)
    before = len(live.decisions)
    live.memory(400.0, 70, every=5.0)
    told, _ = replayed([written(recording, tmp_path / "rec")], rules, limits)

    assert Verdict.FIRED in [one.verdict for one in live.decisions[:before]]
    after = live.decisions[before:]
    assert [(one.verdict, shorts(one)) for one in told] == [(one.verdict, shorts(one)) for one in after]
    assert [call for one in told for call in shorts(one)] == ["notify ops: back after 10s"]


def test_by_other_rules_it_is_told_what_would_have_been(tmp_path: Path) -> None:
    """Sooner, and the calls that nobody made then are done at once: the run comes to its end."""
    live = Live(book(HIGH), LIVE, Random(0))
    recording = live.begin()
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(0.0, ev.LinkUp)
    live.at(0.0, ev.StateReported, state=State.RUNNING)
    live.memory(100.0, 95, every=5.0)
    live.memory(130.0, 70, every=5.0)
    told, side = replayed([written(recording, tmp_path / "rec")], book(HIGH.replace("5m", "62s")), LIVE)

    assert not side.is_exact
    assert live.decisions[-1].verdict is Verdict.NOT_TRUE
    began = live.began
    assert [(round(one.at.mono - began, 3), one.verdict.value, shorts(one)) for one in told] == [
        (5.0, "waiting", []),
        (67.0, "fired", []),
        (67.0, "acting", ["notify ops: high"]),
        (67.0, "ended", []),
        (105.0, "cleared", []),
        (105.0, "acting", ["notify ops: back after 38s"]),
        (105.0, "ended", []),
    ]


def test_an_equal_call_ends_as_it_did_then_and_after_as_long(tmp_path: Path) -> None:
    """It is asked 30 s later by the new rule; refused after 2 s as it was."""
    live = Live(book(SAID), LIVE, Random(0))
    live.answer = lambda _: (2.0, Outcome(Result.REFUSED, "no"))
    recording = live.begin()
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(0.0, ev.LinkUp)
    live.at(0.0, ev.StateReported, state=State.RUNNING)
    live.at(1.0, ev.LinePrinted, text="boom")
    live.at(60.0, ev.LinePrinted, text="else")
    told, _ = replayed(
        [written(recording, tmp_path / "rec")], book(SAID.replace("do: [", "do: [{wait: 30s}, ")), LIVE
    )

    assert [(one.verdict.value, one.detail) for one in live.decisions if one.verdict is Verdict.FAILED]
    failed = next(one for one in told if one.verdict is Verdict.FAILED)
    assert failed.at.mono - live.began == pytest.approx(33.0, abs=0.01)
    assert failed.detail == next(one.detail for one in live.decisions if one.verdict is Verdict.FAILED)


def shorts(decision: Decision) -> list[str]:
    return [asked.call.in_full() for asked in decision.calls]
