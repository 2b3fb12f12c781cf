"""Variables of the egg are set once, by names that are allowed, to values that a start-up line may have."""

from __future__ import annotations

import pytest

from automaton.actions.startup import LONGEST_VALUE, MOST_VARIABLES, SetStartup
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.outcome import Outcome, Result
from automaton.match.glob import compile_glob
from tests.core.story import DONE, Story, book


def limits(*names: str) -> Limits:
    return Limits(arm=Arm.LIVE, allow=(Allowance(startup=tuple(map(compile_glob, names))),))


def story(startup: str, allowed: Limits | None = None) -> Story:
    do = f"[{startup}, {{notify: ops, text: on}}]"
    rule = f"rules: [{{id: a, when: {{console: '^go ?(?P<seed>.*)'}}, do: {do}}}]"
    return Story(rule, limits("*") if allowed is None else allowed)


SEED = '{startup: {SEED: "${it.seed}", LEVEL: "my world", MODE: "x-${it.seed}"}}'


def test_variables_are_set_with_their_values_filled_and_the_run_goes_on() -> None:
    told = story(SEED).line(10.0, "go -42.7_a")

    assert told.asked[0][2] == SetStartup(
        server="u-lobby",
        variables=(("SEED", "-42.7_a"), ("LEVEL", "my world"), ("MODE", "x--42.7_a")),
    )
    assert told.calls == ["10 startup", "10 notify ops: on"]


@pytest.mark.parametrize(
    "typed", ["", "a b", "$(id)", "a;b", "{{SERVER_MEMORY}}", "`id`", "ä", "a\tb", "x" * 65, "a\u202eb", '"']
)
def test_a_value_that_a_start_up_line_must_not_have_is_refused(typed: str) -> None:
    told = story(SEED).line(10.0, f"go {typed}")

    assert told.calls == []
    (detail,) = told.details(Verdict.REFUSED)
    assert detail.startswith("startup: `SEED`: the value of `it.seed` must not stand there: only 1 to 64 of")


def test_an_unknown_value_is_refused() -> None:
    told = story('{startup: {SEED: "${players}"}}').line(10.0, "go")

    assert told.details(Verdict.REFUSED) == ["startup: `SEED`: the value of `players` is unknown"]


def test_what_is_refused_goes_into_its_else() -> None:
    step = SEED[:-1] + ", else: [{notify: ops, text: kept}]}"

    assert story(step).line(10.0, "go a b").calls == ["10 notify ops: kept", "10 notify ops: on"]


def test_a_long_value_is_refused() -> None:
    text = "${it.seed}" * (LONGEST_VALUE // 60 + 1)
    told = story(f'{{startup: {{SEED: "{text}"}}}}').line(10.0, "go " + "x" * 60)

    assert "500 are the most" in told.details(Verdict.REFUSED)[0]


def test_each_variable_must_be_allowed_by_name() -> None:
    told = story(SEED, limits("SEED", "LEVEL")).line(10.0, "go 42")

    assert told.calls == []
    assert told.details(Verdict.REFUSED) == [
        "`limits.allow` does not name the variable `MODE` (`startup`) for this server"
    ]
    assert story(SEED, Limits(arm=Arm.LIVE)).line(10.0, "go 42").calls == []


def test_what_the_panel_refuses_fails_with_its_reason() -> None:
    told = story(SEED)
    told.answer = lambda call: Outcome(Result.REFUSED, "`SEED`: too long") if call.verb == "startup" else DONE

    assert told.line(10.0, "go 42").details(Verdict.FAILED) == ["startup: `SEED`: too long"]


def test_after_a_restart_of_automaton_it_is_not_sent_again() -> None:
    told = story(SEED)
    told.answer = lambda call: None if call.verb == "startup" else DONE
    told.line(10.0, "go 42").restart(11.0, 30.0)

    assert told.calls == ["10 startup"]
    assert "it is not asked for again" in told.details(Verdict.FAILED)[0]


@pytest.mark.parametrize(
    ("startup", "problem"),
    [
        ("{}", "from 1 to 20 variables"),
        (f"{{{', '.join(f'A{n}: b' for n in range(MOST_VARIABLES + 1))}}}", "from 1 to 20 variables"),
        ('{SEED: "a\\nb"}', "no control characters"),
        ("{'SE ED': a}", "SE ED"),
    ],
)
def test_what_cannot_be_meant_is_a_load_error(startup: str, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        book(f"rules: [{{id: a, when: {{event: ready}}, do: [{{startup: {startup}}}]}}]")
