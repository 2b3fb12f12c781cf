"""An explanation in sentences, the same for terminals and pages."""

from __future__ import annotations

import pytest

from automaton.web import explain_words as words
from automaton.web.routes.explain import ClockRow, Explanation, PartRow, ReasonRow, StepRow


def row(verdict: str, detail: str = "") -> ReasonRow:
    return ReasonRow(verdict=verdict, sentence=f"the sentence of {verdict}", detail=detail)


def explanation(set_off_by: str, *reasons: ReasonRow) -> Explanation:
    return Explanation(
        rule="a", key="u", name="lobby", arm="live", severity="warning", set_off_by=set_off_by, phase="idle",
        reasons=list(reasons),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (row("waiting", "its `when` has not come"), "not yet: its `when` has not come"),
        (row("shadow"), "in shadow: what it would do is recorded, and not done"),
        (row("cooling", "9m more"), "the sentence of cooling: 9m more"),
        (row("cooling"), "the sentence of cooling"),
    ],
)
def test_a_reason_is_a_sentence(one: ReasonRow, said: str) -> None:
    assert words.reason(one) == said


def test_a_gate_is_the_answer_where_a_trigger_only_waits_for_its_next_match() -> None:
    waiting, cooling = row("waiting", "x"), row("cooling")

    assert words.gates_first(explanation("event", waiting, cooling)) == [cooling, waiting]
    assert words.gates_first(explanation("while", waiting, cooling)) == [waiting, cooling]
    assert words.gates_first(explanation("event")) == []


def test_what_may_fire_and_is_held_is_told_so() -> None:
    one = explanation("while", row("silenced"))

    assert words.because(one, one.reasons[0], "lobby").startswith("a may fire for lobby, and nothing is done")


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (ClockRow(name="for", so_far=60, needed=300, left=240), "for: 1m of 5m, 4m more"),
        (ClockRow(name="for", so_far=60, needed=300), "for: 1m of 5m, not running"),
        (
            ClockRow(name="count", so_far=1, needed=3, counts=True, within=60),
            "count: 1 of 3 matches within 1m",
        ),
        (ClockRow(name="breaker", so_far=2, needed=2, left=60), "breaker: 2 of 2 runs, resets in 1m"),
        (ClockRow(name="schedule", so_far=0, needed=60), "schedule: due in 1m"),
        (ClockRow(name="mute", so_far=0, needed=60), "mute: 1m more"),
    ],
)
def test_a_clock_says_how_far_it_is(clock: ClockRow, said: str) -> None:
    assert words.clock(clock) == said


def test_a_value_that_is_not_known_says_why() -> None:
    assert words.value(PartRow(source="x", value="unknown", depth=0, known=False, why="no link")) == (
        "unknown: no link"
    )


def test_a_step_says_what_it_waits_for() -> None:
    step = StepRow(verb="wait", number=1, steps=2, waits=words.TIME, left=30.0, place="a.yml:4:5")

    assert words.step(step) == "its run is at `wait`, step 1 of 2 (a.yml:4:5): 30s more"
