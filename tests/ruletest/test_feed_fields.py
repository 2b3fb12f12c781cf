"""Fields of events and bodies get their types as the daemon would read them."""

from __future__ import annotations

from automaton.core.happening import DEEPEST_FIELD
from automaton.ruletest.feed_fields import fields_of, json_value
from automaton.schema import nodes
from automaton.schema.nodes import read_all


def mapping(text: str) -> nodes.Mapping:
    node, _ = read_all(text, "r.yml")
    assert isinstance(node, nodes.Mapping)
    return node


def test_a_field_of_an_event_is_text_but_for_what_wings_counts() -> None:
    fields = mapping("{player: 7, exit_code: 137, oom: true, ok: 'true'}")

    assert dict(fields_of(fields, is_hook=False)) == {
        "player": "7", "exit_code": 137, "oom": True, "ok": "true",
    }  # fmt: skip


def test_the_fields_of_a_body_have_the_types_of_json_and_nested_ones_have_dots() -> None:
    assert dict(fields_of(mapping("{n: -7, t: x, d: {a: {b: null}}, l: [1]}"), is_hook=True)) == {
        "n": -7, "t": "x", "d.a.b": None,
    }  # fmt: skip


def test_what_lies_too_deep_in_a_body_is_no_field() -> None:
    deep = "1"
    for _ in range(DEEPEST_FIELD):
        deep = f"{{a: {deep}}}"

    assert [*fields_of(mapping(deep), is_hook=True)] == [(".".join("a" * DEEPEST_FIELD), 1)]
    assert [*fields_of(mapping(f"{{a: {deep}}}"), is_hook=True)] == []


def test_json_is_made_of_what_is_written() -> None:
    assert json_value(mapping("{a: [1, x, null, false], b: {c: '1'}}")) == {
        "a": [1, "x", None, False], "b": {"c": "1"},
    }  # fmt: skip
