"""Ratios of one run, held to those that are committed."""

from __future__ import annotations

import pytest

from tests.benchmarks.peers.comparison import FallenRatio, fallen, not_compared, ratios, shown

COMMITTED = {"automaton": {10: 100.0, 100: 80.0}, "SEC": {10: 50.0, 100: 8.0}, "swatchdog": {10: 200.0}}


def test_a_ratio_says_how_many_times_as_fast_ours_is() -> None:
    assert ratios(COMMITTED) == {"SEC": {10: 2.0, 100: 10.0}, "swatchdog": {10: 0.5}}


def test_what_ours_was_not_measured_at_has_no_ratio() -> None:
    assert ratios({"automaton": {10: 100.0}, "SEC": {10: 50.0, 100: 8.0}}) == {"SEC": {10: 2.0}}
    assert ratios({"SEC": {10: 50.0}}) == {"SEC": {}}


def test_a_ratio_that_falls_by_more_than_a_tenth_has_fallen() -> None:
    now = {**COMMITTED, "automaton": {10: 89.0, 100: 80.0}}

    assert fallen(COMMITTED, now) == [
        FallenRatio("SEC", 10, 2.0, 1.78),
        FallenRatio("swatchdog", 10, 0.5, 0.445),
    ]


def test_a_tenth_less_is_noise_and_more_is_welcome() -> None:
    assert fallen(COMMITTED, {**COMMITTED, "automaton": {10: 90.0, 100: 800.0}}) == []


def test_a_machine_that_is_slower_for_all_makes_nothing_fall() -> None:
    halved = {tool: {rules: rate / 2 for rules, rate in some.items()} for tool, some in COMMITTED.items()}

    assert fallen(COMMITTED, halved) == []


def test_a_tool_that_is_new_or_not_here_has_not_fallen_and_what_is_missing_is_told() -> None:
    now = {"automaton": COMMITTED["automaton"], "SEC": {10: 50.0}, "fail2ban-regex": {10: 1e9}}

    assert fallen(COMMITTED, now) == []
    assert list(not_compared(COMMITTED, now)) == [
        "against SEC at 100 rules: not measured now, though it is committed",
        "against swatchdog at 10 rules: not measured now, though it is committed",
    ]


def test_a_fall_is_told_with_both_ratios() -> None:
    told = str(FallenRatio("SEC", 1_000, 80.0, 60.0))

    assert told == "against SEC at 1,000 rules: 60 ×, committed 80 ×, fell by 25 %"


@pytest.mark.parametrize(("ratio", "text"), [(0.267, "0.27 ×"), (3.24, "3.2 ×"), (1234.5, "1,234 ×")])
def test_a_ratio_has_as_many_digits_as_it_is_worth(ratio: float, text: str) -> None:
    assert shown(ratio) == text
