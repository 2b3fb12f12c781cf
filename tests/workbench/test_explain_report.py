"""An explanation reads as sentences, and strangers' text in it does no harm."""

from __future__ import annotations

import pytest

from automaton.web.routes.explain import (
    CallRow,
    ClockRow,
    EntryRow,
    Explanation,
    ExpressionRow,
    PartRow,
    ReasonRow,
    StepRow,
)
from automaton.web.routes.incidents import IncidentRow
from automaton.workbench.explain_report import (
    clock,
    explanation_lines,
    reason,
    verdict_counts,
    why_not_lines,
)

WHILE = ExpressionRow(
    word="while",
    parts=[
        PartRow(source="memory_pct > 90", value="unknown", depth=0, known=False),
        PartRow(source="memory_pct", value="unknown", depth=1, known=False, why="the link is down"),
    ],
)
OPEN = IncidentRow(
    rule="high", server="u", name="lobby", severity="warning", open_for=200.0, acked=True, matches=3
)
FIRED = EntryRow(
    at=0.0,
    age=65.0,
    verdict="fired",
    sentence="the rule fired",
    cause="line: OOM\x1b[2J\u202e",
    expressions=[WHILE],
    calls=[
        CallRow(verb="send", what="say hi\x1b]0;x\x07", asked=True, result="done", detail="typed"),
        CallRow(verb="power", what="stop", asked=False),
        CallRow(verb="notify", what="ops: x", asked=True),
    ],
)
RUNS = ClockRow(name="for", so_far=0.0, needed=300.0, left=300.0)
STEP = StepRow(verb="wait", number=2, steps=3, waits="for its time", left=60.0, place="a.yml:3:9")


def explanation(**fields: object) -> Explanation:
    plain: dict[str, object] = {
        "rule": "high", "key": "u", "name": "lobby", "arm": "live", "severity": "warning",
        "set_off_by": "while", "phase": "idle",
    }  # fmt: skip
    return Explanation(**{**plain, **fields})  # type: ignore[arg-type]


def held(verdict: str, sentence: str, detail: str = "") -> ReasonRow:
    return ReasonRow(verdict=verdict, sentence=sentence, detail=detail)


def test_an_open_incident_is_told_whole() -> None:
    one = explanation(
        phase="open", note="look\x1b[2J", incident=OPEN, steps=[STEP], fired=[FIRED], expressions=[WHILE],
        reasons=[held("already_open", "its incident is open already"), held("shadow", "in shadow")],
        clocks=[ClockRow(name="cooldown", so_far=60.0, needed=300.0, left=240.0)],
    )  # fmt: skip

    assert list(explanation_lines(one)) == [
        "high has an open incident for lobby, for 3m 20s",
        "  look",
        "  live, warning, set off by `while`",
        "while:",
        "  memory_pct > 90  unknown",
        "    memory_pct     unknown: the link is down",
        "clocks:",
        "  cooldown: 1m of 5m, 4m more",
        "incident: open for 3m 20s, 3 matches, acknowledged",
        "its run is at `wait`, step 2 of 3 (a.yml:3:9): 1m more",
        "what holds it:",
        "  in shadow: what it would do is recorded, and not done",
        "fired, the latest last:",
        "  1m 5s ago  fired: the rule fired",
        "    on line: OOM\N{REPLACEMENT CHARACTER}",
        "    while memory_pct > 90: unknown (memory_pct unknown: the link is down)",
        "    asked: send say hi: done, typed",
        "    held: power stop",
        "    asked: notify ops: x: not answered yet",
    ]


def test_a_step_that_listens_is_told_by_its_verb() -> None:
    step = StepRow(verb="countdown", number=1, steps=3, waits="for what it listens to", left=60.0)

    assert "its run is at `countdown`, step 1 of 3, 1m at most" in explanation_lines(
        explanation(steps=[step])
    )


def test_why_not_says_the_first_reason_in_full_and_the_others_besides() -> None:
    one = explanation(
        reasons=[
            held("unknown", "the expression cannot be known now"),
            held("cooling", "the cooldown is not over"),
        ],
        expressions=[WHILE],
        clocks=[ClockRow(name="cooldown", so_far=60.0, needed=300.0, left=240.0)],
        blind="the node ended the connection",
        blind_for=65.0,
        not_matched=[EntryRow(at=0.0, age=5.0, verdict="not_true", sentence="false", expressions=[WHILE])],
        held=[EntryRow(at=0.0, age=9.0, verdict="cooling", sentence="cooling", detail="x\x1b[2J")],
    )

    assert list(why_not_lines(one)) == [
        "high does not fire for lobby: the expression cannot be known now",
        "  while:",
        "    memory_pct > 90  unknown",
        "      memory_pct     unknown: the link is down",
        "besides:",
        "  the cooldown is not over",
        "    cooldown: 1m of 5m, 4m more",
        "nobody sees the server for 1m 5s: the node ended the connection",
        "did not fire, the latest last:",
        "  5s ago  not_true: false",
        "    while memory_pct > 90: unknown (memory_pct unknown: the link is down)",
        "held, the latest last:",
        "  9s ago  cooling: cooling: x",
    ]


def test_what_only_holds_actions_back_keeps_nothing_from_firing() -> None:
    shadow = explanation(reasons=[held("shadow", "in shadow")])

    assert list(why_not_lines(shadow)) == [
        "high may fire for lobby, and nothing is done: in shadow: what it would do is recorded, and not done"
    ]
    assert list(why_not_lines(explanation())) == ["nothing keeps high from firing for lobby"]


