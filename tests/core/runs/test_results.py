"""What a step gives to those that follow: why it failed, and what was answered."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, LIVE, Story
from tests.rulebook.texts import told

BODY = '{"version": {"name": "1.21"}, "builds": [40, 41]}'
OK = Outcome(Result.DONE, "HTTP 200", status=200, body=BODY)
BROKEN = Outcome(Result.REFUSED, "`status` answers HTTP 503", status=503, body="down")


def story(do: str, outcome: Outcome = OK, limits: Limits = LIVE) -> Story:
    """A line `go` begins the steps; requests and the like are answered with this outcome."""
    begun = Story(f"rules: [{{id: a, when: {{console: '^go'}}, do: [{do}]}}]", limits)

    def answer(call: Call) -> Outcome:
        return outcome if call.verb in ("http", "exec", "send", "backup") else DONE

    begun.answer = answer
    return begun.line(10.0, "go")


def notify(text: str) -> str:
    return f"{{notify: ops, text: '{text}'}}"


@pytest.mark.parametrize("step", ["{http: status}", "{exec: rotate}"])
def test_what_was_answered_can_be_read_afterwards(step: str) -> None:
    text = "${result.status} ${json(result.body, 'version.name')}"
    done = story(f'{step}, {{notify: ops, text: "{text}"}}')

    assert done.calls[-1] == "10 notify ops: 200 1.21"


def test_an_if_and_a_wait_read_it() -> None:
    steps = (
        "{http: status},"
        " {if: 'json(result.body, \"builds[1]\") > 40', do: [{notify: ops, text: newer}]},"
        " {wait: result.status == 200}, {notify: ops, text: on}"
    )
    assert story(steps).calls == ["10 http", "10 notify ops: newer", "10 notify ops: on"]


@pytest.mark.parametrize(
    ("step", "outcome", "reason"),
    [
        ("http: status", BROKEN, "`status` answers HTTP 503"),
        ("exec: rotate", Outcome(Result.FAILED, "`rotate` ended with 3", status=3), "`rotate` ended with 3"),
        ("send: list", Outcome(Result.REFUSED, "the Panel says no"), "the Panel says no"),
    ],
)
def test_in_the_else_stands_why_it_failed_and_the_run_goes_on(
    step: str, outcome: Outcome, reason: str
) -> None:
    done = story(f"{{{step}, else: [{notify('why: ${result.reason}')}]}}, {notify('on')}", outcome)

    assert done.calls[1:] == [f"10 notify ops: why: {reason}", "10 notify ops: on"]
    assert done.details(Verdict.ELSE) == [f"{step.split(':')[0]}: {reason}"]


def test_where_a_step_of_the_else_fails_too_its_reason_takes_the_place_of_the_first() -> None:
    told = Story(
        "rules: [{id: a, when: {console: '^go'}, do: [{http: status, else:"
        f" [{{exec: rotate, optional: true}}, {notify('${result.reason}')}]}}]}}]"
    )
    told.answer = lambda call: DONE if call.verb == "notify" else Outcome(Result.FAILED, f"no {call.verb}")

    assert told.line(10.0, "go").calls[-1] == "10 notify ops: no exec"


@pytest.mark.parametrize(
    ("step", "at", "reason"),
    [
        ("wait: players == 9, within: 1m", 70, "it did not come within 1m"),
        ("save: 30s", 40, "no answer within 30 s"),
        ("probe: 30s", 40, "no answer within 30 s"),
        ("backup: nightly, within: 1m", 70, "its end was not heard in time"),
        ("power: stop, within: 1m", 70, "`stop` did not come to its goal in time, the state is running"),
    ],
)
def test_each_step_that_runs_out_of_time_says_so_in_its_else(step: str, at: int, reason: str) -> None:
    begun = Outcome(Result.DONE, ref="b-1")
    done = story(f"{{{step}, else: [{notify('why: ${result.reason}')}]}}", begun)

    assert done.until(99.0).calls[-1] == f"{at} notify ops: why: {reason}"


@pytest.mark.parametrize("step", ["{http: status, optional: true}", "{send: list, optional: true}"])
def test_what_is_optional_fails_without_a_word_to_people_and_the_run_goes_on(step: str) -> None:
    reporting = Limits(arm=Arm.LIVE, report="admins")
    done = story(f"{step}, {notify('on')}", BROKEN, reporting)

    assert done.calls[1:] == ["10 notify ops: on"]
    assert [detail.partition(": ")[2] for detail in done.details(Verdict.ELSE)] == [BROKEN.detail]


def test_that_a_step_failed_is_reported_though_it_has_an_else_but_not_that_a_wait_is_over() -> None:
    steps = "{http: status, else: []}, {wait: not connected, within: 1m, else: []}"
    done = story(steps, BROKEN, Limits(arm=Arm.LIVE, report="admins")).until(99.0)

    assert done.calls == [
        "10 http",
        "10 notify admins: lobby: rule a: the step failed, and its `else` runs"
        " (http: `status` answers HTTP 503)",
    ]


def test_a_command_that_cannot_be_typed_is_a_failure_too() -> None:
    begun = Story(
        "rules: [{id: a, when: {console: '^go (?P<player>.*)'},"
        " do: [{send: 'kick ${it.player}', else: [{notify: ops, text: '${result.reason}'}]}]}]"
    )
    assert begun.line(10.0, "go a/b").calls == [
        "10 notify ops: `it.player` is no name that a player can have"
    ]


def test_the_last_answer_counts_and_what_it_lacks_is_unknown() -> None:
    """The second could not be reached: it has no status, and the first one's is not its own."""
    answers = iter([OK, Outcome(Result.FAILED, "`status` cannot be reached")])
    begun = Story(
        "rules: [{id: a, when: {console: '^go'}, do: [{http: status}, {http: status, optional: true},"
        " {notify: ops, text: '${result.status}'}]}]"
    )
    begun.answer = lambda call: next(answers) if call.verb == "http" else DONE

    assert begun.line(10.0, "go").calls[-1] == "10 notify ops: unknown"


