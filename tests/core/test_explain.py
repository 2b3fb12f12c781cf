"""Why a rule does not fire or act, in the order of the verdicts, and what it counts meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.explain import StateView, TimerView
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.targets.rule_state import RuleState
from automaton.expr.expression import parse_expression
from automaton.match.glob import compile_glob
from tests.core.inside import Inside
from tests.core.story import ARENA, HIGH, LIVE, Story, book
from tests.core.turmoil import Turmoil


def reasons_of(story: Story, rule: str = "a") -> list[str]:
    """Every reason in short, in order: `cooling`, or `silenced: silence x`."""
    found = story.engine.explainer.reasons(story.rule_state(rule), story.engine.now)
    return [f"{one.verdict}: {one.detail}" if one.detail else one.verdict.value for one in found]


def on_line(rest: str = "", limits: Limits = LIVE, do: str = "{notify: ops, text: x}") -> Story:
    return Story(f"rules: [{{id: a, when: {{console: '^(?P<who>go)'}}, do: [{do}]{rest}}}]", limits)


def test_a_false_an_unknown_and_a_young_expression() -> None:
    low = Story(HIGH).memory(1, 50)
    blind = Story(HIGH).memory(1, 95).at(2, ev.LinkLost)
    young = Story(HIGH).memory(1, 95)

    assert reasons_of(low, "high") == ["not_true"]
    assert reasons_of(blind, "high") == ["unknown"]
    assert reasons_of(young, "high") == ["waiting: `for` is still running"]


def test_an_open_incident_is_reason_enough() -> None:
    story = Story(HIGH).memory_from(0, 310, 95)

    assert reasons_of(story, "high") == ["already_open"]


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("", "its `when` has not come"),
        (", count: 3, within: 1m", "`count` is not reached"),
        (", unless: {event: ready}, within: 5m", "`when` came, and the time for `unless` is still running"),
    ],
)
def test_a_trigger_is_waited_for(rest: str, why: str) -> None:
    story = on_line(rest).line(1, "go")

    assert reasons_of(story)[0] == f"waiting: {why}"


def test_a_guard_is_asked_unless_it_reads_the_match() -> None:
    false = on_line(", if: installing").line(1, "go")
    unknown = on_line(", if: memory_pct > 90").line(1, "go")
    of_a_match = Story(
        "rules: [{id: a, when: {console: '^(?P<who>go)'}, if: 'it.who == \"x\"', "
        "do: [{notify: ops, text: x}]}]"
    ).line(1, "go")

    assert reasons_of(false) == ["waiting: its `when` has not come", "guard_false"]
    assert reasons_of(unknown) == ["waiting: its `when` has not come", "guard_unknown"]
    assert reasons_of(of_a_match) == ["waiting: its `when` has not come"]


def test_a_cooldown_a_breaker_and_a_run_that_goes_on() -> None:
    cooling = on_line(", cooldown: 5m").line(1, "go")
    tripped = on_line(", breaker: {max: 1, within: 1h}").line(1, "go").line(2, "go")
    active = on_line(", until: {console: '^halt'}", do="{power: restart}")
    active.answer = lambda _: None
    active.line(1, "go").line(2, "halt")

    assert reasons_of(cooling)[1:] == ["cooling"]
    assert reasons_of(tripped)[1:] == ["breaker_open: `automaton breaker reset` does that"]
    assert reasons_of(active)[1:] == ["own_run_going"]


def test_what_holds_actions_back_comes_last() -> None:
    shadow = on_line(", arm: shadow").line(1, "go")
    settling = on_line("", replace(LIVE, settle=60.0)).line(1, "go")
    silenced = on_line().line(1, "go")
    silenced.at(
        2, ev.SilenceBegan, server="", id="x1", rules=("a",), servers=("lobby",), until=99.0, note="n"
    )

    assert reasons_of(shadow)[-1] == "shadow"
    assert reasons_of(settling)[-1] == "settling: for 59s more"
    assert reasons_of(silenced)[-1] == "silenced: silence x1: n"


def test_an_open_incident_of_another_rule_mutes() -> None:
    story = Story(
        """
        rules:
          - id: wide
            while: state == "offline"
            mutes: {rules: [a], actions: [notify]}
            do: [{notify: ops, text: x}]
          - id: a
            when: {console: '^go'}
            do: [{notify: ops, text: x}]
        """
    )
    story.line(1, "go").state(2, State.OFFLINE)

    assert reasons_of(story)[-1] == "muted: `notify`, while `wide` is open (u-lobby)"


def test_a_budget_that_is_spent_is_told_before_anything_is_asked() -> None:
    limits = replace(LIVE, power_server=Budget(1, 3600.0))
    story = on_line(", cooldown: 1s", limits, do="{power: restart}").line(1, "go")
    story.state(2, State.STOPPING).state(3, State.OFFLINE).state(4, State.STARTING)
    story.state(5, State.RUNNING).until(20)

    assert reasons_of(story)[-1] == "over_limit: `limits.power.server` allows 1 in 1h"


def test_what_would_hold_a_step_that_is_done_holds_nothing_any_more() -> None:
    limits = replace(LIVE, power_server=Budget(1, 3600.0))
    rest = "do: [{power: restart}, {wait: 10m}, NEXT], until: 1h"
    rule = "rules: [{id: a, when: {console: '^go'}, REST}]".replace("REST", rest)
    over = "over_limit: `limits.power.server` allows 1 in 1h"
    for following, is_to_come in (("{notify: ops, text: x}", False), ("{power: restart}", True)):
        story = Story(rule.replace("NEXT", following), limits).line(1, "go")
        assert (over in reasons_of(story)) is is_to_come  # under way, and not asked again
        story.state(2, State.STOPPING).state(3, State.OFFLINE).state(4, State.STARTING)
        story.state(5, State.RUNNING).until(20)
        assert (over in reasons_of(story)) is is_to_come
        assert story.calls == ["1 power restart"]


def test_a_rule_that_is_off_says_so() -> None:
    """Its state is kept while its last run goes on."""
    story = on_line(do="{power: restart}")
    story.answer = lambda _: None
    rule_state = story.line(1, "go").rule_state("a")
    story.adopt(2, "rules: [{id: a, arm: off, when: {console: '^go'}, do: [{notify: ops, text: x}]}]")
    rule_state.adopt(replace(rule_state.rule, arm=Arm.OFF), story.engine.now)

    found = [one.verdict for one in story.engine.explainer.reasons(rule_state, story.engine.now)]
    assert found[0] is Verdict.OFF


def test_what_limits_would_hold_is_told_of_every_step_before_it_is_asked() -> None:
    """`parallel`, `allow`, and the budgets of commands, too."""
    crowded = on_line(', if: name != "lobby"', replace(LIVE, parallel=1), "{power: restart}").line(0, "go")
    crowded.at(0, ev.ServerListed, profile=ARENA).at(0, ev.LinkUp, server=ARENA.uuid)
    crowded.at(0, ev.StateReported, server=ARENA.uuid, state=State.RUNNING)
    crowded.line(1, "go", server=ARENA.uuid)
    hour = Budget(1, 3600.0)
    spent = on_line("", replace(LIVE, send_server=hour, send_fleet=hour), do="{say: hi}").line(1, "go")
    lists_only = Allowance(power=frozenset({Signal.STOP}), send=(compile_glob("list"),))
    unnamed = on_line(
        ", if: suspended", replace(LIVE, allow=(lists_only,)), '{power: restart}, {send: "kick ${it.who}"}'
    ).line(1, "go")
    many = replace(LIVE, hold_power_if=parse_expression("count(connected) > 0"))
    held = on_line(", if: suspended", many, "{power: stop}").line(1, "go")

    assert reasons_of(crowded)[-1] == "over_limit: 1 power actions are going, `limits.power.parallel`"
    assert reasons_of(spent)[-1] == "over_limit: `limits.send.server` allows 1 in 1h"
    assert reasons_of(unnamed)[-2:] == [
        "refused: `limits.allow` does not name power `restart` for this server",
        "refused: `limits.allow` does not name the command `kick` for this server",
    ]
    assert reasons_of(held)[-1] == "held_by_fleet: `limits.hold_power_if`"


def test_what_wings_could_not_do_now_is_reasons_of() -> None:
    def idle(do: str) -> Story:
        """The rule was set off once, in a state that let it do nothing."""
        return on_line(", if: suspended", do=do).line(0.5, "go")

    no_panel = idle("{power: restart}").at(1, ev.PanelLost)
    crashed = idle("{power: stop}").state(1, State.OFFLINE).happens(1.5, "crash")
    by_hand = idle("{power: start}").state(1, State.STOPPING).state(2, State.OFFLINE)
    blind = idle("{power: start}").at(2, ev.LinkLost)

    assert reasons_of(no_panel)[-1] == "panel_down: it is asked every 15 s until it answers"
    assert reasons_of(crashed)[-1] == "crash_pending: Wings may start it by itself after the crash"
    assert reasons_of(by_hand)[-1].startswith("refused: power: an operator stopped this server")
    assert reasons_of(blind)[-1] == "not_possible: power: it waits: the state is unknown"


ASK = "rules: [{id: ask, when: {console: '^ask'}, do: [{power: restart}]}]"


def said_and_done(seed: int) -> Iterator[tuple[Verdict, Verdict]]:
    """What would hold a restart by `why-not`, and what held it then, for each server of a random story."""
    turmoil = Turmoil(seed)
    for _ in range(60):
        turmoil.let_time_pass()
        turmoil.happen()
    if seed % 4 == 0:  # what is asked last seldom has its turn
        turmoil.journal_lost("")
    turmoil.answer = lambda _: None
    turmoil.adopt(turmoil.now, ASK, turmoil.limits)
    (rule,) = book(ASK).rules
    for server in list(turmoil.engine.servers()):
        engine = turmoil.until(turmoil.now).engine
        target = engine.target(Key(By.SERVER, server))
        if target is None or turmoil.limits.arm is Arm.OFF or Inside(turmoil).holders.get(server):
            continue  # an earlier run has its lock
        said = list(engine.explainer.holds(RuleState(rule, target), engine.now))
        before = len(turmoil.decisions)
        turmoil.line(turmoil.now, "ask", server=server)
        did = [one.verdict for one in turmoil.decisions[before:] if (one.rule, one.key) == ("ask", server)]
        assert did[0] is Verdict.FIRED
        if len(did) > 1:  # else it rests for a moment after `offline`
            by_the_step = [one.verdict for one in said if one.detail.startswith("power: ")]
            yield [*by_the_step, *(one.verdict for one in said), Verdict.ACTING][0], did[1]


@pytest.mark.long
def test_what_is_told_of_a_call_is_what_the_next_evaluation_answers() -> None:
    pairs = [pair for seed in range(10, 90) for pair in said_and_done(seed)]

    assert [(said, did) for said, did in pairs if said is not did] == []
    assert {said for said, _ in pairs} >= {
        Verdict.ACTING, Verdict.SHADOW, Verdict.SILENCED, Verdict.ON_HOLD, Verdict.REFUSED,
        Verdict.PANEL_DOWN, Verdict.CRASH_PENDING, Verdict.OVER_LIMIT, Verdict.HELD_BY_FLEET,
        Verdict.NO_JOURNAL, Verdict.NOT_POSSIBLE,
    }  # fmt: skip


def test_what_holds_a_run_of_an_escalation_is_told_too() -> None:
    story = Story(
        """
        rules:
          - id: a
            when: {console: '^go'}
            until: 1d
            do: [{notify: ops, text: x}]
            escalate: [{after: 10s, do: [{power: restart}]}]
        """,
        replace(LIVE, power_server=Budget(0, 60.0)),
    )

    assert reasons_of(story.line(1, "go").until(20))[-1] == "over_limit: `limits.power.server` allows 0 in 1m"


def view_of(story: Story, rule: str) -> StateView:
    return story.engine.explainer.view(story.rule_state(rule), story.engine.now)


def rule(text: str) -> Story:
    return Story(f"rules: [{{id: a, {text}}}]")


def test_a_hold_is_told_with_what_is_left_of_it() -> None:
    story = Story(HIGH).memory_from(0, 120, 95)

    assert view_of(story, "high").phase == "pending"
    assert view_of(story, "high").timers == (TimerView("for", 120.0, 300.0, 180.0),)


def test_the_next_turn_of_an_escalation_is_told_with_what_is_left_of_it() -> None:
    story = rule("while: memory_pct > 90, do: [], escalate: [{after: 10m, every: 5m, do: [{notify: ops}]}]")
    story.memory_from(0, 400, 95)
    assert view_of(story, "a").timers == (TimerView("escalate", 400.0, 600.0, 200.0),)

    story.memory_from(405, 700, 95)
    assert view_of(story, "a").timers == (TimerView("escalate", 100.0, 300.0, 200.0),)


def test_a_hold_stands_still_while_nobody_sees_the_server() -> None:
    story = Story(HIGH).memory_from(0, 120, 95).at(122, ev.LinkLost).until(200)

    assert view_of(story, "high").timers == (TimerView("for", 122.0, 300.0, None, stands_still=True),)


def test_looking_changes_no_decision() -> None:
    """The same story with and without somebody who looks on all the time."""
    alone, watched = Story(HIGH), Story(HIGH)
    for second in range(0, 700, 5):
        pct = 95 if second < 400 else 70
        alone.memory(second, pct)
        watched.memory(second, pct)
        view_of(watched, "high")

    assert watched.decisions == alone.decisions
    assert "400 cleared" in watched.verdicts


def test_matches_are_counted_within_their_window() -> None:
    story = rule("when: {console: '^lag'}, count: 3, within: 1m, do: [{notify: ops, text: x}]")
    story.line(1, "lag").line(2, "lag")

    assert view_of(story, "a").timers == (TimerView("count", 2, 3, counts=True, within=60.0),)


def test_the_quiet_time_of_an_open_incident_runs() -> None:
    story = rule("when: {console: '^lag'}, until: 10m, do: [{notify: ops, text: x}]")
    story.line(1, "lag").until(61)

    assert view_of(story, "a").phase == "open"
    assert view_of(story, "a").timers == (TimerView("until", 60.0, 600.0, 540.0),)


def test_a_cooldown_and_a_breaker_are_told() -> None:
    story = rule(
        "when: {console: '^oom'}, cooldown: 1m, breaker: {max: 2, within: 1h}, do: [{notify: ops, text: x}]"
    )
    story.line(1, "oom").until(31)

    assert view_of(story, "a").timers == (
        TimerView("cooldown", 30.0, 60.0, 30.0),
        TimerView("breaker", 1, 2, counts=True, within=3600.0),
    )


def test_a_breaker_that_tripped_says_when_it_resets() -> None:
    story = rule(
        "when: {console: '^oom'}, breaker: {max: 1, within: 1h, reset: 2h}, do: [{notify: ops, text: x}]"
    )
    story.line(1, "oom").line(2, "oom").until(62)

    assert view_of(story, "a").phase == "tripped"
    assert view_of(story, "a").timers == (TimerView("breaker", 1, 1, 7140.0, counts=True, within=3600.0),)


def test_a_match_that_waits_for_unless_is_told() -> None:
    story = rule(
        "when: {state: any -> starting}, unless: {event: ready}, within: 3m, do: [{notify: ops, text: x}]"
    )
    story.state(10, State.STARTING).until(70)

    assert view_of(story, "a").timers == (TimerView("unless", 60.0, 180.0, 120.0),)


def test_a_run_is_told_with_its_step_and_what_it_waits_for() -> None:
    story = rule("when: {console: '^go'}, do: [{notify: ops, text: x}, {wait: 1m}, {notify: ops, text: y}]")
    story.line(1, "go").until(21)
    (run,) = view_of(story, "a").runs

    assert (run.verb, run.number, run.steps, run.of) == ("wait", 2, 3, "do")
    assert (run.waits, run.left) == ("for its time", 40.0)


def test_what_is_left_of_a_step_is_the_time_to_its_end_and_not_to_its_next_look() -> None:
    """A countdown rests from mark to mark, a wait looks when its expression may change, power tries again."""
    counting = rule("when: {console: '^go'}, do: [{countdown: 5m, at: [5m, 1m], say: 'in ${left}'}]")
    counting.line(1, "go").until(20)
    waiting = rule("when: {console: '^go'}, do: [{wait: console_age > 10m, within: 2h, else: []}]")
    waiting.line(1, "go").until(61)
    endless = rule("when: {console: '^go'}, do: [{wait: console_age > 10m}]").line(1, "go").until(61)
    stuck = rule("when: {console: '^go'}, do: [{power: stop, within: 5m, force_after: 1m}]")
    stuck.line(1, "go").until(31)

    left = [view_of(story, "a").runs[0].left for story in (counting, waiting, endless, stuck)]
    assert left == [281.0, 7140.0, None, 270.0]


def test_a_run_that_was_asked_of_the_world_waits_for_the_answer() -> None:
    story = rule("when: {console: '^go'}, do: [{notify: ops, text: x}]")
    story.answer = lambda _: None
    story.line(1, "go")
    (run,) = view_of(story, "a").runs

    assert (run.verb, run.waits, run.left) == ("notify", "for the answer to what it asked", None)


def test_a_backoff_is_told() -> None:
    story = rule("when: {console: '^go'}, backoff: [15s], do: [{notify: ops, text: x}]")
    story.line(1, "go").until(6)
    (run,) = view_of(story, "a").runs

    assert (run.waits, run.left) == ("for the end of `backoff`", 10.0)


def test_an_escalation_has_a_step_of_its_own() -> None:
    story = rule(
        'while: state == "offline", do: [{wait: 1h}],'
        " escalate: [{after: 1m, do: [{wait: 5m}, {notify: ops, text: x}]}]"
    )
    story.state(1, State.OFFLINE).until(100)

    assert [(one.of, one.verb, one.steps) for one in view_of(story, "a").runs] == [
        ("do", "wait", 1),
        ("escalate", "wait", 2),
    ]


def test_who_looks_on_changes_nothing() -> None:
    """What was spent counts by the budget of the moment, also after one that reached less far back."""
    rules = "rules: [{id: a, when: {event: crash}, do: [{send: list}]}]"
    told = [Story(rules, replace(LIVE, send_server=Budget(1, 10.0))) for _ in range(2)]
    for is_watched, story in enumerate(told):
        story.happens(1.0, "crash").until(20.0)
        if is_watched:
            list(story.engine.explainer.reasons(story.rule_state("a"), story.engine.now))
        story.adopt(25.0, rules, replace(LIVE, send_server=Budget(1, 60.0)))
        story.happens(30.0, "crash").until(99.0)

    assert told[0].calls == told[1].calls == ["1 send list", "61 send list"]


def test_who_looks_on_at_a_later_moment_takes_no_match_from_the_window() -> None:
    """A command asks by the clock, and events that came before may still be on their way."""
    rules = (
        "rules: [{id: a, when: {event: crash}, count: 2, within: 10s, overlap: restart, do: [{wait: 1h}]}]"
    )
    told = [Story(rules) for _ in range(2)]
    for is_watched, story in enumerate(told):
        for mono in (1.0, 2.0, 20.0):
            story.happens(mono, "crash")
        if is_watched:
            view = story.engine.explainer.view(story.rule_state("a"), Moment(30.5, 30.5))
            assert Verdict.ALREADY_OPEN in [one.verdict for one in view.reasons]
        story.happens(29.9, "crash")

    assert told[0].verdicts == told[1].verdicts
    assert "29.9 fired" in told[0].verdicts


@pytest.mark.parametrize("seed", range(6))
def test_random_stories_decide_the_same_whether_somebody_looks_on_or_not(seed: int) -> None:
    """At the engine's own moment; one that looks further ahead closes the steps of averages until there."""
    told = [Turmoil(seed) for _ in range(2)]
    for is_watched, story in enumerate(told):
        for _ in range(150):
            story.let_time_pass()
            story.happen()
            if is_watched:
                for state in story.engine.rule_states():
                    story.engine.explainer.view(state, story.engine.now)

    assert [repr(one) for one in told[0].decisions] == [repr(one) for one in told[1].decisions]


@pytest.mark.parametrize("overlap", ["restart", "queue"])
def test_a_match_that_does_not_fill_the_window_finds_the_incident_open(overlap: str) -> None:
    story = Story(
        f"rules: [{{id: a, when: {{event: crash}}, count: 2, within: 1m, overlap: {overlap},"
        " do: [{wait: 1h}]}]"
    ).happens(1.0, "crash").happens(2.0, "crash")  # fmt: skip
    said = list(story.engine.explainer.reasons(story.rule_state("a"), story.engine.now))
    story.happens(3.0, "crash")

    assert [one.verdict for one in said] == [Verdict.ALREADY_OPEN]
    assert story.rule_state("a").last_verdict is Verdict.ALREADY_OPEN


def test_a_rule_that_is_off_is_not_said_to_be_in_shadow() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]").happens(1.0, "crash")
    state = story.rule_state("a")
    story.adopt(2.0, "rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]", Limits(arm=Arm.OFF))

    assert Verdict.SHADOW not in [
        one.verdict for one in story.engine.explainer.reasons(state, story.engine.now)
    ]
