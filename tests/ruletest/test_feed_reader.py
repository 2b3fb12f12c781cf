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
    "{at: 0s, down_for: 3s}": "`down_for` needs `daemon: restart`",
    "{at: 0s, from: chat}": "`from` needs `line` or `lines`",
    "{at: 0s, event: crash, hook: a}": "an entry has either `event` or `hook`: each has fields of its own",
    "{at: 0s, lines: none.log}": "`none.log` cannot be read: No such file or directory",
    "{at: 0s, ack: hihg}": "`ack`: this test has no rule `hihg`, did you mean `high`?",
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
