"""What may not be changed anywhere is an error; files that a running game would write over are a warning."""

from __future__ import annotations

import pytest

from automaton.core.gates.limits import Allowance, DefaultAllowance
from automaton.match.glob import compile_glob
from automaton.match.path_glob import compile_path_glob
from automaton.rulebook.step_checks import Bounds
from tests.rulebook.texts import load, told

BOUNDS = Bounds(
    {},
    (
        Allowance(files=(compile_path_glob("world*"), compile_path_glob("seeds"))),
        Allowance(startup=(compile_glob("SEED"),)),
    ),
)


def rule(step: str) -> str:
    return f"rules: [{{id: a, when: {{state: running -> offline}}, cooldown: 1h, do: [{step}]}}]"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{files: {delete: server.jar}}", "may not change the files `server.jar`"),
        ("{files: {delete: [world, '*']}}", "may not change the files `*`"),
        ("{files: {rename: world, to: map}}", "may not change the files `map`"),
        ("{files: {write: a.txt, text: x}}", "may not change the files `a.txt`"),
        ("{files: {decompress: map.zip}}", "may not change the files `map.zip`"),
        ("{startup: {LEVEL: a}}", "may not set the variable `LEVEL`"),
        ("reinstall", "may not do `reinstall`"),
    ],
)
def test_what_limits_allow_names_for_no_server_is_an_error(step: str, message: str) -> None:
    problems = told(rule(step), BOUNDS)

    assert message in problems[0]
    assert ": error: " in problems[0]
    assert "write `allow: {" in problems[0]


@pytest.mark.parametrize(
    "step",
    [
        "{files: {delete: 'world_*'}}",
        "{files: {rename: world, to: world_old}}",
        "{files: {decompress: seeds/next.zip}}",
        "{files: {delete: '${name}'}}",
        "{startup: {SEED: '1'}}",
    ],
)
def test_what_it_names_for_some_is_none_and_a_value_is_judged_when_it_is_known(step: str) -> None:
    assert told(rule(step), BOUNDS) == []


def test_an_archive_needs_all_of_its_folder() -> None:
    bounds = Bounds({}, (Allowance(files=(compile_path_glob("seeds/a.zip"),)),))

    (problem,) = told(rule("{files: {decompress: seeds/a.zip}}"), bounds)

    assert "may not change the files `seeds/*`" in problem


def test_without_an_allow_nothing_of_it_is_allowed() -> None:
    problems = told(
        rule("{files: {delete: a}}, {startup: {A: b}}, reinstall"), Bounds({}, (DefaultAllowance(),))
    )

    assert len(problems) == 3


def doubts(rule: str) -> list[str]:
    loaded = load(f"rules: [{{id: a, {rule}}}]", None)
    assert loaded.problems == []
    return [one.code for one in loaded.doubts]


DELETES = "{files: {delete: world}}"


@pytest.mark.parametrize(
    "rule",
    [
        f"when: {{schedule: '0 5 * * *'}}, do: [{DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{say: hi}}, {DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{power: stop}}, {{power: start}}, {DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{wait: 5m}}, {DELETES}]",
        f"when: {{event: ready}}, do: [{{backup: a, else: [{DELETES}]}}]",
    ],
)
def test_files_that_a_running_game_would_write_over_are_a_warning(rule: str) -> None:
    assert doubts(rule) == ["while-it-runs"]


@pytest.mark.parametrize(
    "rule",
    [
        f"when: {{schedule: '0 5 * * *'}}, do: [{{power: stop}}, {DELETES}, {{power: start}}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{power: kill}}, {{backup: a}}, {DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, if: 'state == \"offline\"', do: [{DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{wait: 'state == \"offline\"'}}, {DELETES}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [{{if: 'state == \"offline\"', do: [{DELETES}]}}]",
        f"when: {{schedule: '0 5 * * *'}}, do: [reinstall, {DELETES}]",
        f"when: {{state: any -> offline}}, do: [{DELETES}]",
        f"while: 'state == \"offline\"', do: [{DELETES}]",
        f"when: {{event: ready}}, do: [{{power: stop}}, {{backup: a, else: [{DELETES}]}}]",
        "when: {schedule: '0 5 * * *'}, do: [{startup: {SEED: '1'}}]",
    ],
)
def test_where_the_rule_says_that_it_is_down_there_is_none(rule: str) -> None:
    assert doubts(rule) == []


def test_a_macro_that_stops_the_server_is_seen() -> None:
    loaded = load(
        "macros: {down: {do: [{power: stop}]}}\n"
        f"rules: [{{id: a, when: {{schedule: '0 5 * * *'}}, do: [{{call: down}}, {DELETES}]}}]",
        None,
    )

    assert [one.code for one in loaded.doubts] == []


def test_a_reinstall_again_and_again_has_no_brake() -> None:
    assert doubts("while: suspended, do: [reinstall]") == ["no-brake"]


@pytest.mark.parametrize("step", [DELETES, "{startup: {A: b}}", "reinstall"])
def test_a_player_who_sets_it_off_is_a_warning(step: str) -> None:
    loaded = load(f"rules: [{{id: a, when: {{event: player.join}}, cooldown: 1h, do: [{step}]}}]", None)

    assert "player-chooses" in [one.code for one in (*loaded.problems, *loaded.doubts)]


@pytest.mark.parametrize("step", [DELETES, "{startup: {A: b}}", "reinstall"])
def test_a_pattern_of_a_rule_that_changes_a_server_begins_at_the_beginning(step: str) -> None:
    loaded = load(f"rules: [{{id: a, when: {{console: 'go'}}, cooldown: 1h, do: [{step}]}}]", None)

    assert "unanchored" in [one.code for one in (*loaded.problems, *loaded.doubts)]
