"""Readings that are left out would have told a rule nothing."""

from __future__ import annotations

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.harness import Harness
from automaton.ruletest.repeats import EACH_SECOND, FRESH_FOR, Repeats, repeats_for
from automaton.ruletest.suite import Suite, suite_of
from automaton.ruletest.transcript import Transcript


def suite(opinions: str, tests: str = "") -> Suite:
    """A rule with these keys, and tests of it."""
    text = f"rules: [{{id: a, {opinions}, do: [{{notify: ops, text: hm}}]}}]\n{tests}"
    found, problems = suite_of({"r.yml": text}, Packs(read_packs(())[0]))
    assert found is not None, problems
    return found


def repeats(opinions: str) -> Repeats:
    """How often readings are told to such a rule."""
    return repeats_for(suite(opinions).book(("a",)).rules)


def test_who_never_reads_the_uptime_is_told_before_readings_are_overdue() -> None:
    assert repeats("while: memory_pct > 90") == Repeats(FRESH_FOR)


@pytest.mark.parametrize(
    ("opinions", "limits"),
    [
        ("while: uptime > 6h", {21_600.0}),
        ("while: 6h < uptime and memory_pct > 9, until: uptime < 1h", {21_600.0, 3_600.0}),
        ("while: memory_pct > 9, if: not (uptime <= 90s)", {90.0}),
    ],
)
def test_who_compares_the_uptime_with_numbers_is_told_when_it_passes_them(
    opinions: str, limits: set[float]
) -> None:
    assert repeats(opinions) == Repeats(FRESH_FOR, frozenset(limits))


@pytest.mark.parametrize(
    "opinions",
    [
        "while: uptime == 6h",
        "while: uptime > console_age",
        "while: uptime * 2 > 6h",
        "while: 'avg(uptime, 5m) > 6h'",
    ],
)
def test_who_does_anything_else_with_the_uptime_is_told_each_second(opinions: str) -> None:
    assert repeats(opinions) == Repeats(EACH_SECOND)


@pytest.mark.parametrize(
    ("uptime", "seconds"), [(0.0, 14.0), (90.0, 10.0), (98.5, 1.0), (99.5, 1.0), (100.0, 1.0), (100.5, 14.0)]
)
def test_the_next_reading_is_the_last_before_a_limit_or_the_first_behind_it(
    uptime: float, seconds: float
) -> None:
    assert Repeats(FRESH_FOR, frozenset({100.0})).after(uptime) == seconds


@pytest.mark.parametrize("how", [">", ">=", "<", "<="])
@pytest.mark.parametrize("fed", ["59m", "59m30s500ms", "1h"])
def test_a_limit_of_the_uptime_is_passed_at_the_second_at_which_wings_would_tell_it(
    how: str, fed: str
) -> None:
    told = suite(
        f"while: uptime {how} 1h",
        f"""
tests:
  - name: passes
    server: {{egg: Paper, state: running, uptime: {fed}}}
    feed:
      - {{at: 10s250ms, memory_pct: 5}}
      - {{at: 40s, state: offline}}
      - {{at: 50s, state: starting}}
      - {{at: 2h, memory_pct: 6}}
    expect: [{{at: 30s, is: open}}]
""",
    )

    assert seen(told, repeats_for(told.book(("a",)).rules)) == seen(told, Repeats(EACH_SECOND))


def seen(told: Suite, often: Repeats) -> tuple[object, object]:
    """What came of the only test where readings are repeated so often."""
    transcript: Transcript = Harness(told.tests[0], told.book(("a",)), often).run()
    assert transcript.phases
    return transcript.got, transcript.phases
