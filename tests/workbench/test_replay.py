"""`automaton replay`, from files to what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.workbench.replay import ReplayOptions, replay
from tests.core.story import DONE, HIGH, LIVE, LOBBY, book
from tests.workbench.streams import Live, written

SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels: {ops: {urls: [{file: ops.url}]}}
tags: {prod: [{id: lobby}]}
limits: {arm: live}
rules: rules.d
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "new.yml"
    path.write_text(HIGH)
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Ten minutes of `lobby`, high for eight of them."""
    live = Live(book(HIGH), LIVE, Random(0))
    live.answer = lambda _: (0.5, DONE)
    begun = live.begin()
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(0.0, ev.LinkUp)
    live.at(0.0, ev.StateReported, state=State.RUNNING)
    live.memory(480.0, 95, every=5.0)
    live.memory(600.0, 70, every=5.0)
    return written(begun, tmp_path / "rec")


def configured(folder: Path, settings: str) -> Path:
    """An operator's folder without rules."""
    for name, text in (("key", "ptlc_key"), ("ops.url", "json://localhost")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / "rules.d").mkdir()
    path = folder / "automaton.yml"
    path.write_text(settings)
    return path


def test_what_it_did_is_summed_up(recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = replay(ReplayOptions(files=[recording, rules]))
    out, err = capsys.readouterr()
    head, exact, *table = out.splitlines()

    assert code == 0
    assert head.startswith("125 events of 1 recording in ")
    assert exact == "by the rules of the recording: what was decided then, to the letter"
    assert [line.split() for line in table] == [
        ["RULE", "SERVER", "FIRED", "SENT", "HELD"],
        ["high", "lobby", "1", "2", "0"],
    ]
    assert err == "note: without an automaton.yml there are no tags and no limits\n"


def test_old_rules_and_new_ones_are_compared(
    tmp_path: Path, recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.yml"
    old.write_text(HIGH.replace("5m", "9m"))
    code = replay(ReplayOptions(files=[recording, rules], old=old))
    table = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]

    assert code == 0
    assert [row[:-1] for row in table] == [
        ["RULE", "SERVER", "WHAT", "OLD", "NEW"],
        ["high", "lobby", "fired", "0", "1"],
        ["high", "lobby", "sent", "notify", "ops", "0", "2"],
    ]
    assert table[1][-1].endswith("Z")


def test_equal_rules_differ_in_nothing(
    recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(ReplayOptions(files=[recording, rules], old=rules))

    assert "nothing differs" in capsys.readouterr().out


def test_programs_are_told_the_same_and_each_decision_on_a_line(
    tmp_path: Path, recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.yml"
    old.write_text(HIGH.replace('"high"', '"higher"'))
    replay(ReplayOptions(files=[recording, rules], old=old, as_json=True, decisions=True))
    *decisions, whole = map(json.loads, capsys.readouterr().out.splitlines())

    assert [one["decision"]["verdict"] for one in decisions] == [
        "waiting", "fired", "acting", "ended", "cleared", "acting", "ended",
    ]  # fmt: skip
    assert decisions[2]["decision"]["sent"] == ["notify ops: high"]
    assert (whole["events"], whole["exact"]) == (125, True)
    assert whole["rules"][0]["calls"] == {"notify ops": 2}
    difference = whole["differences"][0]
    assert (difference["call"], difference["old"], difference["new"], difference["only_words"]) == (
        "notify ops", 2, 2, True,
    )  # fmt: skip


def test_decisions_are_printed_as_they_are_made(
    recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(ReplayOptions(files=[recording, rules], decisions=True))
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].endswith("Z high lobby waiting")
    assert "    sent notify ops: high" in lines


@pytest.mark.parametrize("arm", [Arm.SHADOW, None])
def test_the_arm_is_the_recordings_unless_another_is_named(
    tmp_path: Path, rules: Path, arm: Arm | None, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = LIVE if arm is Arm.SHADOW else Limits(arm=Arm.SHADOW)
    live = Live(book(HIGH), limits, Random(0))
    begun = live.begin()
    live.at(0.0, ev.ServerListed, profile=LOBBY)
    live.at(0.0, ev.LinkUp)
    live.at(0.0, ev.StateReported, state=State.RUNNING)
    live.memory(400.0, 95, every=5.0)
    replay(ReplayOptions(files=[written(begun, tmp_path / "rec"), rules], arm=arm))

    assert capsys.readouterr().out.splitlines()[-1].split() == ["high", "lobby", "1", "0", "1"]


def test_an_automaton_yml_gives_rules_tags_and_limits(
    tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, SETTINGS)
    (tmp_path / "rules.d" / "high.yml").write_text(
        HIGH.replace("while:", "servers: {tag: prod}\n        while:")
    )
    code = replay(ReplayOptions(files=[recording], config=config))

    assert code == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["high", "lobby", "1", "2", "0"]


def test_named_rules_stand_under_the_limits_and_tags_of_an_automaton_yml(
    tmp_path: Path, recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, SETTINGS.replace("arm: live", "arm: shadow"))
    rules.write_text(HIGH.replace("while:", "servers: {tag: prod}\n        while:"))
    replay(ReplayOptions(files=[recording, rules], config=config))

    assert capsys.readouterr().out.splitlines()[-1].split() == ["high", "lobby", "1", "0", "2"]


def test_a_warning_of_rules_that_are_named_twice_is_told_once(
    tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, SETTINGS)
    (tmp_path / "rules.d" / "a.yml").write_text(
        "rules: [{id: a, when: {event: crash}, do: [{power: start}]}]"
    )
    replay(ReplayOptions(files=[recording, tmp_path / "rules.d" / ".." / "rules.d"], config=config))

    assert capsys.readouterr().err.count("again and again") == 1


def test_what_cannot_be_played_is_told(
    tmp_path: Path, recording: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("rules: [{id: a, whn: {event: crash}}]\n")
    other = tmp_path / "other"
    other.write_text("hello\n")
    codes = [
        replay(ReplayOptions(files=[rules])),
        replay(ReplayOptions(files=[recording, wrong])),
        replay(ReplayOptions(files=[other, rules])),
        replay(ReplayOptions(files=[tmp_path / "nowhere", rules])),
    ]
    err = capsys.readouterr().err

    assert codes == [78, 78, 78, 78]
    for said in ("name a recording", "unknown key `whn`", "other is no recording", "No such file"):
        assert said in err
