"""Decisions are remembered in three rings, bounded, with what their rule saw and what became of it."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.calls import SendMessage
from automaton.core.decision import Asked, Decision, DecisionKind, Verdict
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.services.decision_history import DecisionHistory, HistoryEntry, Ring, kind_of_verdict
from automaton.daemon.services.inspector import Inspector
from tests.core.story import HIGH, LOBBY, Story


def decided(verdict: Verdict, mono: float = 0.0, key: str = LOBBY.uuid, rule: str = "high") -> Decision:
    return Decision(rule, key, Moment(mono, mono), verdict)


def history() -> DecisionHistory:
    """Of an engine that never saw anything."""
    engine = Story(HIGH).engine
    return DecisionHistory(Inspector(engine).look, engine)


def verdicts(kept: DecisionHistory, fate: DecisionKind, key: str = LOBBY.uuid) -> list[Verdict]:
    return [one.decision.verdict for one in kept.of(fate, "high", key)]


def test_every_verdict_has_its_ring() -> None:
    fates = {verdict: kind_of_verdict(verdict) for verdict in Verdict}

    assert fates[Verdict.NOT_TRUE] is fates[Verdict.WAITING] is DecisionKind.NOT_MATCHED
    assert fates[Verdict.COOLING] is fates[Verdict.SHADOW] is fates[Verdict.MUTED] is DecisionKind.HELD
    assert fates[Verdict.ALREADY] is fates[Verdict.ELSE] is DecisionKind.FIRED
    assert fates[Verdict.PANEL_DOWN] is fates[Verdict.CRASH_PENDING] is DecisionKind.HELD
    assert fates[Verdict.FIRED] is fates[Verdict.CLEARED] is fates[Verdict.FAILED] is DecisionKind.FIRED


def test_dull_evaluations_push_out_no_firing() -> None:
    kept = history()
    kept.write(decided(Verdict.FIRED))
    kept.write(decided(Verdict.SHADOW))
    for _ in range(1000):
        kept.write(decided(Verdict.WAITING))

    assert verdicts(kept, DecisionKind.FIRED) == [Verdict.FIRED]
    assert verdicts(kept, DecisionKind.HELD) == [Verdict.SHADOW]
    assert len(verdicts(kept, DecisionKind.NOT_MATCHED)) == 30


def test_many_keys_are_bounded_together_and_the_longest_silent_loses_first() -> None:
    ring = Ring(of_a_key=3, in_all=5)
    for key in ("a", "a", "b", "a", "c", "c"):
        ring.add(HistoryEntry(decided(Verdict.FIRED, key=key)))

    assert len(ring) == 5
    assert [len(ring.of(("high", key))) for key in "abc"] == [3, 0, 2]


def test_ten_thousand_keys_stay_within_bounds() -> None:
    kept = history()
    for number in range(10_000):
        kept.write(decided(Verdict.FIRED, key=f"u{number}"))

    assert len(kept) == 3_000
    assert kept.keys("high", "u9999") == {"u9999"}


def test_the_end_of_a_call_stands_with_what_asked_for_it() -> None:
    kept, call = history(), SendMessage(server=LOBBY.uuid, channel="ops", text="x")
    kept.write(Decision("high", LOBBY.uuid, Moment(1, 1), Verdict.ACTING, calls=(Asked(7, call, "high"),)))
    outcome = Outcome(Result.FAILED, "nobody answers")
    kept.observe(ev.CallEnded(server=LOBBY.uuid, at=Moment(2, 2), number=7, outcome=outcome))

    assert kept.of(DecisionKind.FIRED, "high", LOBBY.uuid)[0].outcomes == {7: outcome}


def test_a_decision_knows_what_its_rule_saw_and_what_happened_then() -> None:
    story = Story(HIGH)
    kept = DecisionHistory(Inspector(story.engine).look, story.engine)
    event = ev.StateChanged(server=LOBBY.uuid, at=Moment(10, 10), state=ev.State.OFFLINE)
    story.memory(5, 95)
    kept.observe(event)
    for decision in story.engine.handle(event):
        kept.write(decision)
    kept.write(decided(Verdict.WAITING, mono=10.0))
    kept.write(decided(Verdict.WAITING, mono=9.0))
    at_the_event, before_it = kept.of(DecisionKind.NOT_MATCHED, "high", LOBBY.uuid)[-2:]

    assert [one.word for one in at_the_event.expressions] == ["while", "until"]
    assert [clock.name for clock in at_the_event.clocks] == ["for"]
    assert (at_the_event.cause, before_it.cause) == ("state: offline", "")


def test_an_event_older_than_what_was_judged_is_the_cause_of_what_is_decided_at_the_later_moment() -> None:
    story = Story(HIGH)
    kept = DecisionHistory(Inspector(story.engine).look, story.engine)
    story.memory(12, 95)
    kept.observe(ev.StateChanged(server=LOBBY.uuid, at=Moment(10, 10), state=ev.State.OFFLINE))
    kept.write(decided(Verdict.WAITING, mono=12.0))

    assert kept.of(DecisionKind.NOT_MATCHED, "high", LOBBY.uuid)[-1].cause == "state: offline"


def test_a_question_of_no_rule_is_not_remembered() -> None:
    kept = history()
    kept.write(decided(Verdict.ACTING, rule=""))

    assert len(kept) == 0
