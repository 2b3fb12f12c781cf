"""A request goes to an address by its name, with JSON of the right kinds."""

from __future__ import annotations

import json

import pytest

from automaton.actions.http import SendRequest
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, Story
from tests.rulebook.texts import load


def story(http: str) -> Story:
    do = f"[{http}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go ?(?P<what>.*)'}}, do: {do}}}]")


def body(text: str, line: str = "go") -> object:
    """The JSON that is sent."""
    call = story(f"{{http: status, json: {text}}}").memory(1.0, 42).line(10.0, line).asked[0][2]
    assert isinstance(call, SendRequest)
    return json.loads(call.body)


def test_it_is_sent_and_the_run_goes_on() -> None:
    told = story('{http: status, method: PUT, json: {server: "${name}"}}').line(10.0, "go")

    assert told.asked[0][2] == SendRequest(
        server="u-lobby", url="status", method="PUT", body='{"server": "lobby"}'
    )
    assert told.calls == ["10 http", "10 notify ops: on"]


def test_without_json_it_has_no_body() -> None:
    (_, _, call), _ = story("{http: status}").line(10.0, "go").asked

    assert call == SendRequest(server="u-lobby", url="status", method="POST", body="")


def test_a_scalar_is_read_by_its_look_and_in_quotes_it_is_text() -> None:
    written = '{n: 5, f: 1.5, neg: -2, t: true, no: no, null: null, empty: , q: "5", "x": [1, {y: "true"}]}'

    assert body(written) == {
        "n": 5, "f": 1.5, "neg": -2, "t": True, "no": "no", "null": None, "empty": None,
        "q": "5", "x": [1, {"y": "true"}],
    }  # fmt: skip


def test_one_expression_alone_is_a_value_and_among_words_it_is_text() -> None:
    written = '{n: "${memory_pct}", t: "${connected}", u: "${uptime}", l: "${tags}", s: "at ${memory_pct}"}'

    assert body(written) == {"n": 42.0, "t": True, "u": 1.0, "l": ["prod"], "s": "at 42 %"}


def test_what_is_unknown_is_null() -> None:
    call = story('{http: status, json: {n: "${memory_pct}"}}').line(10.0, "go").asked[0][2]

    assert isinstance(call, SendRequest)
    assert json.loads(call.body) == {"n": None}


def test_a_strangers_text_stays_inside_its_text() -> None:
    wild = '","admin":true,"x":"'

    assert body('{a: "${it.what}", b: "by ${it.what}"}', f"go {wild}") == {"a": wild, "b": f"by {wild}"}


@pytest.mark.parametrize("number", ["1e999", ".inf", ".nan", "NaN", "Infinity", "010", "0x10", "1:30"])
def test_what_is_no_number_of_json_is_text(number: str) -> None:
    assert body(f"{{a: {number!r}}}".replace("'", "")) == {"a": number}


@pytest.mark.parametrize(
    ("outcome", "verdict", "calls"),
    [
        (Outcome(Result.REFUSED, "HTTP 500"), Verdict.FAILED, 1),
        (Outcome(Result.FAILED, "no way there"), Verdict.FAILED, 1),
        (Outcome(Result.UNKNOWN, "no answer"), Verdict.UNCERTAIN, 2),
    ],
)
def test_how_it_ended_is_told(outcome: Outcome, verdict: Verdict, calls: int) -> None:
    def answer(call: Call) -> Outcome:
        return outcome if call.verb == "http" else DONE

    told = story("{http: status}")
    told.answer = answer
    told.line(10.0, "go")

    assert len(told.calls) == calls
    assert told.details(verdict) == [f"http: {outcome.detail}"]


@pytest.mark.parametrize(
    ("http", "message"),
    [
        ("{http: status, method: GET, json: {a: 1}}", "a `GET` has no body: `json` is for the other methods"),
        ("{http: status, json: text}", "a mapping or a list is expected here"),
        ('{http: status, json: {a: ["${nme}"]}}', "unknown name `nme`, did you mean `name`?"),
        ("{http: status, method: TRACE}", "`TRACE` is not possible here"),
    ],
)
def test_a_mistake_is_told(http: str, message: str) -> None:
    problems = load(f"rules: [{{id: a, when: {{event: crash}}, do: [{http}]}}]", None).problems

    assert [problem.message for problem in problems] == [message]
