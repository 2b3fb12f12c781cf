"""Facts that an address is asked for, once for all who have them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.engine import Engine
from automaton.core.gates.limits import Limits
from automaton.core.json_path import JsonPath
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.polling.address_polls import read_answer
from automaton.core.rules.unknown import why_unknown
from tests.core.story import ARENA, LIVE, LOBBY, Story, book

FLEET = """
    facts:
      build: {type: number, http: paper, json: "builds[-1]", every: 1h}
    rules:
      - id: new
        by: fleet
        when: {changes: build}
        do: [{notify: ops, text: "${it.old} > ${it.new}, ${build}"}]
    """

EACH = FLEET.replace("        by: fleet\n", "").replace("${build}", "${name} ${build}")


def answering(*builds: int) -> Callable[[Call], Outcome]:
    left = list(builds)

    def answer(call: Call) -> Outcome:
        build = left.pop(0) if len(left) > 1 else left[0]
        return Outcome(Result.DONE, "HTTP 200", "http", status=200, body=json.dumps({"builds": [1, build]}))

    return answer


def story(rules: str, answer: Callable[[Call], Outcome | None], limits: Limits = LIVE) -> Story:
    told = Story("rules: []", limits)
    told.answer = answer
    return told.adopt(0.0, rules).until(1.0)


def asked(told: Story) -> list[float]:
    return [at for at, _, call in told.asked if call.verb == "http"]


def said(told: Story) -> list[str]:
    return [call for call in told.calls if "notify" in call]


def test_it_is_asked_once_for_all_and_a_new_value_is_told_once() -> None:
    told = story(FLEET, answering(5, 5, 6)).at(2.0, ev.ServerListed, profile=ARENA).until(7300.0)

    assert asked(told) == [1.0, 3601.0, 7201.0]
    assert said(told) == ["7201 notify ops: 5 > 6, 6"]


def test_a_rule_of_each_server_hears_of_it_for_each() -> None:
    told = story(EACH, answering(5, 6)).at(2.0, ev.ServerListed, profile=ARENA).until(3700.0)

    assert said(told) == ["3601 notify ops: 5 > 6, lobby 6", "3601 notify ops: 5 > 6, arena 6"]


def test_with_servers_it_belongs_to_those_alone() -> None:
    rules = EACH.replace("{type: number,", "{servers: {name: arena}, type: number,")
    told = story(rules, answering(5, 6)).at(2.0, ev.ServerListed, profile=ARENA).until(3700.0)

    assert asked(told) == [1.0, 3601.0]
    assert said(told) == ["3601 notify ops: 5 > 6, arena 6"]


def test_where_no_live_rule_reads_it_nobody_asks() -> None:
    assert asked(story(FLEET, answering(5), Limits(arm=Arm.SHADOW)).until(7300.0)) == []
    unread = FLEET.replace("changes: build", "event: crash").replace(
        "${it.old} > ${it.new}, ${build}", "down"
    )
    assert asked(story(unread, answering(5)).until(7300.0)) == []


def test_settling_and_a_hold_keep_it_back() -> None:
    told = Story(FLEET, Limits(arm=Arm.LIVE, settle=60.0)).until(100.0)
    assert asked(told) == [60.0]

    held = Story("rules: []").at(1.0, ev.HoldBegan, server="").adopt(2.0, FLEET).until(50.0)
    assert asked(held) == []
    assert asked(held.at(51.0, ev.HoldEnded, server="").until(70.0)) == [53.0]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome(Result.REFUSED, "`paper` answers HTTP 503", "http", status=503), "`paper` answers HTTP 503"),
        (
            Outcome(Result.DONE, status=200, body="<html>"),
            "the answer was no JSON, or longer than the 1024 KiB that are read",
        ),
        (Outcome(Result.DONE, status=200, body='{"builds": ["x"]}'), "what came was no number: `x`"),
    ],
)
def test_what_is_no_value_is_a_missed_turn_and_three_make_it_unknown(outcome: Outcome, why: str) -> None:
    told = story(EACH, answering(5))
    told.answer = lambda _: outcome
    facts = told.engine.servers()[LOBBY.uuid].facts
    assert facts.read("build", told.until(10_800.0).engine.now.mono).plain == 5

    told.until(10_900.0)
    assert facts.read("build", 10_900.0).plain is None
    assert why_unknown("build", facts, None, 10_900.0) == f"last told 3h 1m ago; since then: {why}"


def test_one_that_never_answered_says_what_became_of_the_last_question() -> None:
    told = story(EACH, lambda _: Outcome(Result.FAILED, "`paper` cannot be reached: refused")).until(241.0)

    facts = told.engine.servers()[LOBBY.uuid].facts
    assert why_unknown("build", facts, None, 241.0) == "asked 4m ago: `paper` cannot be reached: refused"


def test_while_a_request_is_under_way_none_is_made() -> None:
    told = Story("rules: []")
    told.answer = lambda _: None

    assert asked(told.adopt(1.0, FLEET.replace("1h", "10s")).until(100.0)) == [2.0]


def test_what_was_answered_outlives_automaton_and_is_not_asked_again_before_its_time() -> None:
    before = story(FLEET, answering(5))
    after = Story("rules: []", state=None)
    after.answer = answering(6)
    after.engine = Engine(book(FLEET), LIVE, Moment(1000.0, 1000.0), before.engine.dump(Moment(900.0, 900.0)))
    after.at(1000.0, ev.ServerListed, profile=LOBBY).until(3700.0)

    assert asked(after) == [3601.0]
    assert said(after) == ["3601 notify ops: 5 > 6, 6"]


def test_it_stands_though_the_link_of_a_server_is_down() -> None:
    told = story(EACH, answering(5)).at(2.0, ev.LinkLost)

    assert told.engine.servers()[LOBBY.uuid].facts.read("build", 3.0).plain == 5


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        ('{"a": {"b": [1, 2.5]}}', ("a", "b", 1), "2.5"),
        ('{"up": true}', ("up",), "true"),
        ('["x", "y"]', (-1,), "y"),
        ("1.21.4\n", (), "1.21.4\n"),
        ("", (), None),
        ('{"a": null}', ("a",), None),
        ('{"a": [1]}', ("a",), None),
        ('{"a": 1}', ("a", "b"), None),
        ("[1]", (7,), None),
        ("[" * 4000, (0,), None),
        ('{"a": 1e999}', ("a",), None),
    ],
)
def test_the_value_is_what_stands_at_the_path(body: str, path: JsonPath, text: str | None) -> None:
    assert read_answer(body, path)[0] == text


def test_three_missed_turns_are_told_once() -> None:
    told = story(EACH, lambda _: Outcome(Result.DONE, status=200, body="<html>")).until(40_000.0)

    unanswered = [one for one in told.decisions if one.verdict is Verdict.UNANSWERED]
    assert [(one.key, one.at.mono, one.detail) for one in unanswered] == [
        ("fleet", 10_801.0, "`build`: the answer was no JSON, or longer than the 1024 KiB that are read")
    ]


def test_an_answer_of_the_address_that_was_asked_before_a_reload_is_not_taken() -> None:
    told = story(FLEET, lambda _: None)
    ((_, number, _),) = told.asked
    told.adopt(2.0, FLEET.replace("http: paper", "http: purpur"))
    told.at(3.0, ev.CallEnded, server="", number=number, outcome=Outcome(Result.DONE, body='{"builds": [9]}'))

    assert next(iter(told.engine.targets())).server.facts.read("build", 3.0).plain is None
