"""Numbers and sizes of what Panels and nodes answer."""

from __future__ import annotations

import json

import msgspec
import pytest

from automaton.pace.json_answer import (
    MOST_REQUESTS,
    MOST_VALUES,
    DiskMib,
    PageCount,
    Uuid,
    count_in,
    decode,
    decode_partly,
    disk_bytes,
    is_a_page,
    plain,
)


class Shape(msgspec.Struct):
    uuid: Uuid = "a"
    disk: DiskMib | None = None
    pages: PageCount = 1


HUGE = "9" * 400


@pytest.mark.parametrize(
    "number", ["1e308", "-1e308", "1e999", "1e12000", HUGE, f"-{HUGE}", "NaN", "Infinity", "1e13"]
)
@pytest.mark.parametrize("field", ["disk", "pages"])
def test_a_number_beyond_its_meaning_makes_the_answer_another_shape(field: str, number: str) -> None:
    assert decode(f'{{"{field}": {number}}}'.encode(), Shape) is None


@pytest.mark.parametrize(
    ("body", "is_one"),
    [(b"", False), (b"[]", False), (b' {"a": 1}', False), (b"\n<!doctype html>", True), (b"ok", True)],
)
def test_what_is_no_json_from_its_first_character_on_is_a_page(body: bytes, is_one: bool) -> None:
    assert is_a_page(body) is is_one


@pytest.mark.parametrize("uuid", ["", "a/../b", "a?b", "a b", "a\n", "x" * 65, "\u00e4", "a%2fb", "."])
def test_an_id_of_which_no_address_can_be_made_is_none(uuid: str) -> None:
    assert decode(json.dumps({"uuid": uuid}).encode(), Shape) is None


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b'{"uuid":' * 50_000, b"", b"\xff", b"null", b'{"uuid": null}', b'{"pages": "1"}',
        b'{"pages": 1.5}', b'{"disk": true}', b'{"disk": {}}', b'{"uuid": "\\ud800"}',
    ],
)  # fmt: skip
def test_another_shape_is_none_and_no_error(body: bytes) -> None:
    assert decode(body, Shape) is None


def test_more_values_than_memory_is_given_for_are_not_even_decoded() -> None:
    assert decode(b"[" + b"[]," * (MOST_VALUES // 2 - 1) + b"[]]", list[object]) is not None
    assert decode(b"[" + b"[]," * (MOST_VALUES // 2) + b"[]]", list[object]) is None
    assert decode(b"[" + b"{}," * (MOST_VALUES // 2 - 1) + b"{}]", list[object]) is not None
    assert decode(b"[" + b"{}," * (MOST_VALUES // 2) + b"{}]", list[object]) is None


@pytest.mark.parametrize(
    ("mib", "limit"), [(None, None), (0.0, None), (-1.0, None), (1e12, 10**12 * 2**20), (0.5, 2**19)]
)
def test_a_disk_is_bytes_or_no_limit(mib: float | None, limit: int | None) -> None:
    assert disk_bytes(mib) == limit


@pytest.mark.parametrize(
    ("header", "count"),
    [
        (None, None), ("", None), ("60", 60), ("0", 0), ("-1", None), ("1.5", None), ("\u0661", None),
        ("1, 2", None), ("9999999", MOST_REQUESTS), (HUGE, None), ("9" * 5000, None), ("nan", None),
        ("99999999", None), ("1000000", MOST_REQUESTS), ("999999", 999_999),
        ("1e3", None), (" 1", None),
    ],
)  # fmt: skip
def test_a_count_in_a_header_is_a_small_whole_number_or_none(header: str | None, count: int | None) -> None:
    assert count_in(header) == count


def test_plain_text_is_printable_and_short() -> None:
    assert plain("a\x1b[31mb\u202ec" + "x" * 300)[:9] == "a [31mb c"
    assert len(plain("x" * 300)) == 255
    assert plain("ab\n", 2) == "ab"
    assert plain("Zo\u00eb 1") == "Zo\u00eb 1"


class Named(msgspec.Struct):
    uuid: Uuid
    name: str = ""
    disk: DiskMib | None = None
    shown: str = msgspec.field(default="", name="shown_as")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"uuid": "a", "name": "x", "disk": 5, "shown_as": "s"}', Named("a", "x", 5.0, "s")),
        ('{"uuid": "a", "name": 7, "disk": 5}', Named("a", "", 5.0)),
        ('{"uuid": "a", "name": null, "disk": "5", "shown_as": []}', Named("a")),
        ('{"uuid": "a", "disk": 1e999}', Named("a")),
        ('{"uuid": "../a", "name": "x"}', None),
        ('{"name": "x"}', None),
        ("[]", None),
        ("{", None),
    ],
)
def test_what_cannot_be_read_is_left_out_where_it_may_be_missing(body: str, found: Named | None) -> None:
    assert decode_partly(body.encode(), Named) == found


def test_what_is_needed_may_be_missing_and_must_be_readable() -> None:
    assert decode_partly(b'{"uuid": "a", "disk": "x"}', Named, "name") == Named("a")
    assert decode_partly(b'{"uuid": "a", "name": 7}', Named, "name") is None
