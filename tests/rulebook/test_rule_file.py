"""A mistake in one part of a file hides none in another, and makes none."""

from __future__ import annotations

from tests.rulebook.texts import load, told


def test_a_wrong_window_group_or_macro_hides_no_mistake_of_a_rule_and_makes_none() -> None:
    text = """
        groups: {mc: {pck: minecraft}, all: {name: "*"}}
        windows: {night: {form: "02:00"}}
        macros: {stop: {params: [x], do: [end]}}
        vars: {limit: 90%}
        rules:
          - id: a
            servers: mc
            while: window("night") and disk_pct > limit
            do: [{call: stop, with: {x: 1}}]
          - {id: b, servers: al, while: memry > 3}
        """

    assert [problem.split("error: ")[1].split(",")[0] for problem in told(text)] == [
        "unknown key `pck`",
        "unknown key `form`",
        "a mapping is expected here: each line is `name: value`",
        "unknown group `al`",
        "unknown name `memry`",
    ]


def test_what_is_no_rule_file_is_told_once() -> None:
    assert told("- a") == [
        "r.yml:1:1: error: a mapping is expected here; found a list; expected the keys `version`, "
        "`vars`, `groups`, `windows`, `macros`, `facts`, `rules`, `tests`"
    ]
    assert told("rules: {a: 1}") == [
        "r.yml:1:8: error: `rules` is a list: each rule begins with `- `; found a mapping; write `- id: a`"
    ]


def test_rules_that_are_no_list_are_judged_all_the_same() -> None:
    for text in (
        "- id: a\n  while: suspendd\n  do: [end]\n",
        "rules:\n  a:\n    while: suspendd\n    do: [end]\n",
        "rules:\n  id: a\n  while: suspendd\n  do: [end]\n",
    ):
        shape, name = told(text)

        assert "write `rules:` above them" in shape or "write `- id: a`" in shape
        assert "unknown name `suspendd`, did you mean `suspended`?" in name


def test_tests_are_kept_as_they_are_written() -> None:
    loaded = load("rules: []\ntests: [{name: x, feed: []}]")

    assert (loaded.problems, [len(tests) for tests in loaded.tests.values()]) == ([], [1])
