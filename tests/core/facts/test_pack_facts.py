"""Facts that a game tells: known where the server's pack has them, and asked for together."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm
from automaton.core.events import Source, State
from automaton.core.facts.own import FromConsole, FromLine, value_in
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.rules.unknown import why_unknown
from tests.core.story import ARENA, LOBBY, Story, book

LAG = "rules: [{id: lag, while: tps < 15, do: [{notify: ops, text: '${tps}'}]}]"
FULL = "rules: [{id: full, while: players >= players_max, do: [{notify: ops, text: '${players_max}'}]}]"


def value(story: Story, name: str, server: str = LOBBY.uuid) -> object:
    return story.engine.servers()[server].facts.read(name, story.engine.now.mono).plain


def test_the_game_is_asked_where_a_live_rule_reads_it_and_its_answer_is_the_value() -> None:
    told = Story(LAG).line(1.0, "[12:00:00 INFO]: TPS from last 1m, 5m, 15m: 12.5, 19.99, *20.0").until(100.0)

    assert told.calls == ["0 send tps", "1 notify ops: 12.5", "60 send tps"]


def test_an_answer_that_nobody_asked_for_is_somebody_else_s() -> None:
    told = Story(LAG).line(59.0, "[12:00:00 INFO]: TPS from last 1m, 5m, 15m: 12.5, 19.99, *20.0")

    assert value(told, "tps") is None


def test_where_the_pack_does_not_tell_it_nobody_asks_and_it_is_unknown() -> None:
    told = Story(LAG, profile=ARENA, state=None).until(300.0)

    facts = told.engine.servers()[ARENA.uuid].facts
    assert told.calls == []
    assert facts.own.get("tps") is None
    assert why_unknown("tps", facts, None, 300.0) == (
        "neither the pack of this server nor `facts` of a rule file tells it here"
    )


def test_facts_that_one_command_tells_are_asked_for_by_one_question() -> None:
    told = Story(FULL).line(1.0, "There are 20 of a max of 20 players online: Eve, Alex").until(310.0)

    assert told.calls == ["0 send list", "1 notify ops: 20", "300 send list"]


def test_facts_of_rule_files_with_the_same_command_are_asked_for_by_one_question() -> None:
    told = Story("""
        facts:
          seed: {type: text, send: seed, read: '^Seed: \\[(?P<value>[^\\]]+)', every: 5m}
          again: {type: text, send: seed, read: '^Seed: (?P<value>\\S+)', every: 2m}
        rules: [{id: a, while: seed == again, do: [{notify: ops}]}]
        """)
    told.line(1.0, "Seed: [7]").until(130.0)

    assert told.calls == ["0 send seed", "120 send seed"]
    assert (value(told, "seed"), value(told, "again")) == ("7", "[7]")


def test_a_rule_that_begins_to_read_another_fact_of_the_answer_has_it_asked_at_once() -> None:
    told = Story("rules: [{id: a, while: players > 3, do: [{notify: ops}]}]").adopt(20.0, FULL).until(100.0)

    assert told.calls == ["0 send list", "20 send list"]


def test_what_may_not_be_asked_is_told_by_all_that_it_would_tell() -> None:
    told = Story(FULL, Limits(arm=Arm.LIVE, allow=(Allowance(),))).until(10.0)

    facts = told.engine.servers()[LOBBY.uuid].facts
    assert told.calls == []
    assert facts.players.trouble != ""
    assert why_unknown("players_max", facts, None, 10.0) == facts.players.trouble


def test_a_line_at_each_start_tells_what_it_runs_until_the_next_one() -> None:
    told = Story("rules: [{id: a, when: {changes: version}, do: [{notify: ops, text: '${it.new}'}]}]")
    told.state(1.0, State.OFFLINE).state(2.0, State.STARTING)
    told.line(3.0, "Starting minecraft server version 1.21.3")
    assert value(told, "version") == "1.21.3"

    told.state(4.0, State.OFFLINE).state(5.0, State.STARTING)
    assert value(told, "version") is None
    assert told.line(6.0, "Starting minecraft server version 1.21.4").calls == ["6 notify ops: 1.21.4"]


def test_a_fact_of_a_rule_file_goes_before_that_of_a_pack() -> None:
    """What ships with a new version must not stop a rule file that has worked before."""
    told = Story(f"facts: {{tps: {{type: number, line: '^Ticks: (?P<value>\\S+)'}}}}\n{LAG}")
    told.line(1.0, "TPS from last 1m, 5m, 15m: 12.5, 19.99, *20.0").line(2.0, "Ticks: 14")

    assert told.calls == ["2 notify ops: 14"]


def test_a_rule_wider_than_one_server_counts_it() -> None:
    told = Story("rules: [{id: a, by: node, while: count(tps < 15) > 0, do: [{notify: ops}]}]")

    assert told.line(1.0, "TPS from last 5s, 1m, 5m, 15m: 20.0, 12.5, 20.0, 20.0").calls[0] == "0 send tps"
    assert value(told, "tps") == 12.5


def test_what_no_rule_reads_is_no_fact_of_any_server() -> None:
    """Thousands of servers would carry what nobody looks at."""
    rules = book(LAG)

    assert {name for facts in rules.pack_facts.values() for name in facts} == {"tps"}


def test_where_it_comes_from_says_whether_somebody_asks() -> None:
    told = book("rules: [{id: a, while: tps < 15 and version == 'x', do: [{notify: ops}]}]").pack_facts
    tps, version = (told["minecraft"][name].origin for name in ("tps", "version"))

    assert isinstance(tps, FromConsole)
    assert (tps.send, tps.every) == ("tps", 60.0)
    assert isinstance(version, FromLine)


@pytest.mark.parametrize(
    ("groups", "told"),
    [({"value": "7"}, "7"), ({"n": "3"}, "3"), ({"value": "7", "n": "3"}, "7"), ({}, None)],
)
def test_the_value_stands_in_the_group_of_that_name_or_in_that_of_a_count(
    groups: dict[str, str | None], told: str | None
) -> None:
    assert value_in(groups) == told


def test_nobody_listens_for_what_no_rule_reads() -> None:
    """Each pattern of a pack costs on every line of its servers."""
    line = "TPS from last 1m, 5m, 15m: 12.5, 19.99, *20.0"

    assert [
        bool(book(rules).index.hear(line, Source.GAME, "minecraft").patterns) for rules in (LAG, FULL)
    ] == [
        True,
        False,
    ]