@pytest.mark.parametrize(
    ("phase", "headline"),
    [
        ("idle", "high is idle for lobby"),
        ("pending", "high is pending for lobby"),
        ("tripped", "the breaker of high has tripped for lobby"),
    ],
)
def test_each_phase_has_its_headline(phase: str, headline: str) -> None:
    assert next(explanation_lines(explanation(phase=phase))) == headline


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (ClockRow(name="for", so_far=60, needed=300, left=240), "for: 1m of 5m, 4m more"),
        (
            ClockRow(name="for", so_far=60, needed=300, stands_still=True),
            "for: 1m of 5m; it stands still while nobody can see whether it holds",
        ),
        (ClockRow(name="until", so_far=0, needed=300), "until: 0s of 5m, not running"),
        (
            ClockRow(name="count", so_far=2, needed=8, counts=True, within=300),
            "count: 2 of 8 matches within 5m",
        ),
        (
            ClockRow(name="breaker", so_far=2, needed=2, counts=True, within=3600, left=60),
            "breaker: 2 of 2 runs within 1h, resets in 1m",
        ),
        (ClockRow(name="schedule", so_far=0, needed=3600, left=3600), "schedule: due in 1h"),
        (ClockRow(name="mute", so_far=0, needed=60, left=60), "mute: 1m more"),
    ],
)
def test_each_clock_is_a_sentence(row: ClockRow, sentence: str) -> None:
    assert clock(row) == sentence


def test_what_is_waited_for_stands_in_the_sentence_s_place() -> None:
    assert reason(held("waiting", "not yet: this or that", "`count` is not reached")) == (
        "not yet: `count` is not reached"
    )


def test_what_reads_a_match_that_is_over_is_left_out() -> None:
    guard = ExpressionRow(
        word="if",
        parts=[
            PartRow(source='it.who != "x"', value="unknown", depth=0, known=False),
            PartRow(source="it.who", value="unknown", depth=1, known=False, why="only a match has it"),
        ],
    )
    entry = EntryRow(at=0.0, age=5.0, verdict="fired", sentence="fired", expressions=[guard])

    assert list(explanation_lines(explanation(fired=[entry])))[-1] == "  5s ago  fired: fired"


def test_verdicts_are_counted_the_most_first() -> None:
    assert list(verdict_counts(explanation(counted={"fired": 2, "guard_false": 9}))) == [
        "since the daemon began, all keys: 9 guard_false, 2 fired"
    ]
    assert list(verdict_counts(explanation())) == []


def test_looks_that_decide_nothing_are_not_counted_for_people() -> None:
    looks = {"already_open": 9000, "not_true": 70, "waiting": 8, "acting": 5, "ended": 1}

    assert list(verdict_counts(explanation(counted=looks))) == []
    assert list(verdict_counts(explanation(counted={**looks, "of_tomorrow": 1}))) == [
        "since the daemon began, all keys: 1 of_tomorrow"
    ]


def test_what_was_not_yet_before_an_incident_opened_is_no_reason_of_it() -> None:
    waiting = EntryRow(at=0.0, age=9.0, verdict="waiting", sentence="not yet: …", clocks=[RUNS])
    came_before = explanation(phase="open", incident=OPEN, not_matched=[waiting])

    assert "did not fire, the latest last:" not in list(why_not_lines(came_before))
    assert list(why_not_lines(explanation(not_matched=[waiting])))[1:] == [
        "did not fire, the latest last:",
        "  9s ago  waiting: not yet",
        "    for: 0s of 5m, 5m more",
    ]


def test_a_step_is_told_by_what_it_asked() -> None:
    call = CallRow(verb="send", what="save-all", asked=True, result="done")
    whole = CallRow(verb="reinstall", what="", asked=True, result="done")
    acting = EntryRow(at=0.0, age=9.0, verdict="acting", sentence="a step was asked", calls=[call])
    wiping = EntryRow(at=0.0, age=9.0, verdict="acting", sentence="a step was asked", calls=[whole])

    assert list(explanation_lines(explanation(fired=[acting, wiping])))[-2:] == [
        "  9s ago  asked: send save-all: done",
        "  9s ago  asked: reinstall: done",
    ]


def test_a_gate_that_would_refuse_the_next_match_is_the_answer_of_a_rule_that_waits_for_one() -> None:
    """A rule that a crash sets off always waits for the next one; why the last did nothing is asked."""
    waits, shadow = held("waiting", "not yet", "its `when` has not come"), held("shadow", "in shadow")
    cooling = held("cooling", "the cooldown is not over")

    def answer(set_off_by: str, *reasons: ReasonRow) -> str:
        return next(why_not_lines(explanation(set_off_by=set_off_by, reasons=[*reasons])))

    gate, next_match = "the cooldown is not over", "not yet: its `when` has not come"
    assert answer("event", waits, cooling, shadow) == f"high does not fire for lobby: {gate}"
    assert answer("event", waits, shadow) == f"high does not fire for lobby: {next_match}"
    assert answer("while", waits, cooling) == f"high does not fire for lobby: {next_match}"


def test_what_came_of_one_event_names_it_once() -> None:
    of_a_crash = [
        EntryRow(at=1.0, age=9.0, verdict=verdict, sentence="so", cause="event: crash")
        for verdict in ("fired", "ended", "cleared")
    ]
    lines = list(explanation_lines(explanation(fired=of_a_crash)))

    assert lines.count("    on event: crash") == 1
