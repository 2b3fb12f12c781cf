"""When the game is asked for its players."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.facts.own import FromConsole
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.moment import Moment
from automaton.core.pack import Poll
from automaton.core.polling.polls import PLAYERS
from automaton.core.rules.unknown import why_unknown
from automaton.match.glob import compile_glob
from tests.core.games import SOURCE
from tests.core.story import LIVE, LOBBY, Story, book

RULE = "rules: [{id: a, while: players == 0, for: 1h, do: [{power: restart}]}]"


def test_a_fact_that_a_live_rule_reads_is_asked_when_the_server_is_seen_to_run_and_then_by_and_by() -> None:
    told = Story(RULE).until(700.0)

    assert told.calls == ["0 send list", "300 send list", "600 send list"]


def test_where_no_rule_reads_it_nobody_asks() -> None:
    assert Story("rules: [{id: a, while: memory_pct > 90, do: []}]").until(700.0).calls == []


def test_in_shadow_nobody_asks() -> None:
    assert Story(RULE, Limits(arm=Arm.SHADOW)).until(700.0).calls == []


def test_nobody_asks_a_server_that_does_not_run() -> None:
    told = Story(RULE).state(10.0, State.STOPPING).state(11.0, State.OFFLINE).until(700.0)
    assert told.calls == ["0 send list"]

    assert told.state(800.0, State.STARTING).state(810.0, State.RUNNING).calls[1:] == ["810 send list"]


def test_it_is_asked_anew_when_the_link_comes_back() -> None:
    told = Story(RULE).at(10.0, ev.LinkLost).at(20.0, ev.LinkUp)
    told.at(20.0, ev.StateReported, state=State.RUNNING)

    assert told.calls == ["0 send list", "20 send list"]


def test_a_fact_within_a_text_is_read_as_well() -> None:
    told = Story("rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: '${players}'}]}]")

    assert told.calls == ["0 send list"]


def test_a_rule_wider_than_the_server_reads_it_too() -> None:
    told = Story("rules: [{id: a, by: node, while: sum(players) > 100, do: []}]")

    assert told.calls == ["0 send list"]


def test_limits_hold_for_questions() -> None:
    assert Story(RULE, Limits(arm=Arm.LIVE, allow=(Allowance(),))).until(700.0).calls == []

    tight = Story(RULE, Limits(arm=Arm.LIVE, send_fleet=Budget(1, 400.0))).until(700.0)
    assert tight.calls == ["0 send list", "400 send list"]


@pytest.mark.parametrize(
    ("typed", "asked"), [("status; list", ["301 send status; list"]), ("status; quit", [])]
)
def test_each_command_of_a_question_must_be_allowed(typed: str, asked: list[str]) -> None:
    limits = Limits(arm=Arm.LIVE, allow=(Allowance(send=(compile_glob("status"), compile_glob("list"))),))
    told, wanted = Story("rules: []", limits), book(RULE)
    pack = replace(wanted.pack("minecraft"), grammars=SOURCE.grammars, polls={PLAYERS: Poll(typed, 300.0)})
    told.engine.adopt(replace(wanted, packs={"minecraft": pack}), limits, Moment(1.0, 1.0))

    assert told.until(400.0).calls == asked


def test_two_questions_without_an_answer_make_it_unknown() -> None:
    told = Story(RULE).line(0.5, "There are 3 of a max of 20 players online: a, b, c")
    facts = told.engine.servers()["u-lobby"].facts
    assert facts.read("players", 1.0).plain == 3
    told.until(601.0)
    assert facts.read("players", 601.0).plain == 3

    told.until(901.0)
    assert facts.read("players", 901.0).plain is None


def test_settling_keeps_questions_back_as_well() -> None:
    assert Story(RULE, Limits(arm=Arm.LIVE, settle=60.0)).until(100.0).calls == ["60 send list"]


def test_nobody_is_asked_while_all_is_on_hold() -> None:
    told = Story("rules: []").at(1.0, ev.HoldBegan, server="").adopt(2.0, RULE).until(100.0)
    assert told.calls == []

    assert told.at(101.0, ev.HoldEnded, server="").until(120.0).calls == ["102 send list"]


def test_no_game_is_asked_by_its_stop_command() -> None:
    """`check` says so too, but a server's pack may be changed behind it."""
    asks = "facts: {seed: {type: text, send: seed, read: '^(?P<value>.*)', every: 10s}}"
    wanted = book(f"{asks}\nrules: [{{id: a, while: seed == 'x', do: [{{notify: ops}}]}}]")
    fact = wanted.own_facts["seed"]
    assert isinstance(fact.origin, FromConsole)
    stops = replace(fact, origin=replace(fact.origin, send="stop"))
    told = Story("rules: []")
    told.engine.adopt(replace(wanted, own_facts={"seed": stops}), LIVE, Moment(1.0, 1.0))
    told.until(60.0)

    assert told.calls == []
    value = told.engine.servers()[LOBBY.uuid].facts.own.get("seed")
    assert value is not None
    assert "it is not asked: it is the game's stop command" in value.why_unknown(60.0)


def test_what_may_not_be_asked_is_told_once_with_its_reason_and_asked_at_once_when_it_may() -> None:
    limits = Limits(arm=Arm.LIVE, allow=(Allowance(send=(compile_glob("say"),)),))
    told = Story(RULE, limits).until(700.0)
    facts = told.engine.servers()["u-lobby"].facts
    why = "it is not asked: `limits.allow` does not name the command `list` for this server"

    assert told.details(Verdict.UNANSWERED) == [f"`players`: {why}"]
    assert why_unknown("players", facts, None, 700.0) == why

    told.adopt(710.0, RULE, Limits(arm=Arm.LIVE))
    assert told.calls == ["710 send list"]
    assert why_unknown("players", facts, None, 711.0) != why


def test_where_no_live_rule_reads_it_any_more_the_refusal_is_no_reason() -> None:
    limits = Limits(arm=Arm.LIVE, allow=(Allowance(),))
    told = Story(RULE, limits).adopt(10.0, "rules: []", limits)
    facts = told.engine.servers()["u-lobby"].facts

    assert "only where a live rule reads them" in why_unknown("players", facts, None, 10.0)