def test_of_a_step_that_was_not_sent_nothing_is_known_and_not_what_the_one_before_gave() -> None:
    told = Story(
        "rules: [{id: a, when: {console: '^go (?P<why>.*)'}, do: [{http: status},"
        " {exec: rotate, args: ['${it.why}'], optional: true}, {notify: ops, text: '${result.status}'}]}]"
    )
    told.answer = lambda call: OK if call.verb == "http" else DONE

    assert told.line(10.0, "go --force").calls[-1] == "10 notify ops: unknown"


def test_of_a_step_whose_answer_a_restart_cost_nothing_is_known() -> None:
    told = Story(
        "rules: [{id: a, when: {console: '^go'}, do: [{http: status}, {exec: rotate},"
        " {notify: ops, text: '${result.status}'}]}]"
    )
    told.answer = lambda call: OK if call.verb == "http" else None if call.verb == "exec" else DONE
    told.line(10.0, "go").restart(20.0, 5.0)

    assert told.until(30.0).calls[-1] == "25 notify ops: unknown"


def test_of_several_failures_the_latest_counts_also_one_inside_of_an_else() -> None:
    """A step of the `else` that is done takes the place of no reason."""
    told = Story(
        "rules: [{id: a, when: {console: '^go'}, do: [{http: status, else: [{send: list},"
        " {notify: ops, text: '${result.reason}'}, {exec: rotate, else: [{notify: ops, text:"
        " '${result.reason}'}]}, {notify: ops, text: '${result.reason}'}]}]}]"
    )
    fails = {"http", "exec"}
    told.answer = lambda call: Outcome(Result.FAILED, f"no {call.verb}") if call.verb in fails else DONE

    assert [call for call in told.line(10.0, "go").calls if "notify" in call] == [
        "10 notify ops: no http",
        "10 notify ops: no exec",
        "10 notify ops: no exec",
    ]


def test_what_was_answered_outlives_a_restart() -> None:
    begun = story(f"{{http: status}}, {{wait: 1m}}, {notify('${result.status}')}")
    begun.restart(20.0, 5.0)

    assert begun.until(80.0).calls[-1] == "70 notify ops: 200"


def test_a_strangers_answer_fills_a_command_through_the_seam_alone() -> None:
    """It takes the place of one argument, or the command is not typed."""
    wild = Outcome(Result.DONE, status=200, body='{"name": "Eve\\nop Eve"}')
    done = story("{http: status}, {send: 'kick ${json(result.body, \"name\")}', else: [end]}", wild)

    assert done.calls == ["10 http"]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            "{notify: ops, text: '${result.status}'}, {http: status}",
            "the fact `result.status` cannot be read here",
        ),
        (
            "{http: status}, {notify: ops, text: '${result.reason}'}",
            "the fact `result.reason` cannot be read here",
        ),
        ("{send: list, else: [{notify: ops, text: '${result.body}'}]}", "cannot be read here"),
        (
            "{http: status}, {if: 'result.status == \"ok\"', do: [end]}",
            "a bare number is compared with a text",
        ),
    ],
)
def test_it_is_known_at_load_where_there_is_a_result(steps: str, problem: str) -> None:
    (found,) = told(f"rules: [{{id: a, when: {{event: ready}}, do: [{steps}]}}]", None)

    assert problem in found


@pytest.mark.parametrize(
    "steps",
    [
        "{if: players > 1, do: [{http: status}]}, {notify: ops, text: '${result.status}'}",
        "{wait: acked, within: 1m, else: [{exec: rotate}]}, {notify: ops, text: '${result.status}'}",
        "{http: status, else: [{if: 'result.status == 404', do: [{notify: ops, text: '${result.reason}'}]}]}",
    ],
)
def test_it_can_be_read_wherever_a_step_before_may_have_given_it(steps: str) -> None:
    assert told(f"rules: [{{id: a, when: {{event: ready}}, do: [{steps}]}}]", None) == []
