"""What a game answers over the network is read from a feed, and wrong answers are told."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import failures, told

RULES = """\
rules:
  - id: says
    while: >-
      query_ok and query_ms > 9 and players_max == 70 and players == 3 and map == "x" and version == "1.2"
    do: [{notify: ops, text: says}]
  - id: silent
    while: not query_ok
    do: [{notify: ops, text: silent}]
  - id: alive
    when: {event: player.death}
    do: [{probe: 20s, else: [{notify: ops, text: frozen}]}, {notify: ops, text: on}]
"""
SERVER = "server: {name: vh-1, egg: Valheim, state: running}"
TEST = RULES + "tests:\n  - name: a\n    server: {egg: Valheim}\n    expect: [{never: say}]\n"

WRONG = {
    "query: slient": "`query` is `silent`, or a mapping of what the game answers, as `{players: 3, map: x}`;"
    " found `slient`",
    "query: {plyers: 3}": "`plyers` is nothing that a game answers, did you mean `players`?",
    "query: {players: many}": "a whole number is expected; found `many`",
    "query: {ok: perhaps}": "`true` or `false` is expected; found `perhaps`",
}


@pytest.mark.parametrize("entry", WRONG)
def test_an_answer_that_is_wrong(entry: str) -> None:
    assert told(f"{TEST}    feed: [{{at: 0s, {entry}}}]\n") == [WRONG[entry]]


def test_an_answer_is_read_by_the_names_of_its_parts() -> None:
    said = '{ms: 200, players: 3, players_max: 70, map: x, version: "1.2"}'
    feed = f"feed: [{{at: 0s, query: {said}}}]"

    assert (
        failures(
            RULES,
            f"{SERVER}\n{feed}\nexpect: [{{at: 1s, notify: ops, text: says}}, {{count: 1, notify: ops}}]",
        )
        == []
    )


def test_a_game_answers_as_it_is_fed_until_it_is_silent() -> None:
    feed = "feed: [{at: 5m, query: silent}]"
    expect = "expect: [{until: 6m, never: notify}, {at: 6m1s, notify: ops, text: silent}]"

    assert failures(RULES, f"{SERVER}\n{feed}\n{expect}") == []
    same = feed.replace("silent", "{ok: false}")
    assert failures(RULES, f"{SERVER}\n{same}\n{expect}") == []


def test_a_probe_is_answered_over_the_network_or_not() -> None:
    feed = "feed: [{at: 1m, event: player.death}, {at: 2m, query: silent}, {at: 2m1s, event: player.death}]"
    expect = (
        "expect: [{at: 1m, notify: ops, text: on}, {at: 2m21s, notify: ops, text: frozen},"
        " {rule: alive, count: 3, notify: ops}]"
    )

    assert failures(RULES, f"{SERVER}\n{feed}\n{expect}") == []
