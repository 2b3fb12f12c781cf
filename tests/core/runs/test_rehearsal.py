"""What a rule's steps would do, told at once and in order, without a clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core.events import State
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.runs.no_match import NoMatch
from automaton.core.runs.rehearsal import Rehearsed, rehearse
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LOBBY, Story, short


def rehearsed(
    do: str, state: State = State.RUNNING, mono: float = 5.0, when: str = "{event: crash}"
) -> list[str]:
    story = Story(f"rules: [{{id: a, when: {when}, do: {do}}}]", state=state)
    target = story.engine.target(Key(By.SERVER, LOBBY.uuid))
    assert target is not None
    rule_state = RuleState(story.engine._book.rules[0], target)
    now = Moment(mono, mono)
    incident = Incident(0, now, matches=1, fields=NoMatch())
    scene = replace(story.engine._runner.scene(rule_state, incident, now), fields=incident.fields)
    return [told(one) for one in rehearse(rule_state.rule.do, scene)]


def told(one: Rehearsed) -> str:
    return f"{one.after:g} {short(one.call) if one.call is not None else f'{one.verb}: {one.note}'}"


def test_every_call_is_told_with_its_texts_filled_and_what_is_not_known_is_unknown() -> None:
    do = """[{notify: ops, text: "${name} ${it.exit_code}"}, {send: "say ${name}"}, {power: restart}]"""

    assert rehearsed(do) == [
        "0 notify ops: lobby unknown",
        "0 send say lobby",
        "0 power restart",
        "0 power: it would wait up to 10m; the drill goes on as if it came",
    ]


def test_no_fact_grows_old_in_the_time_that_is_skipped() -> None:
    do = '[{wait: 10m}, {notify: ops, text: "${name} is ${state}, seen ${state_age} ago"}]'

    assert rehearsed(do)[-1] == "600 notify ops: lobby is running, seen at least 5s ago"


def test_times_are_skipped_and_told() -> None:
    do = '[{countdown: 1m, at: [1m, 10s], say: "in ${left}"}, {wait: 5m}, {notify: ops, text: x}]'

    assert rehearsed(do) == [
        "0 send say in 1m",
        "0 countdown: 50s would pass",
        "50 send say in 10s",
        "50 countdown: 10s would pass",
        "60 wait: 5m would pass",
        "360 notify ops: x",
    ]


@pytest.mark.parametrize("mono", [0.1, 1.1, 33.3, 1234.567, 98_765.4321])
def test_times_are_over_once_they_were_skipped_whatever_the_clock_shows(mono: float) -> None:
    do = '[{wait: 1h}, {countdown: 70s, at: [33s, 7s], say: "in ${left}"}, {notify: ops, text: x}]'
    told = rehearsed(do, mono=mono)

    assert [line.partition(" ")[2] for line in told] == [
        "wait: 1h would pass", "countdown: 37s would pass", "send say in 33s", "countdown: 26s would pass",
        "send say in 7s", "countdown: 7s would pass", "notify ops: x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wait", "note"),
    [
        ("{wait: {event: ready}, within: 10m}", "it would wait up to 10m; the drill goes on as if it came"),
        ("{wait: players == 0}", "it would wait; the drill goes on as if it came"),
    ],
)
def test_what_a_step_would_wait_for_counts_as_come(wait: str, note: str) -> None:
    assert rehearsed(f"[{wait}, {{notify: ops, text: x}}]") == [f"0 wait: {note}", "0 notify ops: x"]


def test_branches_are_taken_by_what_is_known_now() -> None:
    do = "[{if: name == 'lobby', do: [{notify: ops, text: a}], else: [{notify: ops, text: b}]}]"

    assert rehearsed(do) == ["0 notify ops: a"]


def test_a_step_that_would_end_the_run_does_not_end_the_drill() -> None:
    do = "[{say: hi}, {probe: 1m}, {mute: 1h}, {backup: daily}, end, {notify: ops, text: x}]"

    assert rehearsed(do, State.OFFLINE) == [
        "0 say: the server is offline",
        "0 probe: the run would end here: the server is offline; the drill goes on",
        "0 mute: the rule would be mute for 1h",
        "0 backup",
        "0 backup: it would wait up to 30m; the drill goes on as if it came",
        "0 end: the run would end here",
    ]


def test_a_command_that_lacks_the_match_is_refused_because_a_drill_has_none() -> None:
    do = """[{notify: ops, text: "${it.player}"}, {send: "tell ${it.player} hello"}]"""

    assert rehearsed(do, when="{event: player.join}") == [
        "0 notify ops: unknown",
        "0 send: the run would end here: it reads the match (`it`), and a drill has none; the drill goes on",
    ]


def test_a_request_and_a_program_are_taken_to_have_gone_well() -> None:
    do = """[{http: status}, {if: result.status == 200, do: [{exec: rotate}]},
        {notify: ops, text: "${result.status}"}]"""

    assert rehearsed(do) == ["0 http", "0 exec", "0 notify ops: 0"]


def test_of_a_list_the_first_would_be_said() -> None:
    assert rehearsed("[{say: {next: [one, two]}}]") == ["0 send say one"]
