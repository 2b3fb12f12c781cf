"""A fingerprint tells rules from other rules, and calls from other calls; nothing else changes it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from automaton.actions.backup import MakeBackup
from automaton.actions.exec_ import RunProgram
from automaton.actions.http import SendRequest
from automaton.core.arm import Arm
from automaton.core.calls import Call, SendCommand, SendMessage, SendResolved, SetPower, Signal
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.gates.limits import Limits
from tests.core.story import HIGH, LIVE, book

PRINTED = """
from tests.core.story import HIGH, LIVE, book
from automaton.core.fingerprint import fingerprint
print(fingerprint(book(HIGH), LIVE))
"""


def test_the_same_rules_have_the_same_in_another_process() -> None:
    done = subprocess.run([sys.executable, "-c", PRINTED], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == fingerprint(book(HIGH), LIVE)


def test_a_comment_changes_nothing() -> None:
    assert fingerprint(book(HIGH + "      # said\n"), LIVE) == fingerprint(book(HIGH), LIVE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5m", "6m"),
        ("> 90", "> 91"),
        ("< 80", "< 81"),
        ('"high"', '"hi"'),
        ("ops", "oncall"),
        ("id: high", "id: h"),
    ],
)
def test_every_change_of_a_rule_changes_it(old: str, new: str) -> None:
    assert fingerprint(book(HIGH.replace(old, new)), LIVE) != fingerprint(book(HIGH), LIVE)


def test_limits_and_packs_belong_to_it() -> None:
    rules = book(HIGH)
    prints = {
        fingerprint(rules, LIVE),
        fingerprint(rules, Limits(arm=Arm.SHADOW)),
        fingerprint(rules, replace(LIVE, settle=1.0)),
        fingerprint(replace(rules, packs={}), LIVE),
    }

    assert len(prints) == 4


NOTICE = SendMessage(server="u", channel="ops", text="high", ref="high/7")


@pytest.mark.parametrize(
    "other",
    [
        replace(NOTICE, text="higher"),
        replace(NOTICE, channel="oncall"),
        replace(NOTICE, server="v"),
        SendCommand(server="u", command="high"),
        SetPower(server="u", signal=Signal.STOP),
    ],
)
def test_other_calls_have_others(other: Call) -> None:
    assert fingerprint_of(other) != fingerprint_of(NOTICE)


@pytest.mark.parametrize("kind", [SendMessage, SendResolved])
def test_the_number_of_an_incident_is_no_part_of_what_is_asked(
    kind: type[SendMessage | SendResolved],
) -> None:
    first, second = (kind(server="u", channel="ops", text="x", ref=f"a/u/{number}") for number in (1, 2))

    assert fingerprint_of(first) == fingerprint_of(second)


@pytest.mark.parametrize(
    ("call", "recorded"),
    [
        (SendCommand(server="u", command="say hi"), "78ad0cedacd3b5bf"),
        (SetPower(server="u", signal=Signal.STOP), "15ab56c7bcd902c1"),
        (SendMessage(server="u", channel="ops", title="High", text="95 %", rule="r"), "f53dc15b9433bfe1"),
        (SendResolved(server="u", channel="ops", text="over", rule="r", ref="r/u/7"), "0abba8ba924df297"),
        (MakeBackup(server="u", name="nightly"), "d2cd020ff450da11"),
        (SendRequest(server="u", url="page", body='{"a": 1}'), "2ac6fdcf1c5ca3c5"),
        (RunProgram(server="u", program="rotate", arguments=("--x", "a b")), "3a3c350e1b21580e"),
    ],
)
def test_recordings_of_earlier_versions_know_a_call_by_the_same(call: Call, recorded: str) -> None:
    """What a class is called today is no part of it."""
    assert fingerprint_of(call) == recorded


def test_what_a_game_is_asked_for_a_fact_is_part_of_it() -> None:
    rules = book("rules: [{id: a, while: tps < 15, do: [{notify: ops}]}]")
    fact = rules.pack_facts["minecraft"]["tps"]
    other = replace(rules, pack_facts={"minecraft": {"tps": replace(fact, stale=1.0)}})

    assert fingerprint(rules, LIVE) != fingerprint(other, LIVE)
