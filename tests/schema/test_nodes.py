"""YAML becomes nodes, bounded, with every mistake at its place. Attacks end in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.errors import ConfigurationError
from automaton.schema.nodes import MAX_NODES, Mapping, Sequence, find, items, read, read_all


def told(text: str) -> list[tuple[str, int, int]]:
    _, problems = read_all(text, "f.yml")
    return [(problem.code, problem.line, problem.column) for problem in problems]


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{aliases}]")
    return "\n".join(lines)


def test_nodes_know_their_place() -> None:
    root = read("a: 1\nb:\n  - c: [x]\n", "f.yml")

    assert isinstance(root, Mapping)
    assert root == {"a": "1", "b": [{"c": ["x"]}]}
    items = root.find("b")
    assert isinstance(items, Sequence)
    assert (items.place.line, items.place.column) == (3, 3)
    key = root.key("b")
    assert key is not None
    assert (key.place.line, key.place.column) == (2, 1)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\N{BOM}"])
def test_an_empty_file_is_an_empty_mapping_or_nothing(text: str) -> None:
    root = read(text, "f.yml")

    assert root in ({}, "")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3", [("duplicate-key", 3, 1)]),
        ("a: {b: 1, b: 2}", [("duplicate-key", 1, 11)]),
        ("a: 1\na: 2\na: 3", [("duplicate-key", 2, 1), ("duplicate-key", 3, 1)]),
        ("<<: {a: 1}", [("merge-key", 1, 1)]),
        ("a: !!python/object:os.system ls", [("tag", 1, 4)]),
        ("a: !custom [x]", [("tag", 1, 4)]),
        ("a: !!str x", [("tag", 1, 4)]),
        ("--- 1\n--- 2", [("second-document", 2, 1)]),
        ("? [a]\n: b", [("key", 1, 3)]),
        ("a: &x [*x]", [("alias", 1, 8)]),
        ("a: &x {b: {c: *x}}", [("alias", 1, 15)]),
        ("a: " + "[" * 100, [("too-deep", 1, 103)]),
        ("x" * 10_000_000, [("too-large", 1, 1)]),
        (bomb(9), [("too-many-values", 6, 10)]),
        ("- x\n" * (MAX_NODES + 1), [("too-many-values", MAX_NODES, 3)]),
        ("a: \x00", [("yaml", 1, 4)]),
        ("a: \ud800", [("yaml", 1, 4)]),
    ],
    ids=lambda value: None if isinstance(value, list) else value[:20],
)
def test_what_is_refused_is_refused_at_its_place(text: str, problems: list[tuple[str, int, int]]) -> None:
    assert told(text) == problems


def test_what_libyaml_itself_finds_too_deep_is_told_so() -> None:
    """Newer ones give up before they give the first event, so the place is theirs."""
    ((code, line, column),) = told("a: " + "[" * 100_000)

    assert (code, line) == ("too-deep", 1)
    assert column in (103, 1003)


def test_a_deep_chain_of_aliases_is_refused() -> None:
    chain = "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 200))

    assert [code for code, _, _ in told(chain)] == ["too-deep"]


def test_an_alias_stands_for_its_anchor() -> None:
    assert read("a: &x {b: 1}\nc: *x", "f") == {"a": {"b": "1"}, "c": {"b": "1"}}


def test_a_comma_that_cut_an_expression_is_told_once_and_mended() -> None:
    root, problems = read_all("{while: avg(memory, 5m) > 3, for: 5m}", "f")

    assert root == {"while": "avg(memory, 5m) > 3", "for": "5m"}
    assert [problem.suggestion for problem in problems] == ["'avg(memory, 5m) > 3'"]


def test_an_expression_in_braces_with_a_comma_in_it_is_told_once_and_mended() -> None:
    root, problems = read_all("{while: {avg(memory, 5m) > 3}, for: 5m}", "f")

    assert root == {"while": "avg(memory, 5m) > 3", "for": "5m"}
    assert [problem.suggestion for problem in problems] == ["avg(memory, 5m) > 3"]


def test_of_an_alias_that_is_too_much_it_is_told_what_it_stands_for() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in ("ab", "bc", "cd", "de", "ef")]

    _, problems = read_all("\n".join(rows), "f")

    message = (
        "a file holds at most 100,000 values, and an alias counts as all that it stands for: `*d` as 11,111"
    )
    assert [problem.message for problem in problems] == [message]


def test_read_raises_with_all_that_is_wrong() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("a: 1\na: !x 2\nb: *c", "f.yml")

    assert len(caught.value.problems) == 3


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    node, problems = read_all(text, "f")

    assert node is not None or problems


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                ": ",
                "- ",
                "[",
                "]",
                "{",
                "}",
                "\n",
                "  ",
                "&x ",
                "*x",
                "!t ",
                '"',
                "'",
                ", ",
                "? ",
                "|",
                "<<",
            ]
        )
    )
)
def test_no_mixture_of_signs_does_more_than_be_refused(parts: list[str]) -> None:
    node, problems = read_all("".join(parts), "f")

    assert node is not None or problems


def test_a_value_is_found_below_keys_and_nothing_where_they_lead_nowhere() -> None:
    root = read("a: {b: [1], c: }", "x.yml")

    assert find(root, "a", "b") == ["1"]
    assert find(root) is root
    assert [find(root, *keys) for keys in (("z",), ("a", "b", "c"), ("a", "c", "d"))] == [None, None, None]
    assert items(find(root, "a")) == [("b", ["1"]), ("c", "")]
    assert items(find(root, "a", "b")) == items(None) == []
