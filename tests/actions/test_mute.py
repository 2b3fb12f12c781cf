"""A rule that keeps itself still for a while."""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.events import State
from tests.core.story import Story, on_crash

NOTIFIES = '{notify: ops, text: "x"}'


def crashes(story: Story, *monos: float) -> Story:
    for mono in monos:
        story.happens(mono, "crash", exit_code=1, oom=False)
    return story


def test_what_the_rule_would_do_meanwhile_is_held() -> None:
    story = Story('rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: "x"}, {mute: 10m}]}]')
    for mono in (5.0, 60.0, 700.0):
        story.happens(mono, "crash", exit_code=1, oom=False)

    assert story.calls == ["5 notify ops: x", "700 notify ops: x"]


def test_a_run_that_the_mute_holds_does_not_renew_it() -> None:
    """Crashes each five minutes: without this the first mute would last for ever."""
    story = crashes(on_crash(f"{NOTIFIES}, {{mute: 12m}}"), *(300.0 * turn for turn in range(8)))

    assert story.calls == ["0 notify ops: x", "900 notify ops: x", "1800 notify ops: x"]
    assert "mute: this run is held itself, and mutes nothing" in story.details(Verdict.SILENCED)


def test_a_run_that_does_nothing_but_mute_does_not_renew_it_either() -> None:
    rules = """
        rules:
          - {id: a, when: {event: crash}, do: [{mute: 10m}]}
        """
    story = crashes(Story(rules), 0.0, 300.0, 599.0)

    assert story.rule_state("a").muted_until == 600.0


def test_the_run_that_muted_may_go_on_to_mute() -> None:
    story = crashes(on_crash(f"{NOTIFIES}, {{mute: 10m}}, {{wait: 5m}}, {{mute: 10m}}"), 0.0).until(400.0)

    assert story.rule_state("a").muted_until == 900.0


def test_a_run_that_another_rules_incident_holds_mutes_nothing() -> None:
    rules = f"""
        rules:
          - id: node
            by: node
            while: count(memory_pct > 90) > 0
            do: []
            mutes: {{rules: [a], actions: [notify]}}
          - {{id: a, when: {{event: crash}}, do: [{NOTIFIES}, {{mute: 10m}}]}}
        """
    story = Story(rules).memory(1.0, 95)
    crashes(story, 2.0)

    assert story.rule_state("a").muted_until < 0.0


def test_a_turn_of_an_escalation_does_not_renew_the_mute_of_the_one_before() -> None:
    rules = """
        rules:
          - id: down
            while: state == "offline"
            do: []
            escalate: [{after: 1m, every: 5m, do: [{notify: boss, text: "down ${open_for}"}, {mute: 12m}]}]
        """
    story = Story(rules).state(0.0, State.OFFLINE).until(2000.0)

    assert story.calls == [
        "60 notify boss: down 1m", "780 notify boss: down 6m", "960 notify boss: down 16m",
        "1680 notify boss: down 21m", "1860 notify boss: down 31m",
    ]  # fmt: skip


def test_it_lasts_through_a_restart_and_is_not_renewed_by_what_comes_after() -> None:
    story = crashes(on_crash(f"{NOTIFIES}, {{mute: 10m}}"), 0.0).restart(100.0, 100.0)
    crashes(story, 300.0, 700.0)

    assert story.calls == ["0 notify ops: x", "700 notify ops: x"]


def test_in_shadow_it_mutes_nothing() -> None:
    live = f"rules: [{{id: a, when: {{event: crash}}, do: [{NOTIFIES}, {{mute: 10m}}]}}]"
    story = crashes(Story(live.replace("id: a,", "id: a, arm: shadow,")), 0.0)
    crashes(story.adopt(10.0, live), 20.0)

    assert story.calls == ["20 notify ops: x"]
    assert "mute: it would mute itself for 10m" in story.details(Verdict.SHADOW)
