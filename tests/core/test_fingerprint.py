"""A fingerprint tells rules from other rules, and calls from other calls; nothing else changes it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from automaton.core.calls import Call, Notify, SendCommand, SetPower, Signal, TellEnd
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.gates import Limits
from automaton.core.rule import Arm
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


NOTICE = Notify(server="u", channel="ops", text="high", ref="high/7")


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


@pytest.mark.parametrize("kind", [Notify, TellEnd])
def test_the_number_of_an_incident_is_no_part_of_what_is_asked(kind: type[Notify | TellEnd]) -> None:
    first, second = (kind(server="u", channel="ops", text="x", ref=f"a/u/{number}") for number in (1, 2))

    assert fingerprint_of(first) == fingerprint_of(second)
