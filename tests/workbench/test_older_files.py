"""Recordings and memories that an older version wrote are read as it meant them.

`older/` was written by the version before classes and fields had stable names: `first.rec` by an engine
that knew nothing, `second.rec` by the next one, which began with the first one's memory and three runs
under way. `rules.yml` is what both judged by.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Decision
from automaton.core.engine import Engine
from automaton.core.fingerprint import fingerprint_of
from automaton.core.gates.limits import Budget, Limits
from automaton.core.rules.rule import Rulebook
from automaton.core.stable_names import has_stable_name
from automaton.web.recording_format import EVENTS, RecordingHeader
from automaton.workbench.recording_reader import group_by_recording, read_rows
from automaton.workbench.replay_rules import ReplayRules
from automaton.workbench.replay_side import ReplaySide, play_recording
from tests.core.story import book

OLDER = Path(__file__).parent / "older"
# Packs come to say more and to read lines otherwise: by these they were judged then.
PACKS_THEN = sorted((OLDER / "packs").glob("*.yml"))
LIMITS = Limits(
    arm=Arm.LIVE, settle=30.0, power_server=Budget(3, 600.0), power_node=Budget(4, 600.0),
    send_server=Budget(5, 60.0), parallel=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    return book((OLDER / "rules.yml").read_text(encoding="utf-8"), PACKS_THEN)


@pytest.mark.parametrize(
    ("name", "decisions", "digest"),
    [("first.rec", 492, "a3064aa96add508e"), ("second.rec", 375, "de041e7a173cdb3c")],
)
def test_an_older_recording_replays_to_the_letter(
    rules: Rulebook, name: str, decisions: int, digest: str
) -> None:
    """But that the second tells of a `save` and a `probe` that their `else` runs, as no version did then,
    and that twice the line of a join came of one who was there, which is no event any more."""
    told: list[Decision] = []
    side = ReplaySide(ReplayRules(rules, LIMITS), lambda decision, _: told.append(decision))
    (parts,) = group_by_recording([OLDER / name])
    play_recording(parts, [side], lambda _: None)

    assert (len(told), _digest(told)) == (decisions, digest)


def test_an_older_memory_is_taken_up_whole(rules: Rulebook) -> None:
    (parts,) = group_by_recording([OLDER / "second.rec"])
    header, *rows = read_rows(parts, lambda _: None)
    assert isinstance(header, RecordingHeader)
    engine = Engine(rules, LIMITS, header.at, msgspec.json.decode(header.memory))
    for row in rows:
        if isinstance(row, ev.ServerListed):
            engine.handle(row)
    again = engine.dump(header.at)

    assert engine.unreadable == 0
    assert _clocks(again) == _clocks(msgspec.json.decode(header.memory))


def test_every_event_has_a_name_in_files() -> None:
    assert [one for one in EVENTS.values() if not has_stable_name(one)] == []
    assert sorted(EVENTS) == [
        "Acknowledged", "BreakerReset", "CallEnded", "DaemonError", "DrillBegan", "FactTold", "FleetTold",
        "GrantsAnswered", "GrantsTold", "HoldBegan", "HoldEnded", "HookCalled", "JournalBack", "JournalLost",
        "LinePrinted", "LinkLost", "LinkUp", "MatchesHeard", "MatchesTold", "NodesListed", "Occurred",
        "Overflow", "PanelBack", "PanelLost", "PartTold", "PlayersCounted", "RuleArmed", "ServerGone",
        "ServerListed", "SilenceBegan", "SilenceEnded", "StartFailed", "StateChanged", "StateReported",
        "StatsReported",
    ]  # fmt: skip


def _digest(decisions: list[Decision]) -> str:
    """Of all that a decision says, calls by what goes into files."""
    told = sha256()
    for one in decisions:
        calls = [(asked.number, asked.rule, fingerprint_of(asked.call)) for asked in one.calls]
        held = [fingerprint_of(call) for call in one.held]
        at = round(one.at.mono, 6)
        told.update(repr((at, one.rule, one.key, one.verdict.value, one.detail, calls, held)).encode())
    return told.hexdigest()[:16]


def _clocks(memory: dict[str, dict[str, dict[str, list[dict[str, object]]]]]) -> dict[str, object]:
    """By place and rule: what its clocks belong to, its window, its incident's number."""
    return {
        f"{place}/{one['rule']}/{one['more']}": (one["judged_by"], one["window"], one["hold"])
        for place, data in memory["places"].items()
        for one in data["standings"]
        if one["window"] or one["hold"] != [0.0, False]
    }
