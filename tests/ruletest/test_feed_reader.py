"""An entry of a feed that is written wrongly is told at its place, with what was meant."""

from __future__ import annotations

import pytest

from automaton.ruletest.suite import suite_of
from tests.ruletest.run_case import WRONG, packs, told

FEED = {
    "{at: 0s, memory_pc: 95}": "`memory_pc` is no fact and no word of a feed, did you mean `memory_pct`?",
    "{at: 0s, console_age: 5m}": "`console_age` cannot be fed: it follows from what happens",
    "{at: 0s, memory_pct: high}": "`memory_pct`: a percent is expected, as `95`; found `high`",
    "{at: 0s, memory: 5}": "`memory`: a size needs a unit; found `5`; write `5B`",
    "{at: 0s, state: runing}": "`state`: a state is one of `offline`, `starting`, `running`, `stopping`;"
    " found `runing`;"
    " write `running`",
    "{at: 0s, players: many}": "`players`: a whole number is expected; found `many`",
    "{at: 0s, installing: yes}": "`installing`: `true` or `false` is expected; found `yes`; write `true`",
    "{at: 0s, pack: rst}": "unknown pack `rst`, did you mean `rust`?",
    "{at: 0s, node: [a]}": "a value is expected for `node`; found a list",
    "{at: 0s, event: crsh}": "unknown event `crsh`, did you mean `crash`?",
    "{at: 0s, event: crash, exit_cod: 1}": "`exit_cod` is no fact and no word of a feed, did you mean"
    " `exit_code`?",
    "{at: 0s, event: link.down}": "the link has a word of its own; write `link: down`",
    "{at: 0, link: down}": "a duration needs a unit; found `0`; write `0s`",
    "{link: down}": "the key `at` is missing",
    "{at: 0s, link: off}": "`off` is not possible here; expected `up`, `down`",
    "{at: 0s, link: up, times: 3}": "`times` needs `every`: how far they are apart",
    "{at: 0s, link: up, every: 3s}": "`every` needs `times`",
    "{at: 0s, down_for: 3s}": "`down_for` needs `daemon: restart` or `daemon: kill`",
    "{at: 0s, from: chat}": "`from` needs `line` or `lines`",
    "{at: 0s, event: crash, hook: a}": "an entry has either `event` or `hook`: each has fields of its own",
    "{at: 0s, lines: none.log}": "`none.log` cannot be read: No such file or directory",
    "{at: 0s, ack: hihg}": "this test has no rule `hihg`, did you mean `high`?",
    "{at: 0s, silence: hihg, for: 1h}": "this test has no rule `hihg`, did you mean `high`?",
    "{at: 0s, silence: down, for: 1h}": "this test has no rule `down`; expected one of its rules: `high`",
    "{at: 0s, silence: high}": "`silence` needs `for`: how long it lasts",
    "{at: 0s, for: 1h}": "`for` needs `silence`",
    "{at: 0s, breaker: trip}": "`trip` is not possible here; expected `reset`",
    "{at: 0s, breaker: reset, rule: hgh}": "this test has no rule `hgh`, did you mean `high`?",
    "{at: 0s, rule: high}": "`rule` needs `breaker: reset`",
    "{at: 0s, reload: other.yml}": "`other.yml` cannot be reloaded: there is no such file",
    "{at: 0s, daemon: stop}": "`stop` is not possible here; expected `restart`, `kill`",
    "{at: 0s, server: lobby, memory_pct: 5}": "this test has no server `lobby`; expected one of its servers:"
    " `server`",
    "{at: 0s, server: servr, hook: a}": "this test has no server `servr`, did you mean `server`?",
    "{at: 0s, server: 'eu-*', memory_pct: 5}": "this test has no server `eu-*`; expected one of its servers:"
    " `server`",
    "crash": "an entry of a feed is a mapping, as `{at: 10s, memory_pct: 95}`; found `crash`",
}  # fmt: skip


@pytest.mark.parametrize("entry", FEED)
def test_an_entry_of_the_feed_that_is_wrong(entry: str) -> None:
    assert told(f"{WRONG}    feed: [{entry}]\n    expect: [{{never: say}}]\n") == [FEED[entry]]


def test_fields_are_texts_but_for_what_wings_counts_and_what_a_body_says() -> None:
    fed = "{at: 0s, event: crash, exit_code: 137, oom: true}, {at: 0s, event: player.join, player: 7},"
    fed += " {at: 0s, hook: a, n: 7, b: true, t: '7', nothing: null, deep: {er: {n: 1}}}"
    suite, problems = suite_of(
        {"r.yml": f"{WRONG}    feed: [{fed}]\n    expect: [{{never: say}}]\n"}, packs()
    )
    assert suite is not None, problems

    assert [dict(entry.fields) for entry in suite.tests[0].feed] == [
        {"exit_code": 137, "oom": True},
        {"player": "7"},
        {"n": 7, "b": True, "t": "7", "nothing": None, "deep.er.n": 1},
    ]


def test_a_name_that_the_feed_gives_is_a_name_of_the_test() -> None:
    fed = (
        "{at: 0s, name: lobby}, {at: 1s, server: lobby, memory_pct: 5}, {at: 2s, server: SERVER, players: 1}"
    )

    assert told(f"{WRONG}    feed: [{fed}]\n    expect: [{{never: say, server: lob*}}]\n") == []


def test_the_body_of_a_hook_may_be_nested_and_have_keys_that_a_feed_has_too() -> None:
    body = "{n: {m: 1, l: [1]}, for: 5m, rule: main, d: {e: {f: {g: {h: 6, i: {j: 7}}}}}}"
    text = f"{WRONG}    feed: [{{at: 0s, hook: a, {body[1:-1]}}}]\n    expect: [{{never: say}}]\n"
    suite, problems = suite_of({"r.yml": text}, packs())
    assert suite is not None, problems

    assert dict(suite.tests[0].feed[0].fields) == {
        "n.m": 1, "for": "5m", "rule": "main", "d.e.f.g.h": 6,
    }  # fmt: skip
