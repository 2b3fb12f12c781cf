"""When games are asked over the network, and what their answers and their silence mean."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from textwrap import dedent

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call, QueryGame
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.core.polling.asking import AT_ONCE
from automaton.core.rules.unknown import why_unknown
from tests.core.story import LIVE, LOBBY, Story

HANGS = """
    rules: [{id: hangs, while: not query_ok, for: 1m, do: [{notify: ops, text: "${name} hangs"}]}]
    """
MAP = "facts: {level: {type: text, query: minecraft, field: map}}"
SILENT = Outcome(Result.UNKNOWN, "no answer within 5 s", "query")
NOT_ASKED = Outcome(Result.FAILED, "it cannot be asked: the network is unreachable", "query")
LISTED = replace(LOBBY, egg="Paper", host="192.0.2.7", port=25565)


def says(**parts: object) -> Outcome:
    return Outcome(Result.DONE, "it answers", "query", body=json.dumps({"ms": 20.0, **parts}))


class Asked(Story):
    """A story in which the game is asked; its answer is the same until it is changed."""

    def __init__(self, rules: str, limits: Limits = LIVE, **fields: object) -> None:
        self.said: Outcome | None = says(players=3, players_max=20, version="1.21")
        super().__init__(rules, limits, profile=replace(LISTED, **fields))  # type: ignore[arg-type]
        self.answer = self._answered

    def _answered(self, call: Call) -> Outcome | None:
        return self.said if isinstance(call, QueryGame) else Outcome(Result.DONE)

    def then(self, mono: float, said: Outcome | None) -> Asked:
        """Time passes, then it answers otherwise."""
        self.until(mono)
        self.said = said
        return self

    def asked_at(self) -> list[float]:
        return [mono for mono, _, call in self.asked if isinstance(call, QueryGame)]

    def read(self, name: str, mono: float) -> object:
        return self.engine.servers()[LISTED.uuid].facts.read(name, mono).plain


def test_a_game_is_asked_every_half_minute_at_its_allocation() -> None:
    story = Asked(HANGS)
    story.until(100.0)

    assert story.asked_at() == [1.0, 31.0, 61.0, 91.0]
    assert story.asked[0][2] == QueryGame(
        server=LISTED.uuid, protocol=QueryProtocol.MINECRAFT, host="192.0.2.7", port=25565
    )


def test_no_game_is_asked_where_no_live_rule_reads_an_answer() -> None:
    unread = Asked('rules: [{id: a, while: memory_pct > 90, do: [{notify: ops, text: "x"}]}]')
    shadow = Asked(HANGS, replace(LIVE, arm=Arm.SHADOW))

    assert unread.then(300.0, None).asked_at() == []
    assert shadow.then(300.0, None).asked_at() == []
    assert shadow.read("query_ok", 300.0) is None


def test_a_game_that_answered_and_is_silent_three_times_hangs() -> None:
    story = Asked(HANGS).then(35.0, SILENT)
    assert story.read("query_ok", 35.0) is True

    first = story.asked_at()[0]
    third = first + 30 * (3 + (first <= 5))
    story.until(third)
    assert story.read("query_ok", third) is False

    story.until(third + 61)
    assert story.calls[-1].endswith("notify ops: lobby hangs")


def test_silence_of_a_game_that_never_answered_proves_nothing() -> None:
    story = Asked(HANGS)
    story.said = SILENT
    story.until(1000.0)

    assert story.read("query_ok", 1000.0) is None
    assert not any("notify" in call for call in story.calls)
    assert story.details(Verdict.UNANSWERED) == ["`query`: no answer within 5 s"]


def test_what_we_could_not_ask_is_no_silence_of_the_game() -> None:
    story = Asked(HANGS).then(35.0, NOT_ASKED)
    story.until(1000.0)

    assert story.read("query_ok", 1000.0) is None
    assert story.read("query_ms", 1000.0) is None


def test_a_start_forgets_that_the_game_answered() -> None:
    story = Asked(HANGS).then(35.0, SILENT)
    story.state(40.0, State.OFFLINE).state(41.0, State.STARTING).state(50.0, State.RUNNING)
    story.until(1000.0)

    assert story.read("query_ok", 1000.0) is None


def test_nothing_is_asked_while_the_game_does_not_run_or_nobody_watches() -> None:
    story = Asked(HANGS)
    story.until(40.0)
    count = len(story.asked_at())
    story.at(40.0, ev.LinkLost, reason="gone").until(200.0)
    assert len(story.asked_at()) == count
    assert story.read("query_ok", 200.0) is None

    story.at(200.0, ev.LinkUp).at(200.0, ev.StateReported, state=State.RUNNING).until(215.0)
    assert len(story.asked_at()) == count + 1
    assert story.read("query_ok", 215.0) is True


def test_one_question_at_a_time_goes_to_each_game() -> None:
    story = Asked(HANGS)
    story.said = None  # under way for ever
    story.until(500.0)

    assert len(story.asked_at()) == 1


def test_an_answer_that_comes_after_the_address_changed_is_of_nobody() -> None:
    story = Asked(HANGS)
    story.said = None
    story.until(30.0)
    number = story.asked[0][1]
    story.at(31.0, ev.ServerListed, profile=replace(LISTED, port=25570))
    story.ends(32.0, number, says())

    assert story.read("query_ok", 32.0) is None
    story.until(45.0)
    assert story.asked[-1][2].sentence() == "minecraft 192.0.2.7:25570"


def test_without_an_address_nobody_is_asked_and_it_is_said_why() -> None:
    story = Asked(HANGS, host="0.0.0.0")
    story.until(100.0)

    assert story.asked_at() == []
    trouble = story.engine.servers()[LISTED.uuid].facts.queried.trouble
    assert trouble.startswith("it listens at `0.0.0.0`, all addresses of its node")


def test_players_are_counted_by_answers_where_the_console_tells_none() -> None:
    rules = 'rules: [{id: full, while: players >= 20, do: [{notify: ops, text: "${players}"}]}]'
    story = Asked(rules, egg="ARK: Survival Evolved").then(35.0, says(players=20))
    story.until(70.0)

    assert story.read("players", 70.0) == 20
    assert next(call for call in story.calls if "notify" in call).endswith("notify ops: 20")


COUNTED = """
    facts: {slots: {type: number, query: a2s, field: players_max}}
    rules: [{id: full, while: players >= slots, do: [{notify: ops, text: "${players}"}]}]
    """


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (ev.HoldBegan, {"server": "", "reason": "maintenance"}),
        (ev.ServerListed, {"profile": replace(LISTED, egg="Mystery", host="0.0.0.0")}),
    ],
)
def test_a_count_that_answers_alone_tell_is_unknown_while_nobody_asks(
    kind: type[ev.Event], fields: dict[str, object]
) -> None:
    story = Asked(COUNTED, egg="Mystery")
    story.until(40.0)
    assert story.read("players", 40.0) == 3

    story.at(41.0, kind, **fields).until(75.0)
    assert story.read("players", 75.0) is None

    story.state(76.0, State.STOPPING).state(80.0, State.OFFLINE)
    assert story.read("players", 80.0) == 0


def test_a_hold_of_everything_holds_questions_too() -> None:
    story = Asked(HANGS)
    story.until(40.0)
    count = len(story.asked_at())
    story.at(40.0, ev.HoldBegan, server="", reason="maintenance").until(200.0)

    assert len(story.asked_at()) == count
    story.at(200.0, ev.HoldEnded, server="").until(245.0)
    assert len(story.asked_at()) > count


def test_that_it_answered_outlives_automaton_where_the_process_is_the_same() -> None:
    story = Asked(HANGS)
    for mono in (1.0, 30.0, 59.0):
        story.memory(mono, 50)
    story.until(60.0)
    story.restart(60.0, 10.0)
    story.said = SILENT
    story.memory(71.0, 50)
    story.until(240.0)

    assert story.read("query_ok", 240.0) is False


def test_that_it_answered_is_forgotten_where_another_process_runs() -> None:
    story = Asked(HANGS)
    for mono in (1.0, 30.0, 59.0):
        story.memory(mono, 50)
    story.until(60.0)
    story.restart(60.0, 60.0)
    story.said = SILENT
    story.memory(121.0, 50, uptime=5.0)
    story.until(400.0)

    assert story.read("query_ok", 400.0) is None


PROBES = """
    rules:
      - id: a
        when: {console: '^go'}
        do: [{probe: 30s, else: [{notify: ops, text: frozen}]}, {notify: ops, text: on}]
    """


def probing() -> Asked:
    """Valheim reads no console, so it is asked over the network."""
    story = Asked(PROBES, egg="Valheim", port=2456)
    story.until(35.0)
    return story


def test_a_probe_without_a_console_is_answered_over_the_network() -> None:
    story = probing().line(36.0, "go")

    assert story.calls[-2:] == ["36 query", "36 notify ops: on"]
    assert story.asked[-2][2].sentence() == "a2s 192.0.2.7:2457"


def test_a_probe_over_the_network_asks_until_its_time_is_over() -> None:
    story = probing()
    story.said = SILENT
    story.line(36.0, "go").until(80.0)

    assert [call for call in story.calls if "notify" in call] == [
        "66 notify ops: frozen",
        "66 notify ops: on",
    ]


def test_a_probe_judges_no_game_that_never_answered_over_the_network() -> None:
    story = Asked(PROBES, egg="Valheim", port=2456)
    story.said = SILENT
    story.line(36.0, "go").until(80.0)

    assert not any("notify" in call for call in story.calls)
    assert "it has not answered since its start" in story.details(Verdict.NOT_POSSIBLE)[0]


SLOTS = """
    facts:
      slots: {servers: {egg: Mystery}, type: number, query: a2s, field: players_max}
      level: {type: text, query: a2s, field: map}
    rules:
      - {id: a, while: slots > 10, do: [{notify: ops, text: "${slots} slots"}]}
      - {id: b, when: {changes: level}, do: [{notify: ops, text: "${it.old} to ${it.new}"}]}
    """


def test_a_fact_of_ones_own_is_what_the_game_says_of_itself() -> None:
    story = Asked(SLOTS, egg="Mystery")
    story.said = says(players=3, players_max=16, map="de_dust2")
    story.then(12.0, says(players=3, players_max=16, map="cs_office\x1b[31m"))
    story.until(42.0)

    assert [call.partition(" ")[2] for call in story.calls if "notify" in call] == [
        "notify ops: 16 slots",
        "notify ops: de_dust2 to cs_office [31m",
    ]


def test_a_fact_of_ones_own_is_unknown_where_its_game_is_asked_otherwise_or_says_nothing_of_it() -> None:
    story = Asked(SLOTS, egg="Paper")
    story.until(42.0)
    level = story.engine.servers()[LISTED.uuid].facts.own.get("level")

    assert story.read("level", 42.0) is None
    assert level is not None
    assert level.trouble == "its game is asked by `minecraft`"
    assert story.read("slots", 42.0) is None


def test_a_fact_of_ones_own_is_unknown_once_the_game_is_silent() -> None:
    story = Asked(SLOTS, egg="Mystery")
    story.said = says(players_max=16, map="x")
    story.then(12.0, SILENT)
    story.until(120.0)

    assert story.read("slots", 120.0) is None


def test_many_games_are_asked_one_after_the_other_after_settling_too() -> None:
    story = Asked(HANGS, replace(LIVE, settle=120.0))
    for number in range(10 * AT_ONCE):
        uuid = f"u-{number}"
        story.at(0.0, ev.ServerListed, server=uuid, profile=replace(LISTED, uuid=uuid))
        story.at(0.0, ev.LinkUp, server=uuid)
        story.at(0.0, ev.StateReported, server=uuid, state=State.RUNNING)
    story.until(131.5)
    seconds = Counter(int(mono) for mono in story.asked_at())

    assert len(story.asked_at()) == 10 * AT_ONCE + 1
    assert seconds.keys() == set(range(121, 131)) | {131} & seconds.keys()
    assert max(seconds.values()) < 2 * AT_ONCE


@pytest.mark.parametrize(
    ("profile", "said", "why"),
    [
        ({}, SILENT, "no answer within 5 s"),
        ({}, NOT_ASKED, "it cannot be asked: the network is unreachable"),
        (
            {"host": ""},
            SILENT,
            "nobody says its address: name `host` and `port` under `query` in automaton.yml",
        ),
    ],
)
def test_why_nothing_is_known_is_said(profile: dict[str, object], said: Outcome, why: str) -> None:
    story = Asked(dedent(HANGS) + MAP, LIVE, **profile)
    story.said = said
    story.until(100.0)
    facts = story.engine.servers()[LISTED.uuid].facts

    assert why_unknown("query_ok", facts, None, 100.0) == why
    assert why_unknown("level", facts, None, 100.0) == why
