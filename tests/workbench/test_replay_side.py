"""Recordings, played to two judges at once."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest

from automaton.core.moment import Moment
from automaton.errors import Refused
from automaton.web.recording_format import RecordingHeader, write_row
from automaton.workbench.recording_reader import group_by_recording
from automaton.workbench.replay_diff import differences
from automaton.workbench.replay_rules import ReplayRules
from automaton.workbench.replay_side import ReplaySide, play_recording
from tests.core.story import LIVE, book
from tests.workbench.streams import RULES, Live, written


def test_two_rules_are_compared_row_by_row(tmp_path: Path) -> None:
    """A rule that only tells people keeps no other from the server: that one alone does other things."""
    rules = book(RULES)
    live = Live(rules, LIVE, Random(3))
    recording = live.begin()
    live.run(1000)
    path = written(recording, tmp_path / "rec")
    old, new = (
        ReplaySide(ReplayRules(rules, LIVE)),
        ReplaySide(ReplayRules(book(RULES.replace("count: 2", "count: 1")), LIVE)),
    )
    play_recording(group_by_recording([path])[0], [old, new], lambda _: None)

    assert old.is_exact
    assert not new.is_exact
    found = list(differences(old.summary, new.summary))
    assert {one.whose[0] for one in found if one.old != one.new} == {"lag"}


def test_the_same_rules_twice_differ_in_nothing(tmp_path: Path) -> None:
    rules = book(RULES)
    live = Live(rules, LIVE, Random(4))
    recording = live.begin()
    live.run(1000)
    path = written(recording, tmp_path / "rec")
    sides = [ReplaySide(ReplayRules(rules, LIVE)), ReplaySide(ReplayRules(rules, LIVE))]
    play_recording(group_by_recording([path])[0], sides, lambda _: None)

    assert list(differences(sides[0].summary, sides[1].summary)) == []


def test_a_recording_whose_memory_is_damaged_is_refused_by_its_name(tmp_path: Path) -> None:
    header = RecordingHeader(
        version="9", id="a", part=0, at=Moment(1.0, 2.0), arm="live", fingerprint="f", fresh=False, known=0,
        memory=msgspec.Raw(b"[1]"),
    )  # fmt: skip
    path = tmp_path / "rec"
    path.write_bytes(write_row(header))

    with pytest.raises(Refused, match="rec:1: the header"):
        play_recording(
            group_by_recording([path])[0], [ReplaySide(ReplayRules(book(RULES), LIVE))], lambda _: None
        )


def test_what_was_before_a_row_that_cannot_be_read_is_judged(tmp_path: Path) -> None:
    """Rows are read some at a time, so the broken one was read before the first of them was judged."""
    live = Live(book(RULES), LIVE, Random(3))
    recording = live.begin()
    live.run(1000)
    path = written(recording, tmp_path / "rec")
    whole, cut = ReplaySide(ReplayRules(book(RULES), LIVE)), ReplaySide(ReplayRules(book(RULES), LIVE))
    play_recording(group_by_recording([path])[0], [whole], lambda _: None)
    path.write_bytes(path.read_bytes() + b"no row\n")

    with pytest.raises(Refused, match="no row"):
        play_recording(group_by_recording([path])[0], [cut], lambda _: None)

    assert list(differences(whole.summary, cut.summary)) == []
    assert cut.summary.verdicts == whole.summary.verdicts
