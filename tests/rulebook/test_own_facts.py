"""Facts of one's own as words of the language: their names, what they may do, and who reads them."""

from __future__ import annotations

import pytest

from automaton.core.calls import Severity
from automaton.core.gates.limits import Allowance
from automaton.match.glob import compile_glob
from automaton.rulebook.load import load_texts
from automaton.rulebook.step_checks import Bounds
from tests.rulebook.texts import KNOWN, load, told

TPS = "facts: {tps: {type: number, line: '^TPS: (?P<value>.*)'}}\n"
SEED = "facts: {seed: {type: text, send: seed, read: '^Seed: (?P<value>.*)', every: 5m}}\n"
BUILD = "facts: {build: {type: number, http: paper, json: 'builds[-1]', every: 1h}}\n"
LIMITED = Bounds({"ops": Severity.INFO}, (Allowance(send=(compile_glob("list"),)),), urls=("papier",))


def rule(holds: str, more: str = "") -> str:
    return f"rules: [{{id: a, {more}while: '{holds}', do: [{{notify: ops, text: x}}]}}]"


def test_facts_of_one_file_are_read_in_all() -> None:
    loaded = load_texts([("a.yml", rule("tps < 15")), ("b.yml", TPS)], KNOWN)

    assert [str(problem) for problem in loaded.problems] == []
    assert list(loaded.own_facts) == ["tps"]
    assert loaded.rules[0].names == {"tps"}


def test_two_files_cannot_share_a_name_of_one() -> None:
    loaded = load_texts([("a.yml", TPS), ("b.yml", TPS + rule("tps < 15"))], KNOWN)

    assert [str(one) for one in loaded.problems] == [
        "b.yml:1:9: error: the fact `tps` stands already at a.yml:1"
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("state", "`state` is a word of the language: choose another name"),
        ("avg", "`avg` is a function already: choose another name"),
        ("ready", "`ready` is an event already: choose another name"),
        ("world_saved", "`world_saved` is a pattern of a pack already: choose another name"),
        ("most", "`most` is a constant of `vars` already: choose another name"),
        ("lead", "`lead` is a parameter of the macro `m` already: choose another name"),
        ("my-tps", "a name that expressions read has letters, digits and `_`"),
    ],
)
def test_a_name_that_means_something_else_is_refused(name: str, what: str) -> None:
    around = "vars: {most: 5}\nmacros: {m: {params: {lead: duration}, do: [{wait: '${lead}'}]}}\nrules: []\n"

    assert any(what in one for one in told(TPS.replace("tps", name, 1) + around))


def test_a_wrong_fact_is_told_once_and_blames_no_rule_that_reads_it() -> None:
    text = TPS.replace("type: number", "type: numbr") + rule("tps < 15 and tps")

    (problem,) = told(text)
    assert "`numbr`" in problem


@pytest.mark.parametrize(
    ("facts", "holds", "message"),
    [
        (TPS, "tps", "a bare number where a truth is wanted"),
        (TPS, 'tps == "fast"', "a bare number is compared with a text"),
        (SEED, "seed > 5", "a text"),
        (TPS, "tsp < 15", "did you mean `tps`?"),
    ],
)
def test_its_kind_is_held_to(facts: str, holds: str, message: str) -> None:
    assert any(message in one for one in told(facts + rule(holds)))


def test_a_wider_rule_reads_one_of_the_fleet_as_it_is_and_others_over_its_servers() -> None:
    assert told(BUILD + rule("build > 5", "by: fleet, "), None) == []
    assert told(TPS + rule("count(tps < 15) > 3", "by: node, ")) == []

    (problem,) = told(TPS + rule("tps < 15", "by: fleet, "))
    assert "`tps` is a fact of one server: this rule is wider than one" in problem


def test_a_text_prints_it_by_its_kind() -> None:
    text = "facts: {free: {type: size, line: '^Free: (?P<value>.*)'}}\n" + rule("free < 1GiB").replace(
        "x}", '"${free}"}'
    )
    (step,) = load(text).rules[0].do
    (placed,) = step.text.expressions  # type: ignore[attr-defined]

    assert placed.kind == "size"


def test_a_question_must_be_allowed_and_an_address_known() -> None:
    (problem,) = told(SEED + rule('seed == "5"'), LIMITED)
    assert problem.startswith("r.yml:1:34: error: a rule may not send `seed`")

    (problem,) = told(BUILD + rule("build > 5"), LIMITED)
    assert "unknown url `paper`, did you mean `papier`?" in problem


def test_the_games_stop_command_is_no_question() -> None:
    asked = SEED.replace("send: seed", "send: stop") + rule('seed == "5"')

    assert told(asked) == ["r.yml:1:34: error: it is the game's stop command; `power: stop` is the way"]
    assert told(asked.replace("type: text", "servers: {pack: rust}, type: text")) == []


def test_its_servers_name_groups_that_there_are() -> None:
    (problem,) = told(TPS.replace("type:", "servers: mc, type:") + rule("tps < 15"))

    assert "unknown group `mc`" in problem


def test_one_that_no_rule_reads_is_noted() -> None:
    assert [str(one) for one in load(TPS + "rules: []").doubts] == [
        "r.yml:1:9: note: no rule reads the fact `tps`"
    ]


@pytest.mark.parametrize(
    "reads",
    [
        "while: 'avg(tps, 5m) < 15', do: [end]",
        "when: {changes: tps}, do: [end]",
        "when: {event: crash}, do: [{wait: {changes: tps}, within: 5m, else: []}, {notify: ops}]",
        "when: {event: crash}, do: [{notify: ops, text: '${tps}'}]",
    ],
)
def test_whatever_reads_it_is_a_reader(reads: str) -> None:
    assert load(f"{TPS}rules: [{{id: a, note: x, {reads}}}]").rules[0].names == {"tps"}


def test_a_rule_that_acts_reads_only_what_players_cannot_print() -> None:
    facts = TPS.replace("'^TPS", "'TPS")
    acts = "rules: [{id: a, while: tps < 15, cooldown: 1h, do: [{power: restart}]}]"

    (doubt,) = load(facts + acts, None).doubts
    assert str(doubt).startswith(
        "r.yml:1:35: warning: rule `a` acts by this fact, so its pattern begins with `^`"
    )
    assert load(facts + rule("tps < 15")).doubts == []


def test_a_mistake_elsewhere_does_not_hide_what_players_may_print() -> None:
    facts = TPS.replace("'^TPS", "'TPS")
    acts = "rules: [{id: a, while: tps < 15 and plyers > 1, cooldown: 1h, do: [{power: restart}]}]"
    loaded = load(facts + acts, None)

    assert [one.code for one in (*loaded.problems, *loaded.doubts)] == ["expression", "unanchored"]
