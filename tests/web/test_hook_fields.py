"""What of a hook's body becomes fields, and what it is cut to."""

from __future__ import annotations

import pytest

from automaton.web.hook_fields import LONGEST_FIELD, MOST_FIELDS, HookFields, fields_of


def test_fields_of_nested_objects_are_named_by_dots() -> None:
    body = {
        "action": "published", "ok": True, "none": None, "share": 0.5,
        "release": {"tag_name": "v1.2", "author": {"login": "eve", "site_admin": False}},
    }  # fmt: skip

    assert fields_of(body) == HookFields(
        {
            "action": "published", "ok": True, "none": None, "share": 0.5, "release.tag_name": "v1.2",
            "release.author.login": "eve", "release.author.site_admin": False,
        }
    )  # fmt: skip


def test_they_are_known_five_deep_and_what_lies_deeper_is_counted() -> None:
    body = {"a": {"b": {"c": {"d": {"e": 1, "f": {"g": 2}}}}}}

    assert fields_of(body) == HookFields({"a.b.c.d.e": 1}, left_out=1)


@pytest.mark.parametrize(
    "body",
    [
        {"commits": [{"id": 1}], "labels": ["a"]},
        {"not a name": 1, "9": 1, "": {"a": 1}, "x" * 70: 1},
        {"a.b": 1, "a": {"b.c": 1}},
        {"a": {}},
    ],
)
def test_lists_and_what_no_rule_could_name_are_left_out(body: dict[str, object]) -> None:
    assert fields_of(body) == HookFields()


def test_a_field_cannot_take_the_place_of_a_nested_one() -> None:
    assert fields_of({"a": {"b": "mine"}, "a.b": "other"}).fields == {"a.b": "mine"}


def test_of_too_many_those_that_lie_deepest_are_left_out() -> None:
    body = {"deep": {f"d{number}": 1 for number in range(500)}, **{f"f{number}": 1 for number in range(500)}}
    found = fields_of(body)

    assert (len(found.fields), found.left_out) == (MOST_FIELDS, 1000 - MOST_FIELDS)
    assert all(f"f{number}" in found.fields for number in range(500))


def test_a_long_text_is_cut_and_a_number_that_no_counter_holds_is_text() -> None:
    assert fields_of({"a": {"long": "x" * 5000, "n": 10**300}}).fields == {
        "a.long": "x" * LONGEST_FIELD, "a.n": str(10**300),
    }  # fmt: skip
