"""By what a replay judges."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook
from automaton.errors import ConfigurationError, Refused
from automaton.workbench.replay_rules import ReplayRules, load_or_raise, rules_for_replay
from tests.core.story import HIGH, LOBBY

SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels: {ops: {urls: [{file: key}]}}
packs: {mine: [{id: lobby}]}
tags: {prod: [{id: lobby}]}
limits: {arm: live, settle: 3s}
rules: rules.d
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder, with a pack of his own."""
    (tmp_path / "key").write_text("json://localhost")
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "automaton.yml").write_text(SETTINGS)
    for name, text in (("rules.d", HIGH), ("packs.d", "pack: mine\nevents: {door: '^door'}\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.yml").write_text(text)
    return tmp_path


def known(book: Rulebook, profile: Profile = LOBBY) -> tuple[str, frozenset[str]]:
    pack = book.pack_of(profile)
    return pack, book.tags_of(profile, pack)


def test_an_automaton_yml_judges_by_itself(folder: Path) -> None:
    configuration, _ = load_or_raise(folder / "automaton.yml", {})
    judge, problems = rules_for_replay(configuration, [], None)

    assert judge.book is configuration.book
    assert judge.limits_for("shadow") == configuration.limits
    assert problems == []


def test_named_rules_have_its_packs_tags_and_limits(folder: Path) -> None:
    configuration, _ = load_or_raise(folder / "automaton.yml", {})
    other = folder / "other.yml"
    other.write_text("rules: [{id: door, when: {event: door}, do: [{notify: ops}]}]\n")
    judge, _ = rules_for_replay(configuration, [other], None)

    assert [rule.id for rule in judge.book.rules] == ["door"]
    assert known(judge.book) == ("mine", frozenset({"prod"}))
    assert judge.limits_for("shadow").settle == 3.0


def test_rules_alone_have_shipped_packs_no_tags_and_the_recordings_arm(folder: Path) -> None:
    judge, _ = rules_for_replay(None, [folder / "rules.d"], None)

    assert known(judge.book) == ("minecraft", frozenset())
    assert judge.limits_for("shadow") == Limits(arm=Arm.SHADOW)
    assert judge.limits_for("live") == Limits(arm=Arm.LIVE)


def test_an_arm_that_is_named_holds() -> None:
    judge = ReplayRules(
        rules_for_replay(None, [], None)[0].book, Limits(arm=Arm.LIVE, settle=9.0), Arm.SHADOW
    )

    assert judge.limits_for("live") == Limits(arm=Arm.SHADOW, settle=9.0)


def test_every_mistake_is_told(folder: Path) -> None:
    wrong = folder / "wrong.yml"
    wrong.write_text("rules: [{id: a, whn: {event: crash}}]\n")

    with pytest.raises(ConfigurationError, match="unknown key `whn`"):
        rules_for_replay(None, [wrong], None)


def test_an_arm_that_there_is_not_is_told() -> None:
    with pytest.raises(Refused, match="`loud`"):
        ReplayRules(rules_for_replay(None, [], None)[0].book, None).limits_for("loud")
