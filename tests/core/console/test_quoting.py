"""What is in a string of JSON or SNBT stays in it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.console.quoting import DataReader


def reader(text: str, *, opens: bool = False) -> DataReader:
    one = DataReader(opens)
    one.read(text)
    return one


@pytest.mark.parametrize(
    ("text", "is_in_string"),
    [
        ("", False), ('{"a":', False), ('{"a":"', True), ("{a:'", True), ('{"a":"b"', False),
        ('{"a":"\\"', True), ('{"a":"\\', False), ("""{a:"it's """, True), ('{"a":"[b] ', True),
        ("""{a:'{"b":""", True), ("""{a:'{"b":"c""", True), ("""{a:'x{"b":""", True),
        ("""{a:'[1]', b:'""", True), ("""{a:'\\x{"b":""", True),
    ],
)  # fmt: skip
def test_where_a_value_would_be_the_content_of_a_string(text: str, is_in_string: bool) -> None:
    assert reader(text).is_in_string is is_in_string


@pytest.mark.parametrize(
    ("text", "is_in_string"),
    [
        ("""{a:'{"b":""", False), ("""{a:'{"b":"c""", True), ("""{a:'{"b":"[c] """, True),
        ("{a:'[c] ", False), ("{a:'c [", True),
    ],
)  # fmt: skip
def test_a_string_of_snbt_may_be_data_itself(text: str, is_in_string: bool) -> None:
    assert reader(text, opens=True).is_in_string is is_in_string


@pytest.mark.parametrize(
    ("text", "is_in_string"),
    [
        ("""{a:'{"b":""", False), ("""{a:'{"b":"c""", True), ("""{a:' {"b":""", False),
        ("""{a:'  {"b":"c""", True), ("""{a:'x{"b":""", True), ("""{a:'{"b":"c\\""", False),
        ("""{a:'{"b"','""", True), ("""{a:'\\{"b":""", False),
    ],
)  # fmt: skip
def test_where_a_string_may_be_data_a_value_must_be_the_content_of_a_string_in_it(
    text: str, is_in_string: bool
) -> None:
    assert reader(text, opens=True).is_in_string is is_in_string


def test_a_number_stands_beside_data_and_not_in_it() -> None:
    assert reader("stone{a:'b'} ").is_beside
    assert not reader("stone{a:").is_beside
    assert not reader("stone{a:[{},1]").is_beside
    assert reader("stone{a:[{},1]}").is_beside
    assert not reader("stone '").is_beside
    assert reader("").is_beside
    assert reader("X").is_beside
    assert reader("'{' ").is_beside


def test_what_comes_next_is_outside_of_strings_or_in_one() -> None:
    assert reader("").is_outside
    assert reader("{a:").is_outside
    assert not reader("{a:'").is_outside
    assert reader("{a:'b'").is_outside


@pytest.mark.parametrize(
    ("before", "opens", "value", "written"),
    [
        ("{a:'", True, " {\"' b", "b"), ("{a:'", False, " {b", " {b"), ("{a:'b", True, " {b", " {b"),
        ("{a:' ", True, "{b", "b"), ("{a:'", True, "XY", "XY"), ("{a:'", False, "\"'\\", "\"\\'\\\\"),
        ('{a:"', False, "\"'\\", "\\\"'\\\\"),
        ("{a:'{b:\"", True, "\"'{", "\\\\\"\\'{"), ("{a:'{b:\"", False, "{", "{"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_the_content_of_its_string(
    before: str, opens: bool, value: str, written: str
) -> None:
    assert reader(before, opens=opens).put(value) == written


def test_only_what_begins_a_string_may_make_it_data() -> None:
    one = reader("{a:'", opens=True)
    one.put("b")
    one.read("{")

    assert one.is_in_string
    assert one.put("{c") == "{c"
    one.read("', c:'")
    assert one.put("{c") == "c"


def test_what_follows_data_in_a_string_stands_behind_it() -> None:
    assert reader('{a:"[VIP] ', opens=True).is_behind_data
    assert reader('{a:"\\"b\\" ', opens=True).is_behind_data
    for text in ('{a:"[VIP ', '{a:"[VIP]"', '{a:"VIP ', '{a:"[VIP]\\'):
        assert not reader(text, opens=True).is_behind_data


@given(st.text(max_size=30))
def test_json_reads_back_what_was_put(value: str) -> None:
    put = reader('{"a":"').put(value)

    assert json.loads('{"a":"' + put + '"}', strict=False) == {"a": value}


@given(st.text(max_size=30))
def test_json_inside_a_string_of_snbt_reads_back_what_was_put(value: str) -> None:
    before, after = """{"a":"{\\"b\\":\\\"""", """\\"}"}"""
    put = reader(before, opens=True).put(value)

    outer = json.loads(before + put + after, strict=False)
    assert json.loads(outer["a"], strict=False) == {"b": value}


@given(st.text(alphabet="{[\"' ab/*#-.)\ufeff", max_size=10))
def test_a_value_that_begins_a_string_of_snbt_does_not_make_it_data(value: str) -> None:
    put = reader("{CustomName:'", opens=True).put(value)

    assert re.fullmatch(r"(?:[.-]?\w.*)?", put)


def test_what_is_only_text_in_json_is_escaped_once() -> None:
    assert reader('{"text":"\'').put("it's \\") == "it's \\\\"
    assert reader('{"text":"[').put('a"') == 'a\\"'
