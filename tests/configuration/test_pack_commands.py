"""What packs type for a rule needs to be allowed as much as what the rule writes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from automaton.configuration.load import load_configuration
from automaton.configuration.pack_commands import all_words, words_of
from automaton.core.pack import Question
from automaton.expr.template import parse_template
from automaton.packs.load import Packs, read_packs
from automaton.problem import Problem

PACKS = Packs(read_packs(())[0]).games


def problems(folder: Path, allow: str, do: str) -> list[Problem]:
    (folder / "rules.d").mkdir()
    (folder / "key").write_text("ptlc_key")
    (folder / "key").chmod(0o600)
    panels = "panels: {main: {url: 'https://panel.test', keys: {file: key}}}"
    (folder / "automaton.yml").write_text(f"{panels}\nlimits: {{{allow}}}\nrules: rules.d\n")
    (folder / "rules.d" / "a.yml").write_text(f"rules: [{{id: a, when: {{event: crash}}, do: [{do}]}}]\n")
    return load_configuration(folder / "automaton.yml", {}).problems


def test_the_words_of_a_pack_are_those_of_its_commands() -> None:
    minecraft = PACKS["minecraft"]

    assert [words_of(minecraft, verb) for verb in ("say", "countdown", "save", "probe", "send")] == [
        ("say",), ("say",), ("save-all",), ("list",), (),
    ]  # fmt: skip
    assert words_of(PACKS["valheim"], "say") == ()
    assert {"say", "save-all", "list", "server-save"} <= set(all_words(PACKS.values()))


@pytest.mark.parametrize(
    ("do", "verb"),
    [
        ("{save: 60s, else: []}", "save"),
        ("probe", "probe"),
        ('{say: "hello"}', "say"),
        ('{countdown: 5m, say: "in ${left}"}', "countdown"),
        ("{if: true, do: [save]}", "save"),
    ],
)
def test_what_may_be_typed_in_no_game_is_told(tmp_path: Path, do: str, verb: str) -> None:
    (problem,) = problems(tmp_path, "allow: {send: [tellraw]}", do)

    assert (problem.code, problem.severity) == ("not-allowed", "error")
    assert problem.message.startswith(f"rule `a` may not `{verb}`: ")


@pytest.mark.parametrize(
    ("allow", "do"),
    [
        ("allow: {send: [save-all]}", "save"),
        ("allow: {send: ['*']}", "save"),
        ("allow: [{servers: {node: x}, send: [save-all]}, {send: [say]}]", "save"),
        ("arm: live", "save"),
        ("allow: {send: [tellraw]}", "{countdown: 5m}"),
        ("allow: {send: [tellraw]}", "{wait: 5m}"),
    ],
)
def test_what_may_be_typed_somewhere_is_not(tmp_path: Path, allow: str, do: str) -> None:
    assert problems(tmp_path, allow, do) == []


def test_what_a_packs_command_runs_counts_among_its_words() -> None:
    pack = replace(
        PACKS["minecraft"],
        say=parse_template("execute as @a run tell @s ${text}"),
        save=Question(("a;b c",), 1.0),
    )

    assert words_of(pack, "say") == ("execute", "tell")
    assert words_of(replace(pack, grammars=PACKS["source"].grammars), "save") == ("a", "b")


@pytest.mark.parametrize(
    ("allow", "codes"),
    [("[say, save-all]", [("not-allowed", "warning")]), ("[say, list]", [])],
)
def test_a_rule_that_reads_players_whom_no_game_may_be_asked_for_is_told(
    tmp_path: Path, allow: str, codes: list[tuple[str, str]]
) -> None:
    found = problems(tmp_path, f"allow: {{send: {allow}}}", "{if: players == 0, do: [{say: hello}]}")

    assert [(one.code, one.severity) for one in found] == codes
    assert all("rule `a` reads `players`" in one.message and one.line == 1 for one in found)


@pytest.mark.parametrize(
    ("allow", "told"),
    [("[say]", ["rule `a` reads `tps`, and what asks a game for it"]), ("[say, tps]", [])],
)
def test_a_rule_that_reads_what_no_game_may_be_asked_for_is_told(
    tmp_path: Path, allow: str, told: list[str]
) -> None:
    found = problems(tmp_path, f"allow: {{send: {allow}}}", "{if: tps < 15, do: [{say: hello}]}")

    assert [one.message.partition(" `limits.allow`")[0] for one in found] == told
    assert all(one.message.endswith("names for no server: it stays unknown") for one in found)
